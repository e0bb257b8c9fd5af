"""The pictures of the README, one function each; `scripts/media.py` makes them all.

Each takes what it shows as arguments and returns a Matplotlib figure, so the notebook draws its own run with them.
White background and dark text: readable on a light and on a dark page.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, NullLocator, PercentFormatter, StrMethodFormatter

from .data.mnist import Images, Labels
from .detector.labels import DIGITS, FINER, IGNORED
from .scores import BINS

DENSITY = 200  # pixels an inch: twice what a page shows
INK, MUTED, LINE = "#1c1917", "#78716c", "#e7e5e4"
TEAL, AMBER = "#0f766e", "#d97706"
TEALS = LinearSegmentedColormap.from_list("teals", ["#ffffff", "#99d5cd", TEAL, "#083b37"])
PAPER = "gray_r"  # digits are drawn dark on white, though the network sees white on black

STYLE = {
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": LINE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "grid.color": LINE,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
}

# Of a page's boxes: digits, marks, digits that are too small, what the loss leaves out.
_BOXES = ((DIGITS, "#10b981"), (FINER, "#3b82f6"), (IGNORED, AMBER), (IGNORED + 1, MUTED))

PERCENT = PercentFormatter(1, symbol=" %")

P = ParamSpec("P")
Pictures = Mapping[str, Figure]


def picture(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw in the common style."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(STYLE):
            return draw(*args, **kwargs)

    return drawn


def save(pictures: Pictures, folder: Path) -> None:
    """Write each picture to a PNG of its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in pictures.items():
        # Without Matplotlib's version in the file, the same picture is the same bytes.
        figure.savefig(
            folder / f"{name}.png",
            dpi=DENSITY,
            bbox_inches="tight",
            pad_inches=0.2,
            metadata={"Software": None},
        )


# ── data ─────────────────────────────────────────────────────────────────────────────────────────


@picture
def digits_example(images: Images, labels: Labels, columns: int = 16) -> Figure:
    """Show some of each digit, a row a digit."""
    figure = Figure(figsize=(columns * 0.5, 5))
    for digit, row in enumerate(figure.subplots(10, columns)):
        for axes, image in zip(row, images[labels == digit], strict=False):
            _show(axes, image)
    return figure


@picture
def augmentations_example(images: Images, augmented: Sequence[np.ndarray]) -> Figure:
    """Show digits as MNIST has them in the first column, and what training made of each beside it."""
    figure = Figure(figsize=(9, 8.9 * len(images) / (len(augmented) + 1.3)))
    grid = figure.subplots(
        len(images), len(augmented) + 2, width_ratios=[1, 0.3] + [1] * len(augmented), squeeze=False
    )
    for row, image, versions in zip(grid, images, zip(*augmented, strict=True), strict=True):
        row[1].axis("off")
        for axes, version in zip((row[0], *row[2:]), (image, *versions), strict=True):
            _show(axes, version)
    return figure


@picture
def outliers_example(images: Images, columns: int = 16) -> Figure:
    """Show outliers."""
    rows = -(-len(images) // columns)
    figure = Figure(figsize=(columns * 0.5, rows * 0.5))
    for axes, image in zip(figure.subplots(rows, columns).flat, images, strict=False):
        _show(axes, image)
    return figure


@picture
def synthetic_pages(images: Images, boxes: np.ndarray, columns: int = 4) -> Figure:
    """Show pages that the detector learns from: digits and marks to find, digits too small, and what is left out."""
    rows = -(-len(images) // columns)
    figure = Figure(figsize=(columns * 2.6, rows * 1.35))
    for axes, image, page in zip(figure.subplots(rows, columns).flat, images, boxes, strict=False):
        axes.imshow(image, cmap="gray", vmin=0, vmax=255)
        axes.set_axis_off()
        for x0, y0, x1, y1, kind in page[page[:, 4] >= 0].tolist():
            colour = next(colour for kinds, colour in _BOXES if kind < kinds)
            axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=colour, linewidth=0.8))
    return figure


def _show(axes: Axes, image: np.ndarray) -> None:
    axes.imshow(image, cmap=PAPER, vmin=0, vmax=1 if image.dtype.kind == "f" else 255)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=LINE)


# ── training ─────────────────────────────────────────────────────────────────────────────────────


@picture
def train_valid_curves(history: Sequence[Mapping[str, float]]) -> Figure:
    """Show loss and error over the epochs of a run, on the digits trained on and on those that it had not seen yet."""
    figure = Figure(figsize=(9, 3.4))
    loss, error = figure.subplots(1, 2)
    lines = {
        "": ("trained on, augmented", MUTED),
        "val_": ("MNIST, 5,000 held out", TEAL),
        "pen_": ("pen strokes, 5 writers held out", AMBER),
    }
    for prefix, (name, colour) in lines.items():
        measured = [each for each in history if f"{prefix}loss" in each]
        if not measured:
            continue
        epochs = [each["epoch"] for each in measured]
        loss.plot(epochs, [each[f"{prefix}loss"] for each in measured], color=colour, label=name)
        wrong = [1 - each[f"{prefix}accuracy"] for each in measured]
        error.plot(epochs, wrong, color=colour, label=f"{100 * wrong[-1]:.2f} %")
    loss.set(title="loss (labels smoothed)", xlabel="epoch")
    error.set(title="read wrong", xlabel="epoch", yscale="log")
    error.yaxis.set(
        major_locator=LogLocator(subs=(1, 2, 5)),
        minor_locator=NullLocator(),
        major_formatter=lambda share, _: f"{100 * share:g} %",
    )
    loss.legend()
    error.legend(title="at the end")
    for axes in (loss, error):
        axes.grid(axis="y")
        axes.xaxis.get_major_locator().set_params(integer=True)
    return figure


