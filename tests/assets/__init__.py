"""What tests read: each file made by the module of its name."""
