"""What an ensemble of finished runs reads, for one network to learn from: `digits teach`.

    digits teach --name lessons --teachers mnist-55000 pen-55000 --copies 24
    digits train --name student --lessons lessons --start pen-55000

The samples of a run are augmented so many times, and each copy's target is the mean of what the teachers read in it
and of its label (Hinton, Vinyals, Dean 2015, Distilling the Knowledge in a Neural Network; teacher and student see the
same augmented picture: Beyer et al. 2022, Knowledge distillation: A good teacher is patient and consistent). A teacher
speaks only of what it was trained on: one that saw MNIST alone is not asked about drawings, and nobody about outliers.

Few copies are learnt by heart: the readings of MNIST's 5,000 got worse again after half of a student's epochs, and it
turned away drawings of hands that were new to it. The copies are made once and kept, since they cost as much as the
training, and every student of the same lessons saves that.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import keras
import numpy as np
from keras import ops
from tqdm import tqdm

from ..errors import DataError
from . import runs, samples
from .augment import Augment
from .recipe import Recipe
from .samples import Samples

BATCH = 500


def teach(recipe: Recipe, teachers: list[str], copies: int, name: str) -> Path:
    """Write lessons into a folder, one file a copy, and return it; what is there already is not made again.

    Parameters
    ----------
    recipe
        Says what is augmented and how; copy k takes the recipe's seed + k.
    teachers
        The names of finished runs.
    copies
        How many there are in the end.

    Raises
    ------
    DataError
        If a teacher is no finished run, or there are other lessons of this name.
    """
    folder = runs.folder() / name
    settings = runs.plain({"teachers": teachers, "recipe": asdict(recipe)})
    if folder.exists() and runs.read_json(folder / "settings.json") != settings:
        raise DataError(f"there are other lessons in {folder}: give another --name.")
    networks = {teacher: runs.network(runs.folder() / teacher) for teacher in teachers}
    for teacher, network in networks.items():
        network.name = teacher  # in one model no two networks may have the same
    folder.mkdir(parents=True, exist_ok=True)
    runs.write_json(folder / "settings.json", settings)
    paths = {copy: folder / f"copy-{copy:03}.npz" for copy in range(copies)}
    missing = [copy for copy, path in paths.items() if not path.exists()]
    drawn = {
        copy: samples.to_train_on(replace(recipe, seed=recipe.seed + copy))
        for copy in sorted({copy % recipe.copies for copy in missing})
    }
    for copy in tqdm(missing, desc="lessons", unit="copy"):
        seeded = replace(recipe, seed=recipe.seed + copy)
        _save(paths[copy], _copy(drawn[copy % recipe.copies], networks, seeded))
    return folder


def lessons(name: str) -> tuple[Samples, int]:
    """Read what `teach` wrote, and how many copies it holds.

    Raises
    ------
    DataError
        If there is nothing of the kind.
    """
    paths = sorted((runs.folder() / name).glob("copy-*.npz"))
    if not paths:
        raise DataError(f"there are no lessons in {runs.folder() / name}: make them with `digits teach`.")
    return samples.joined(_read(path) for path in paths), len(paths)


def _save(path: Path, copy: Samples) -> None:
    """Write a copy whole or not at all."""
    part = path.with_name("unfinished.npz")
    np.savez(part, images=copy.images, targets=copy.targets.astype(np.float16))
    part.replace(path)


def _read(path: Path) -> Samples:
    with np.load(path) as copy:
        return Samples(copy["images"], copy["targets"].astype(np.float32))


def _copy(parts: dict[str, Samples], networks: dict[str, keras.Model], recipe: Recipe) -> Samples:
    return samples.joined(
        _part(part, _asked(kind, networks), Augment(recipe.augmentation, recipe.seed, always=True))
        for kind, part in parts.items()
    )


def _asked(kind: str, networks: dict[str, keras.Model]) -> list[keras.Model]:
    """Return the teachers of this kind of sample."""
    if kind == "outliers":
        return []
    return [
        network
        for name, network in networks.items()
        if kind == "mnist" or runs.recipe(runs.folder() / name).drawings > 0
    ]


def _part(part: Samples, asked: list[keras.Model], augment: Augment) -> Samples:
    """Return the samples, augmented, with the mean of the readings and the label as targets."""
    views = keras.Input(part.images.shape[1:], dtype="uint8")
    pictures = augment(views)
    readings = {network.name: network(pictures) for network in asked}
    reader = keras.Model(views, {"images": ops.cast(ops.round(pictures * 255), "uint8"), **readings})
    read = reader.predict(part.images, batch_size=BATCH, verbose=0)
    return Samples(read.pop("images"), np.mean([part.targets, *read.values()], axis=0))