# ── evaluation ───────────────────────────────────────────────────────────────────────────────────


def of_evaluation(section: Mapping[str, Any], images: Images, indices: np.ndarray) -> Pictures:
    """Draw a section of metrics.json: what was measured of images, whose places in MNIST's file the indices are."""
    wrong = section["misread"]
    places = np.searchsorted(indices, [each["index"] for each in wrong])
    return {
        "confusion_matrix": confusion_matrix(section["confusion"]["counts"]),
        "misread": misread(images[places], wrong),
        "reliability": reliability(section["reliability"], section["ece"]),
    }


@picture
def confusion_matrix(counts: Sequence[Sequence[int]]) -> Figure:
    """Show how often each digit was read as each: counts, and the share of that digit's images."""
    matrix = np.array(counts)
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(6.4, 6))
    axes = figure.subplots()
    # The diagonal dwarfs every error; the fifth root lets both be seen.
    axes.imshow(shares**0.2, cmap=TEALS, vmin=0, vmax=1.15)
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            colour = "white" if row == column else INK
            weight = "bold" if row == column else "normal"
            axes.text(column, row - 0.12, f"{count:,}", ha="center", va="center", color=colour, weight=weight)
            share = f"{100 * shares[row, column]:.1f} %"
            axes.text(column, row + 0.24, share, ha="center", va="center", color=colour, fontsize=7)
    axes.set(xticks=range(10), yticks=range(10), xlabel="read as", ylabel="true digit")
    axes.set_xticks(np.arange(-0.5, 10), minor=True)
    axes.set_yticks(np.arange(-0.5, 10), minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.tick_params(which="both", length=0, top=False)
    axes.spines[:].set_visible(False)
    return figure


@picture
def misread(images: Images, readings: Sequence[Mapping[str, Any]], columns: int = 9) -> Figure:
    """Show the images that were misread: label → reading, how sure, and the place in the file."""
    columns = max(1, min(columns, len(readings)))
    rows = max(1, -(-len(readings) // columns))
    figure = Figure(figsize=(columns, 1.36 * rows))
    grid = figure.subplots(rows, columns, squeeze=False).flat
    for axes, image, each in zip(grid, images, readings, strict=False):
        _show(axes, image)
        reading = each["reading"] if each.get("status", "digit") == "digit" else "rejected"
        axes.set_title(f"{each['label']} → {reading}", loc="center", weight="bold", pad=3)
        axes.set_xlabel(f"{100 * each['confidence']:.0f} % · #{each['index']}", fontsize=8, labelpad=2)
    for axes in list(figure.axes)[len(readings) :]:
        axes.axis("off")
    return figure


@picture
def misread_numbers(pictures: Sequence[np.ndarray], readings: Sequence[Mapping[str, Any]]) -> Figure:
    """Show pictures of numbers that were misread, five in a row: what stands there → what was read."""
    rows = max(1, -(-len(readings) // 5))
    figure = Figure(figsize=(9, 1.05 * rows))
    grid = figure.subplots(rows, 5, squeeze=False).flat
    for axes in grid:
        axes.axis("off")
    for axes, each, reading in zip(figure.axes, pictures, readings, strict=False):
        axes.imshow(each, cmap="gray", vmin=0, vmax=255)
        axes.set_title(f"{reading['text']} → {reading['read']}", loc="center", weight="bold", fontsize=9)
    return figure


@picture
def reliability(bins: Sequence[Mapping[str, Any]], error: float) -> Figure:
    """Show how often readings of each confidence are right, and how many there are of them."""
    edges = np.arange(BINS) / BINS
    counts, shares = [each["n"] for each in bins], [each["accuracy"] or 0 for each in bins]
    figure = Figure(figsize=(5.6, 5.6))
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    above.bar(edges, shares, 1 / BINS, align="edge", color=TEAL, edgecolor="white", alpha=0.8)
    above.plot([0, 1], [0, 1], color=AMBER, linestyle=(0, (4, 3)), label="as sure as right")
    above.set(title="share read right", xlim=(0, 1), ylim=(0, 1.01))
    above.legend(loc="lower right", bbox_to_anchor=(1.01, 0.985), borderpad=0)
    below.bar(edges, counts, 1 / BINS, align="edge", color=MUTED, edgecolor="white")
    below.set(title="images", xlabel="confidence", yscale="log", ylim=(0.7, None))
    # Hardly a reading is so unsure that it would stand here.
    below.text(0.02, 0.72, f"calibration error {100 * error:.2f} %", color=INK, transform=below.transAxes)
    below.yaxis.set(major_formatter=StrMethodFormatter("{x:,.0f}"), minor_locator=NullLocator())
    for axes in (above, below):
        axes.grid(axis="y")
    for axis in (above.xaxis, above.yaxis):
        axis.set_major_formatter(PERCENT)
    return figure
