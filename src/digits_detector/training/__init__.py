"""From data to the shipped model; nothing that serves imports this."""

import os

# TensorFlow's chatter at its start would bury the progress bars; what is wrong it still says.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# On processors without AVX-512 TensorFlow leaves its faster convolutions off: a step of training costs 1.6 × as much.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
