"""Files of the repository that the package does not hold: models in Keras' form, their runs, what was measured."""

from pathlib import Path

FOLDER = Path(__file__).parents[3] / "models"
KERAS = FOLDER / "mnist_cnn.keras"
HEAD = FOLDER / "outlier_head.keras"  # the part of the classifier's ONNX file that gives the outlier score
CALIBRATION = FOLDER / "calibration.json"
DETECTOR_KERAS = FOLDER / "detector.keras"
RUNS = FOLDER / "runs.json"  # settings, history and test results of the classifier's runs
DETECTOR_RUNS = FOLDER / "detector_runs.json"
METRICS = FOLDER / "metrics.json"  # every figure that a benchmark saved
