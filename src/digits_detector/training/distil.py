"""What an ensemble of finished runs reads, for one network to learn from: `digits teach`.

    digits teach --name lessons --teachers mnist-55000 pen-55000 --copies 6
    digits train --name student --lessons lessons --start pen-55000

The samples of a run are augmented so many times, and each copy's target is the mean of what the teachers read in it
and of its label (Hinton, Vinyals, Dean 2015, Distilling the Knowledge in a Neural Network; teacher and student see the
same augmented picture: Beyer et al. 2022, Knowledge distillation: A good teacher is patient and consistent). A teacher
speaks only of what it was trained on: one that saw MNIST alone is not asked about drawings, and nobody about outliers.

The copies are made once and kept, since a teacher's reading costs as much as a third of a step of training, and every
student of the same lessons saves it.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
from keras import ops
from tqdm import trange

from ..errors import DataError
from . import runs, samples
from .augment import Augment
from .recipe import Recipe
from .samples import Samples

BATCH = 500


def teach(recipe: Recipe, teachers: list[str], copies: int, name: str) -> Path:
    """Write lessons and return their folder: settings.json, images.npy uint8 (n, 28, 28, 1), targets.npy (n, 10).

    Parameters
    ----------
    recipe
        Says what is augmented, how, and from which seed.
    teachers
        The names of finished runs.

    Raises
    ------
    DataError
        If a teacher is no finished run, or there are lessons of this name already.
    """
    folder = runs.folder() / name
    if folder.exists():
        raise DataError(f"there is {folder} already: give another --name.")
    networks = {teacher: runs.network(teacher) for teacher in teachers}
    augment = Augment(recipe.augmentation, recipe.seed)
    parts = samples.to_train_on(recipe)
    copied = [
        _part(part, _asked(kind, networks), augment, desc=f"{kind}, copy {copy + 1}/{copies}")
        for copy in range(copies)
        for kind, part in parts.items()
    ]
    made = samples.joined(copied)
    folder.mkdir(parents=True)
    np.save(folder / "images.npy", made.images)
    np.save(folder / "targets.npy", made.targets.astype(np.float16))
    runs.write_json(
        folder / "settings.json", {"teachers": teachers, "copies": copies, "recipe": asdict(recipe)}
    )
    return folder


def lessons(name: str) -> tuple[Samples, int]:
    """Read what `teach` wrote, and how many copies it holds.

    Raises
    ------
    DataError
        If there is nothing of the kind.
    """
    folder = runs.folder() / name
    try:
        settings = runs.read_json(folder / "settings.json")
        images, targets = np.load(folder / "images.npy"), np.load(folder / "targets.npy")
    except FileNotFoundError:
        raise DataError(f"there are no lessons in {folder}: make them with `digits teach`.") from None
    return Samples(images, targets.astype(np.float32)), settings["copies"]


def _asked(kind: str, networks: dict[str, keras.Model]) -> list[keras.Model]:
    """Return the teachers of this kind of sample."""
    if kind == "outliers":
        return []
    return [
        network for name, network in networks.items() if kind == "mnist" or runs.recipe(name).drawings > 0
    ]


def _part(part: Samples, asked: list[keras.Model], augment: Augment, desc: str) -> Samples:
    """Return the samples, augmented, with the mean of the readings and the label as targets."""
    images = np.empty((len(part.images), 28, 28, 1), dtype=np.uint8)
    targets = part.targets.copy()
    for start in trange(0, len(images), BATCH, desc=desc, unit="batch", mininterval=1):
        batch = np.s_[start : start + BATCH]
        pictures = ops.convert_to_numpy(augment(part.images[batch], training=True))
        images[batch] = np.rint(pictures * 255)
        readings = [network.predict_on_batch(pictures) for network in asked]
        targets[batch] = np.mean([part.targets[batch], *readings], axis=0)
    return Samples(images, targets)
