"""Two diagrams of the README: the way of the data, drawn with real data, and the network's layers."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Patch, Polygon
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ..image.ink import find_ink
from ..recognizer import DigitRecognizer
from .figures import AMBER, LINE, MUTED, PAPER, TEAL, picture

# ── the way of the data ──────────────────────────────────────────────────────────────────────────


def three() -> NDArray[np.float64]:
    """Return a three as a hand writes it, (k, 2), about 0 to 100 wide and 0 to 150 high."""
    upper = np.linspace(np.radians(200), np.radians(430), 30)
    lower = np.linspace(np.radians(285), np.radians(515), 36)
    return np.concatenate(
        [
            np.stack([45 + 36 * np.cos(upper), 36 + 34 * np.sin(upper)], axis=1),
            np.stack([44 + 46 * np.cos(lower), 108 + 40 * np.sin(lower)], axis=1),
        ]
    )


def photograph(points: NDArray[np.float64], side: int = 520) -> NDArray[np.uint8]:
    """Return strokes as in a photograph: blue ink, off the middle, on paper in uneven light, RGB."""
    light = np.linspace(0.97, 0.86, side)[:, None] * np.linspace(1, 0.95, side)
    noise = np.random.default_rng(0).normal(0, 1.5, (side, side, 1))
    paper = np.array([250, 246, 236]) * light[..., None] + noise
    image = Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8))
    placed = [(250 + 1.35 * x, 110 + 1.35 * y) for x, y in points]
    draw = ImageDraw.Draw(image)
    draw.line(placed, fill=(38, 60, 120), width=17, joint="curve")
    for x, y in (placed[0], placed[-1]):
        draw.ellipse((x - 8, y - 8, x + 8, y + 8), fill=(38, 60, 120))
    return np.asarray(image)


@picture
def architecture() -> Figure:
    """Follow one digit, as a picture and as pen strokes, from what was written to what is read."""
    photo = photograph(three())
    ink = find_ink(photo)
    reading = DigitRecognizer().predict(photo)
    figure = Figure(figsize=(10, 4.4))
    figure.set_layout_engine("none")  # each thing has its place
    page = figure.add_axes((0, 0, 1, 1))
    page.set(xlim=(0, 10), ylim=(0, 4.4))
    page.axis("off")
    _image(figure, (0.3, 2.8, 1.4, 1.4), photo)
    _strokes(figure, (0.3, 0.6, 1.4, 1.4), three())
    width = 1.4 * ink.values.shape[1] / ink.values.shape[0]
    _image(figure, (3.35 - width / 2, 2.8, width, 1.4), ink.values)
    _image(figure, (4.7, 1.55, 1.7, 1.7), reading.input)
    _network(page, 7.1, 2.4)
    _bars(figure, (8.75, 1.5, 0.9, 1.8), reading.probabilities)
    _caption(page, 1.0, 2.7, "picture", "file, bytes, PIL image, array")
    _caption(page, 1.0, 0.5, "strokes", "of pen, mouse or finger")
    _caption(page, 3.35, 2.7, "ink", "of one piece, or found by the detector")
    _caption(page, 5.55, 1.45, "normalize", "28×28, as MNIST was made")
    _caption(page, 7.48, 1.45, "network", "ONNX Runtime")
    _caption(page, 9.15, 1.45, "calibrate, reject", "confidence and status")
    for start, end, bend in (
        ((1.85, 3.5), (2.7, 3.5), 0.0),
        ((4.0, 3.5), (4.65, 3.0), -0.25),
        ((1.85, 1.3), (4.65, 1.85), 0.14),
        ((6.5, 2.4), (7.0, 2.4), 0.0),
        ((8.1, 2.4), (8.55, 2.4), 0.0),
    ):
        _arrow(page, start, end, bend)
    return figure


def _panel(figure: Figure, place: tuple[float, float, float, float]) -> Axes:
    """Add axes at a place in inches."""
    width, height = figure.get_size_inches()
    x, y, w, h = place
    axes = figure.add_axes((x / width, y / height, w / width, h / height))
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color=LINE)
    return axes


def _image(figure: Figure, place: tuple[float, float, float, float], image: NDArray[Any]) -> None:
    _panel(figure, place).imshow(image, cmap=PAPER, aspect="auto", interpolation="nearest")


def _strokes(figure: Figure, place: tuple[float, float, float, float], points: NDArray[np.float64]) -> None:
    axes = _panel(figure, place)
    thin = points[::3]
    axes.plot(*thin.T, color=TEAL, linewidth=1.2, marker="o", markersize=3.2)
    axes.set(xlim=(-52, 148), ylim=(178, -22), aspect="equal")


def _bars(figure: Figure, place: tuple[float, float, float, float], values: NDArray[np.float32]) -> None:
    axes = _panel(figure, place)
    best = int(values.argmax())
    colours = [TEAL if digit == best else LINE for digit in range(10)]
    axes.barh(range(10), np.maximum(values, 0.02), color=colours, height=0.72)
    axes.set(ylim=(9.6, -0.6), xlim=(0, 1), yticks=range(10))
    axes.spines[:].set_visible(False)
    axes.tick_params(labelsize=8)
    sure = f"{100 * values[best]:.1f} %"
    axes.annotate(
        sure, (values[best], best), (4, 0), textcoords="offset points", va="center", fontsize=8, color=TEAL
    )


def _network(page: Axes, x: float, middle: float) -> None:
    """Draw slabs that get smaller and deeper, a sign of the network; `model_layered` has the truth."""
    for place, (height, width) in enumerate(((1.25, 0.08), (0.9, 0.14), (0.6, 0.2))):
        _cuboid(page, (x + 0.28 * place, middle - height / 2), (width, height, 0.28 * height), TEAL)


def _caption(page: Axes, x: float, y: float, name: str, words: str) -> None:
    page.text(x, y, name, ha="center", va="top", weight="bold", fontsize=11)
    page.text(x, y - 0.2, words, ha="center", va="top", color=MUTED, fontsize=8.5)


def _arrow(page: Axes, start: tuple[float, float], end: tuple[float, float], bend: float) -> None:
    arrow = FancyArrowPatch(
        start,
        end,
        arrowstyle="-|>",
        mutation_scale=12,
        color=AMBER,
        linewidth=1.5,
        connectionstyle=f"arc3,rad={bend}",
    )
    page.add_patch(arrow)


# ── the network's layers ─────────────────────────────────────────────────────────────────────────

KINDS = {  # the gap before a block, its colour, and its name
    "Conv2D": (0.36, TEAL, "convolution 3×3, ReLU"),
    "BatchNormalization": (0.36, "#5b9bd5", "batch normalisation"),
    "MaxPooling2D": (0.36, AMBER, "max pooling 2×2"),
    "Dropout": (0.24, "#c4bfba", "dropout"),
    "Flatten": (0.4, MUTED, "flatten"),
    "Dense": (0.5, "#9d5c8f", "dense"),
}


@picture
def model_layered(model: keras.Model) -> Figure:
    """Draw each layer as a block as high as its picture and as deep as its channels, with shape and parameters."""
    figure = Figure(figsize=(10, 3.8))
    axes = figure.subplots()
    shape = model.input_shape[1:]
    x = _block(axes, 0.0, shape, "#d6d3d1", _words(shape)) + 0.3  # room for the words
    for layer in model.layers:
        gap, colour, _ = KINDS[type(layer).__name__]
        before, shape = shape, layer.output.shape[1:]
        parameters = f"{layer.count_params():,}" if layer.count_params() else ""
        words = "" if shape == before else _words(shape)
        x = _block(axes, x + gap, shape, colour, f"{words}\n{parameters}")
    axes.text(-0.5, -0.2, "shape\nparameters", ha="right", va="top", fontsize=8, color=MUTED, linespacing=1.7)
    handles = [Patch(color=colour, label=name) for _, colour, name in KINDS.values()]
    total = f"{model.count_params():,} parameters"
    axes.legend(handles=handles, loc="upper right", ncols=2, fontsize=9, title=total, alignment="left")
    axes.set(xlim=(-1.25, x + 0.3), ylim=(-0.7, 2.9), aspect="equal")
    axes.axis("off")
    return figure


def _words(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


def _block(axes: Axes, x: float, shape: tuple[int, ...], colour: str, words: str) -> float:
    """Draw a layer's output and the words below it; return its right edge."""
    if len(shape) == 3:
        width, height, depth = max(0.06, 0.006 * shape[2]), 0.075 * shape[0], 0.02 * shape[0]
    else:
        width, height, depth = 0.1, 0.5 * np.log10(shape[0]), 0.06
    _cuboid(axes, (x, 0), (width, height, depth), colour)
    axes.text(x + width / 2, -0.2, words, ha="center", va="top", fontsize=8, linespacing=1.7)
    return x + width


def _cuboid(axes: Axes, corner: tuple[float, float], size: tuple[float, float, float], colour: str) -> None:
    """Draw a block seen from the upper right; the corner is its front face's lower left, the size (w, h, depth)."""
    (x, low), (width, height, depth) = corner, size
    right, high, rise = x + width, low + height, 0.7 * depth
    faces = (
        ([(x, low), (right, low), (right, high), (x, high)], 1.0),
        ([(x, high), (right, high), (right + depth, high + rise), (x + depth, high + rise)], 0.5),
        ([(right, low), (right + depth, low + rise), (right + depth, high + rise), (right, high)], 0.75),
    )
    for corners, shade in faces:
        face = 1 - shade + shade * np.array(to_rgb(colour))
        axes.add_patch(Polygon(corners, facecolor=face, edgecolor="white", linewidth=0.8))
