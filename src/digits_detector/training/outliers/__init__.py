"""What is no digit: scribbles, letters, textures; and the outlier head, which learns to score them."""
