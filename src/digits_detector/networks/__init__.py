"""ONNX Runtime sessions: the classifier of single digits, and the detector of all digits in a picture."""
