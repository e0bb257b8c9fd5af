"""How well outliers are rejected: `python -m benchmarks.reject [FOLDER]`.

The folder, by default `$DIGITS_DATA`, holds what no run trained on, in these files; what is missing is left out:

    sketch/numberpad_digits.npz     strokes of digits
    photo/paper_digits.npz          pictures of digits
    scans/usps.npz                  pictures of digits
    sketch/chars74k_letters.npz     strokes of letters
    sketch/numberpad_operators.npz  strokes of signs
    photo/paper_letters.npz         pictures of letters

Strokes are stored as for `benchmarks.sketch`; pictures as `images` (n, height, width), uint8, and `label` (n,), with
`crop_yxhw` (n, 4) where only a part of each counts. The rest is made here, by other code than training's outliers.

A score is measured by its ranking (AUROC: the chance that an outlier's is higher than a digit's), and by the share of
outliers that pass for digits at the thresholds that let 95 % and 99 % of the digits pass. What the recogniser finds
nothing in is rejected by any score. As shipped, `predict` decides, which asks the detector about pictures that are not
plain.
Beside the network's own score stand two that need no training: the largest logit (Hendrycks et al. 2022, Scaling
Out-of-Distribution Detection for Real-World Settings), and how far the features are from a training digit's (Sun et al.
2022, Out-of-Distribution Detection with Deep Nearest Neighbors).
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from digits_detector import DigitRecognizer
from digits_detector.errors import DataError
from digits_detector.image.ink import Picture, find_ink
from digits_detector.networks.classifier import Classifier
from digits_detector.normalize import normalize
from digits_detector.strokes import Strokes
from digits_detector.training.data import mnist, pen
from digits_detector.training.outliers.letters import CLEAR

from . import nondigits
from .command import main
from .photo import load_pictures
from .sketch import load_strokes

# Letters where people differ: reported, but counted neither way. All but these and the clear ones are digits in
# disguise: O, l, S, Z.
UNCLEAR = "CVYcjuv"
NEIGHBOUR = 10  # the nearest training digit but nine: one alone may be mislabelled

Images: TypeAlias = NDArray[np.uint8]  # (n, 28, 28)
Scores: TypeAlias = NDArray[np.floating[Any]]  # (n,), higher = less like a digit
Sets: TypeAlias = dict[str, Sequence[Strokes | Picture]]


def run(folder: Path | None = None) -> dict[str, Any]:
    """Measure the shipped model.

    Raises
    ------
    DataError
        If there is no such folder, one of its files is broken, or the pen digits or MNIST cannot be had.
    """
    folder = folder or Path(os.environ.get("DIGITS_DATA", ""))
    if not folder.is_dir():
        raise DataError(f"there is no folder {folder} to measure on.")
    digits, outliers, left_out = find(folder)
    training, writers = pen.split(pen.load())
    made, unmade = _made(writers.strokes)
    recognizer = DigitRecognizer()
    result = measure(
        recognizer,
        {"pen writers 26–30": writers.strokes, **digits},
        {**outliers, **made},
        Classifier(recognizer.model)(_training_digits(training)).features,
    )
    return {**result, "left_out": left_out + unmade}


def _training_digits(drawings: pen.PenDigits) -> Images:
    """Return pen digits, and as many of MNIST's as are enough to be near to."""
    images, labels = mnist.load("train")
    chosen, _ = mnist.split(labels)
    return np.concatenate([mnist.preprocessed(images[chosen[:20_000]]), seen(drawings.strokes)])


