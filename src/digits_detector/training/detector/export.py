"""Write the ONNX file of the detector that is served: batch normalisation folded, a clean graph, metadata, checksum."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ...errors import DataError
from ...models import DETECTOR
from .. import onnx_file, runs
from ..repository import DETECTOR_KERAS, DETECTOR_RUNS
from . import calibrate
from .labels import HEIGHTS
from .network import BOX, HEAT, STRIDE, describe
from .targets import SIZE


def export(run: Path, folder: Path) -> Path:
    """Write a finished run's ONNX file, its thresholds chosen on validation pages; return its path.

    Raises
    ------
    DataError
        If there is no such run, or it is not finished, or the folder cannot be written.
    """
    model = runs.network(run)
    path = folder / DETECTOR.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as temporary:
            raw = Path(temporary) / "raw.onnx"
            heights = {"digit_heights": ",".join(f"{height:g}" for height in HEIGHTS)}
            write_onnx(model, raw, {**calibrate.RAW, **heights})
            metadata = calibrate.calibrated(raw)
        write_onnx(model, path, {**metadata, "training_run": run.name})
    except OSError as error:
        raise DataError(f"{folder} cannot be written: {error}.") from None
    return path


def ship(run: Path) -> Path:
    """Make a run the detector of this checkout; return the package's ONNX file.

    Raises
    ------
    DataError
        If the run is not finished, or this is no checkout.
    """
    if not DETECTOR_RUNS.exists():
        raise DataError(f"{DETECTOR_RUNS.parent} is missing: only a checkout of the repository holds it.")
    written = export(run, DETECTOR.parent)
    shutil.copy(run / "model.keras", DETECTOR_KERAS)
    recorded = runs.read_json(DETECTOR_RUNS)
    parts = {part: run / f"{part}.json" for part in ("settings", "provenance", "history")}
    left = {part: runs.read_json(path) for part, path in parts.items() if path.exists()}
    runs.write_json(
        DETECTOR_RUNS, {**recorded, "shipped": run.name, "runs": {**recorded["runs"], run.name: left}}
    )
    return written


def write_onnx(model: keras.Model, path: Path, metadata: dict[str, str]) -> None:
    """Write a detector to an ONNX file, and its checksum beside it.

    The input is `image`, float32 (n, h, w, 1) in [0, 1]; the outputs are `heat`, (n, h / 4, w / 4, 16) logits, and
    `box`, (n, h / 4, w / 4, 4): the offset of the box's centre from the cell's, its width and its height, in pixels.

    Parameters
    ----------
    model : keras.Model
        As `build_detector` makes it.
    path : Path
    metadata : dict
    """
    graph = _OnnxBuilder(model)
    heat, box = describe(graph, graph.add("Transpose", "image", perm=[0, 3, 1, 2]))
    graph.add("Transpose", heat, output="heat", perm=[0, 2, 3, 1])
    offset, logs = graph.split(graph.add("Transpose", box, perm=[0, 2, 3, 1]))
    centre = graph.add("Mul", offset, graph.tensor("stride", np.float32(STRIDE)))
    size = graph.add("Mul", graph.add("Exp", logs), graph.tensor("size", np.float32(SIZE)))
    graph.add("Concat", centre, size, output="box", axis=3)
    cells = ["n", "rows", "columns"]
    written = helper.make_graph(
        graph.nodes,
        "detector",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", "height", "width", 1])],
        [
            helper.make_tensor_value_info("heat", TensorProto.FLOAT, [*cells, HEAT]),
            helper.make_tensor_value_info("box", TensorProto.FLOAT, [*cells, BOX]),
        ],
        graph.tensors,
    )
    onnx_file.write(written, path, metadata)


class _OnnxBuilder:
    """Nodes and weights of the network's description, from a trained Keras model."""

    def __init__(self, model: keras.Model) -> None:
        self.layers = {layer.name: layer for layer in model.layers}
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []

    def conv(self, x: str, name: str, channels: int, *, stride: int = 1, add: str | None = None) -> str:
        x = self._normalised(x, name, stride)
        return self.add("Relu", x if add is None else self.add("Add", x, add))

    def narrow(self, x: str, name: str, channels: int) -> str:
        return self.add("Relu", self._normalised(x, name, 1))

    def linear(self, x: str, name: str, channels: int) -> str:
        kernel, bias = self.layers[name].get_weights()
        return self._convolved(x, name, (kernel, bias), 1)

    def enlarged(self, x: str, name: str) -> str:
        scales = self.tensor(f"{name}.scales", np.array([1, 1, 2, 2], dtype=np.float32))
        modes = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        return self.add("Resize", x, "", scales, **modes)

    def split(self, x: str) -> tuple[str, str]:
        names = f"{x}_centre", f"{x}_size"
        halves = self.tensor("halves", np.array([BOX // 2, BOX // 2], dtype=np.int64))
        self.nodes.append(helper.make_node("Split", [x, halves], list(names), axis=3))
        return names

    def add(self, kind: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        output = output or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def tensor(self, name: str, array: NDArray[Any] | np.generic) -> str:
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _normalised(self, x: str, name: str, stride: int) -> str:
        """Convolve, with the batch normalisation behind it folded in."""
        (kernel,) = self.layers[name].get_weights()
        norm = self.layers[f"{name}_norm"]
        gamma, beta, mean, variance = norm.get_weights()
        scale = gamma / np.sqrt(variance + norm.epsilon)
        return self._convolved(x, name, (kernel * scale, beta - mean * scale), stride)

    def _convolved(
        self, x: str, name: str, weights: tuple[NDArray[np.float32], NDArray[np.float32]], stride: int
    ) -> str:
        kernel, bias = weights
        size = kernel.shape[0]
        # Keras pads even sides at the end where it strides, on both sides where it doesn't.
        pads = [0, 0, 1, 1] if stride == 2 else [size // 2] * 4
        tensors = (
            self._kernel(f"{name}.kernel", kernel.transpose(3, 2, 0, 1)),
            self.tensor(f"{name}.bias", bias.astype(np.float32)),
        )
        return self.add("Conv", x, *tensors, kernel_shape=[size] * 2, strides=[stride] * 2, pads=pads)

    def _kernel(self, name: str, kernel: NDArray[np.float32]) -> str:
        """Hold a kernel in float16, half as large, and calculate in float32: a runtime converts it once, on loading."""
        self.tensor(f"{name}.half", kernel.astype(np.float16))
        return self.add("Cast", f"{name}.half", output=name, to=TensorProto.FLOAT)
