"""What is shipped: the network in Keras' form and in ONNX, how it was trained, and the figures measured on it."""

from pathlib import Path

MODELS = Path(__file__).parent
KERAS = MODELS / "mnist_cnn.keras"
ONNX = MODELS / "mnist_cnn.onnx"
HEAD = MODELS / "outlier_head.keras"  # the part of the ONNX file that tells what is no digit
METRICS = MODELS / "metrics.json"
RUNS = MODELS / "runs.json"  # settings, history and test readings of the runs behind it
