"""Write the ONNX file that is served from the Keras model: `digits export`.

The graph is written node by node, a dozen of them: Keras' own exporter leaves Shape, Gather and Slice nodes behind,
and fails on JAX. Softmax is left out: the temperature divides logits.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ...errors import DataError
from ...models import ONNX
from .. import onnx_file, runs
from ..repository import CALIBRATION, HEAD, KERAS, RUNS


def export(run: Path, folder: Path) -> Path:
    """Write a run's ONNX file, mnist_cnn.onnx, and its checksum into a folder; return its path.

    Raises
    ------
    DataError
        If the run is not finished or not calibrated, or the folder cannot be written.
    """
    return _export(*_finished(run), run.name, folder)


def ship(run: Path | None = None) -> Path:
    """Make a run the model of this checkout; return the package's ONNX file.

    The Keras models, the calibration and how the run was trained go into the repository's models/.

    Parameters
    ----------
    run : Path, optional
        A finished and calibrated run; by default what lies in models/ is exported again.

    Raises
    ------
    DataError
        If the run is not finished or not calibrated, or this is no checkout.
    """
    if not RUNS.exists():
        raise DataError(f"{RUNS.parent} is missing: only a checkout of the repository holds it.")
    parts = KERAS, HEAD, CALIBRATION
    if run is not None:
        recorded, record = runs.read_json(RUNS), runs.record(run)
        for source, target in zip(_finished(run), parts, strict=True):
            shutil.copy(source, target)
        runs.write_json(RUNS, {**recorded, "shipped": run.name, "runs": {**recorded["runs"], **record}})
    return _export(*parts, runs.read_json(RUNS)["shipped"], ONNX.parent)


def _finished(run: Path) -> tuple[Path, Path, Path]:
    """Return a run's model, outlier head and calibration."""
    parts = run / "model.keras", run / HEAD.name, run / CALIBRATION.name
    if missing := [str(path) for path in parts if not path.is_file()]:
        raise DataError(f"{', '.join(missing)} is missing: finish the run, then `digits calibrate` it.")
    return parts


def _export(source: Path, head: Path, calibration: Path, name: str, folder: Path) -> Path:
    calibrated = runs.read_json(calibration)
    metadata = {
        "labels": json.dumps(list(range(10))),
        "temperature": repr(calibrated["temperature"]),
        "outlier_threshold": repr(calibrated["outlier_threshold"]),
        "lattice": ",".join(map(str, calibrated["lattice"])),
        "source_sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        "training_run": name,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        model, outlier_head = (keras.saving.load_model(path, compile=False) for path in (source, head))
        write_onnx(model, outlier_head, folder / ONNX.name, metadata)
    except OSError as error:
        raise DataError(f"{folder} cannot be written: {error}.") from None
    return folder / ONNX.name


def write_onnx(model: keras.Model, head: keras.Model, path: Path, metadata: dict[str, str]) -> None:
    """Write a network to an ONNX file, and its checksum beside it.

    The input is `image`, the outputs are `logits`, `features` and `outlier_score`.

    Parameters
    ----------
    model : keras.Model
        As `build_model` makes it.
    head : keras.Model
        As `build_head` makes it.
    path : Path
    metadata : dict
    """
    graph = _Graph(model, head)
    channels_first = graph.add("Transpose", "image", perm=[0, 3, 1, 2])
    x = graph.convolution(channels_first, "conv1")
    x = graph.convolution(graph.normalization(x, "norm1"), "conv2")
    x = graph.add("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = graph.convolution(x, "conv3")
    x = graph.convolution(graph.normalization(x, "norm2"), "conv4")
    x = graph.add("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    # Keras flattens with the channels last.
    x = graph.add("Flatten", graph.add("Transpose", x, perm=[0, 2, 3, 1]), axis=1)
    features = graph.add("Relu", graph.dense(x, "features"), output="features")
    logits = graph.dense(features, "probabilities", output="logits")
    correction = graph.dense(graph.add("Relu", graph.dense(features, "outlier_hidden")), "outlier_correction")
    score = graph.add("Sub", correction, graph.add("ReduceMax", logits, axes=[1], keepdims=1))
    graph.add("ReduceMean", score, output="outlier_score", axes=[1], keepdims=0)  # (n, 1) becomes (n,)
    written = helper.make_graph(
        graph.nodes,
        "mnist_cnn",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 28, 28, 1])],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 10]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 128]),
            helper.make_tensor_value_info("outlier_score", TensorProto.FLOAT, ["n"]),
        ],
        graph.tensors,
    )
    onnx_file.write(written, path, metadata)


class _Graph:
    """Nodes and weights, gathered while the network is walked through."""

    def __init__(self, model: keras.Model, head: keras.Model) -> None:
        self.layers = {layer.name: layer for layer in (*model.layers, *head.layers)}
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []

    def add(self, kind: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        output = output or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def convolution(self, x: str, layer: str) -> str:
        kernel, bias = self.weights(layer)
        inputs = (
            x,
            self.tensor(f"{layer}.kernel", kernel.transpose(3, 2, 0, 1)),
            self.tensor(f"{layer}.bias", bias),
        )
        return self.add("Relu", self.add("Conv", *inputs, kernel_shape=[3, 3], pads=[1, 1, 1, 1]))

    def normalization(self, x: str, layer: str) -> str:
        names = ("gamma", "beta", "mean", "variance")
        inputs = [
            self.tensor(f"{layer}.{name}", weight)
            for name, weight in zip(names, self.weights(layer), strict=True)
        ]
        return self.add("BatchNormalization", x, *inputs, epsilon=self.layers[layer].epsilon)

    def dense(self, x: str, layer: str, output: str | None = None) -> str:
        kernel, bias = self.weights(layer)
        inputs = x, self.tensor(f"{layer}.kernel", kernel), self.tensor(f"{layer}.bias", bias)
        return self.add("Gemm", *inputs, output=output)

    def weights(self, layer: str) -> list[NDArray[np.float32]]:
        return list(self.layers[layer].get_weights())

    def tensor(self, name: str, array: NDArray[np.float32]) -> str:
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(array, dtype=np.float32), name))
        return name