def measure(
    recognizer: DigitRecognizer, digits: Sets, outliers: Sets, neighbours: NDArray[np.float32]
) -> dict[str, Any]:
    """Compare the network's score, the largest logit, and the distance to training digits' features.

    Parameters
    ----------
    recognizer : DigitRecognizer
    digits, outliers : dict of sequence of Strokes or pictures
        By name.
    neighbours : ndarray of shape (m, 128), float32
        Features of training digits.
    """
    network = Classifier(recognizer.model)
    of_digits = [_scores(network, seen(items), neighbours) for items in digits.values()]
    real = {name: np.concatenate([scores[name] for scores in of_digits]) for name in of_digits[0]}
    rows = []
    for name, items in tqdm(outliers.items(), desc="outliers", unit="set"):
        scores = _scores(network, seen(items), neighbours)
        ranked = {kind: _ranked(real[kind], scores[kind]) for kind in scores}
        passed = _share(_accepted(recognizer, items))
        rows.append({"set": name, "n": len(items), "false_accept_shipped": passed, **ranked})
    accepted = [_accepted(recognizer, items) for items in digits.values()]
    return {
        "protocol": "false accept: the share of outliers that pass for digits, where so many digits are rejected",
        "digits": [
            {"set": name, "n": len(each), "true_accept_shipped": _share(each)}
            for name, each in zip(digits, accepted, strict=True)
        ],
        "true_accept_shipped": _share(np.concatenate(accepted)),
        "rows": rows,
    }


def _accepted(recognizer: DigitRecognizer, items: Sequence[Strokes | Picture]) -> NDArray[np.bool_]:
    """Return for which items `predict` says a digit."""
    return np.asarray(recognizer.predict_batch(items).status == "digit")


def _scores(network: Classifier, images: Images, neighbours: NDArray[np.float32]) -> dict[str, Scores]:
    outputs = network(images)
    scores = {
        "outlier_score": outputs.outlier_scores,
        "largest_logit": -outputs.logits.max(axis=1),
        "nearest_neighbours": _distance(outputs.features, neighbours),
    }
    blank = ~images.any(axis=(1, 2))
    return {name: np.where(blank, np.inf, score) for name, score in scores.items()}


def _distance(features: NDArray[np.float32], neighbours: NDArray[np.float32]) -> Scores:
    """Return how far, on the unit sphere, the tenth nearest neighbour is: minus the cosine."""
    directions = [
        each / np.linalg.norm(each, axis=1, keepdims=True).clip(1e-9) for each in (features, neighbours)
    ]
    k = min(NEIGHBOUR, len(neighbours))
    blocks = np.array_split(directions[0], 1 + len(features) // 500)
    return np.concatenate(
        [np.partition(-block @ directions[1].T, k - 1, axis=1)[:, k - 1] for block in blocks]
    )


def _ranked(digits: Scores, outliers: Scores) -> dict[str, float]:
    return {
        "auroc": auroc(digits, outliers),
        **{
            f"false_accept_{share}": _share(outliers <= np.quantile(digits, share / 100, method="higher"))
            for share in (95, 99)
        },
    }


def auroc(digits: Scores, outliers: Scores) -> float:
    """Return the chance that an outlier's score is higher than a digit's, ties counting half."""
    ordered = np.sort(digits)
    below = np.searchsorted(ordered, outliers, "left") + np.searchsorted(ordered, outliers, "right")
    return round(float(below.mean()) / 2 / len(digits), 6)


def _share(true: NDArray[np.bool_]) -> float:
    return round(float(true.mean()), 6)


# ── found in the folder ──────────────────────────────────────────────────────────────────────────

DIGITS = {
    "numberpad": "sketch/numberpad_digits.npz",
    "paper": "photo/paper_digits.npz",
    "USPS": "scans/usps.npz",
}
DRAWN, ON_PAPER = "sketch/chars74k_letters.npz", "photo/paper_letters.npz"
LETTERS = {
    "clear letters, drawn": (CLEAR, (DRAWN,)),
    "clear letters, on paper": (CLEAR, (ON_PAPER,)),
    "clear letters, together": (CLEAR, (DRAWN, ON_PAPER)),
    "unclear letters, together": (UNCLEAR, (DRAWN, ON_PAPER)),
    "+ ^ e x, drawn": ("+^ex", ("sketch/numberpad_operators.npz",)),
}


def find(folder: Path) -> tuple[Sets, Sets, list[str]]:
    """Return the digits and the outliers that a folder holds, and in sentences what is missing.

    Raises
    ------
    DataError
        If a file is not what it should be.
    """
    digits: Sets = {}
    outliers: Sets = {}
    left_out = []
    for name, file in DIGITS.items():
        if (folder / file).exists():
            digits[name] = _load(folder / file)[0]
        else:
            left_out.append(f"{name}: there is no file {folder / file}.")
    for name, (letters, files) in LETTERS.items():
        if missing := [str(folder / file) for file in files if not (folder / file).exists()]:
            left_out.append(f"{name}: there is no file {' and no '.join(missing)}.")
        else:
            outliers[name] = [item for file in files for item in _letters(folder / file, letters)]
    return digits, outliers, left_out


def _letters(path: Path, letters: str) -> list[Strokes | Picture]:
    items, labels = _load(path)
    return [item for item, label in zip(items, labels, strict=True) if label in letters]


def _load(path: Path) -> tuple[Sequence[Strokes | Images], NDArray[Any]]:
    try:
        return load_strokes(path) if path.parent.name == "sketch" else load_pictures(path)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path} cannot be read: {error}.") from None


