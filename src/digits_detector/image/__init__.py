"""Pictures become arrays, and arrays ink."""
