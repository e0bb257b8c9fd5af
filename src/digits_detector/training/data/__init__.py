"""Where the training data comes from."""
