"""From data to the shipped model; nothing that serves imports this."""

import os

# TensorFlow's chatter at its start would bury the progress bars; what is wrong it still says.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
