"""The recipe of a run; its defaults are those of one from the start. `runs.json` holds the shipped runs' settings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from ...errors import DataError
from .augment import Augmentation

Precision: TypeAlias = Literal["float32", "bfloat16"]


@dataclass(frozen=True)
class Recipe:
    """All that makes a run what it is."""

    epochs: int = 80
    batch: int = 128
    learning_rate: float = 3e-3  # at its peak, after the first epoch; then a cosine down to zero
    weight_decay: float = 9e-3
    label_smoothing: float = 0.06
    ema: float = 0.998  # what the average keeps of itself at each step
    dropout: tuple[float, float, float] = (0.05, 0.1, 0.25)
    precision: Precision = "float32"  # of the layers' arithmetic; weights and loss are float32
    start: str | None = None  # a finished run whose weights it begins with
    kept: float = 0.3  # of those weights in the result
    part: Literal["train", "all"] = "train"  # MNIST's 55,000, or all 60,000 once everything is chosen
    drawings: float = 0.45  # of pen strokes, for each of MNIST's images
    hands: float = 0.15  # of digits of fonts and in other forms, for each of MNIST's images
    outliers: float = 0.25  # for each of MNIST's images
    styles: float = 0.15  # of the drawn zeros, ones and sevens, in a form seldom met
    clipped_neighbours: float = (
        0.04  # of the drawings, cut beside a neighbour: in one of three a part of it is left
    )
    images: int | None = None  # take only the first of MNIST's images, this many
    copies: int = (
        4  # of drawings and outliers, each made again; an epoch sees one copy's worth of all of them
    )
    seed: int = 0  # of weights, augmentation and order; drawings and outliers are the same for all
    augmentation: Augmentation = field(default_factory=Augmentation)

    def check(self) -> None:
        """Raise `DataError` where a number makes no sense."""
        rates = {"dropout": self.dropout, "kept": (self.kept,), "label_smoothing": (self.label_smoothing,)}
        for name, values in rates.items():
            if not all(0 <= value < 1 for value in values):
                raise DataError(
                    f"{name}: invalid value {getattr(self, name)}: expected shares from 0 to below 1."
                )
        if not 0 < self.learning_rate <= 1:
            raise DataError(
                f"learning_rate: invalid value {self.learning_rate}: expected a rate above 0, at most 1."
            )
        for name in ("weight_decay", "drawings", "hands", "outliers"):
            if not getattr(self, name) >= 0:
                raise DataError(f"{name}: invalid value {getattr(self, name)}: expected a number from 0 on.")

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Recipe:
        """Read what `asdict` and JSON made of a recipe."""
        augmentation = Augmentation(**document["augmentation"])
        # Runs before there were other hands don't name them.
        return cls(
            **{"hands": 0.0, **document, "dropout": tuple(document["dropout"]), "augmentation": augmentation}
        )


def scaled(augmentation: Augmentation, strength: float) -> Augmentation:
    """Return the augmentation with its geometric changes this many times as strong: what they do, not how often."""
    geometric = ("rotation", "scale", "aspect", "shear", "shift", "elastic")
    return replace(augmentation, **{name: strength * getattr(augmentation, name) for name in geometric})


# Light augmentation of MNIST alone, for a look at what the network does: 99 % in two epochs.
_FAST = Recipe(
    epochs=2,
    learning_rate=4e-3,
    weight_decay=2e-3,
    label_smoothing=0.05,
    dropout=(0.0, 0.0, 0.2),
    drawings=0.0,
    hands=0.0,
    outliers=0.0,
    augmentation=Augmentation(
        raw_share=1.0,
        rotation=8.0,
        scale=0.08,
        aspect=0.04,
        shear=0.08,
        shift=1.5,
        elastic_share=0.0,
        thickness_share=0.0,
        grain_share=0.0,
        blur_share=0.0,
        patch_share=0.0,
    ),
)

PRESETS = {"full": Recipe(), "fast": _FAST}
