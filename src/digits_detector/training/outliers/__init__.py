"""Outliers: scribbles, letters, textures; and the outlier head, which learns to score them."""