def seen(items: Sequence[Strokes | Picture]) -> Images:
    """Pass drawings and pictures preprocessed; what is blank stays so."""
    bar = tqdm(items, desc="preprocessing", leave=False, mininterval=1)
    normalized = [normalize(item if isinstance(item, Strokes) else find_ink(item)) for item in bar]
    return np.array(normalized, dtype=np.uint8).reshape(-1, 28, 28)


# ── made here ────────────────────────────────────────────────────────────────────────────────────


def _made(digits: tuple[Strokes, ...]) -> tuple[Sets, list[str]]:
    random = np.random.default_rng(0)
    made: Sets = {
        "ticks, crosses, pluses, smileys": nondigits.signs(100, random),
        "several digits": nondigits.rows_of_digits(500, digits, random),
        "scribbles and random strokes": nondigits.scribbles(300, random),
        "noise": nondigits.noise(250, random),
        "noise, in strips of 4:1 to 8:1": nondigits.noise(100, random, stretch=(4, 8)),
    }
    left_out = []
    try:
        photographs = importlib.import_module("sklearn.datasets").load_sample_images().images
        made["patches of photographs"] = nondigits.patches(1000, photographs, random)
    except ImportError:
        left_out.append("patches of photographs: scikit-learn, which has two, is not installed.")
    return made, left_out


# ── table ────────────────────────────────────────────────────────────────────────────────────────


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    sets = ", ".join(
        f"{row['set']} {row['n']:,} ({row['true_accept_shipped']:.2%})" for row in result["digits"]
    )
    lines = [
        f"digits, and how many pass the shipped threshold: {sets}; together {result['true_accept_shipped']:.2%}",
        f"{'':<39} {'AUROC, and false accept at':^34} │ {'largest logit':^15} │ nearest neighbours",
        f"{'':<33} {'n':>5} {'AUROC':>8} {'95 %':>8} {'99 %':>8} {'shipped':>8}"
        + f" │ {'AUROC':>7} {'99 %':>7}" * 2,
    ]
    for row in result["rows"]:
        own = row["outlier_score"]
        others = [row["largest_logit"], row["nearest_neighbours"]]
        lines.append(
            f"{row['set']:<33} {row['n']:5,} {own['auroc']:8.4f} {own['false_accept_95']:8.2%} "
            f"{own['false_accept_99']:8.2%} {row['false_accept_shipped']:8.2%}"
            + "".join(f" │ {other['auroc']:7.4f} {other['false_accept_99']:7.2%}" for other in others)
        )
    return "\n".join([*lines, *(f"left out: {reason}" for reason in result["left_out"]), result["protocol"]])


if __name__ == "__main__":
    main("reject", run, table, ["data"])
