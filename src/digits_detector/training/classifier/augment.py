"""Augmentation of a batch on the device: stroke thickness, one coordinate map and interpolation, noise, blur, cutout.

Rotation, scaling, shear, aspect, shift and elastic distortion (Simard, Steinkraus, Platt 2003, Best Practices for
Convolutional Neural Networks) only move coordinates; pixels are interpolated once, however many of them apply. Noise,
blur and cutout, a patch that covers a part of the digit (DeVries, Taylor 2017, Improved Regularization of Convolutional
Neural Networks with Cutout), stand for pen, paper and camera.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

SIZE = 28
KNOTS = 5  # of the elastic distortion, a side

Tensor = Any  # of whichever backend Keras runs on


@dataclass(frozen=True)
class Augmentation:
    """How far each change goes; each is drawn evenly from its range, for each image again."""

    raw_share: float = 0.6  # of the digits that are seen as MNIST has them; the rest preprocessed
    rotation: float = 11.5  # degrees, either way
    scale: float = 0.12  # times exp(±scale): 0.89 to 1.13
    aspect: float = 0.15  # width over height, times exp(±aspect)
    shear: float = 0.15  # pixels sideways a pixel down, either way
    shift: float = 2.0  # pixels in x and in y, either way
    elastic: float = 0.6  # pixels, the standard deviation at a knot
    elastic_share: float = 0.5  # of the images that are distorted elastically
    thicker: float = 0.6  # of the way to the 3×3 dilated image, at most
    thinner: float = 0.5  # of the way to the 3×3 eroded image, at most
    thickness_share: float = 0.4  # of the images whose strokes change
    grain: float = 0.25  # the standard deviation of the noise on a pixel, at most
    grain_share: float = 0.05  # of the images with grain
    blur_share: float = 0.05  # of the images that go some of the way to their 3×3 means taken twice
    patch: float = 7.0  # pixels, a side of the patch
    patch_share: float = 0.05  # of the images with a patch of one grey over them


@keras.saving.register_keras_serializable("digits_detector")
class Augment(keras.layers.Layer):  # type: ignore[misc]
    """From two views of each digit, uint8 (n, 28, 28, 2), to one picture for the network, float32 (n, 28, 28, 1).

    View 0 is the digit as MNIST has it, view 1 the same preprocessed. In training, or always, one of them is
    drawn and augmented; otherwise view 0 is passed on as it is.
    """

    def __init__(
        self, settings: Augmentation | dict[str, float], seed: int = 0, *, always: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.always = always
        self.settings = settings if isinstance(settings, Augmentation) else Augmentation(**settings)
        self.seed = seed
        self.random = keras.random.SeedGenerator(seed)
        self.knots = _knot_weights()

    def get_config(self) -> dict[str, Any]:
        """Return what the constructor takes."""
        return {
            **super().get_config(),
            "settings": asdict(self.settings),
            "seed": self.seed,
            "always": self.always,
        }

    def call(self, views: Tensor, training: bool = False) -> Tensor:
        """Return one picture of each digit's two views."""
        views = ops.cast(views, "float32") / 255.0
        if not (training or self.always):
            return views[..., :1]
        n = ops.shape(views)[0]
        raw = self._chance(n, self.settings.raw_share)[:, None, None, None]
        images = raw * views[..., :1] + (1 - raw) * views[..., 1:]
        y, x = self._coordinates(n)
        return self._with_noise_blur_and_cutout(interpolate(self._with_thickness(images), y, x))

    def _with_thickness(self, images: Tensor) -> Tensor:
        s, n = self.settings, ops.shape(images)[0]
        thicker = ops.max_pool(images, 3, strides=1, padding="same")
        thinner = -ops.max_pool(-images, 3, strides=1, padding="same")
        amount = self._uniform(n, -s.thinner, s.thicker) * self._chance(n, s.thickness_share)
        amount = amount[:, None, None, None]
        return (
            images
            + ops.maximum(amount, 0.0) * (thicker - images)
            + ops.maximum(-amount, 0.0) * (thinner - images)
        )

    def _with_noise_blur_and_cutout(self, images: Tensor) -> Tensor:
        s, n = self.settings, ops.shape(images)[0]
        if not (s.grain_share or s.blur_share or s.patch_share):
            return images
        means = ops.average_pool(ops.average_pool(images, 3, 1, "same"), 3, 1, "same")
        blur = self._uniform(n, 0.0, 1.0) * self._chance(n, s.blur_share)
        images = images + blur[:, None, None, None] * (means - images)
        covered, grey = self._patches(n), self._uniform(n, 0.0, 1.0)[:, None, None, None]
        images = images + covered * (grey - images)
        grain = self._uniform(n, 0.0, s.grain) * self._chance(n, s.grain_share)
        noise = keras.random.normal(ops.shape(images), seed=self.random)
        return ops.clip(images + grain[:, None, None, None] * noise, 0.0, 1.0)

    def _patches(self, n: Tensor) -> Tensor:
        """Return (n, 28, 28, 1): one where a patch lies."""
        s, places = self.settings, ops.arange(SIZE, dtype="float32")
        y, x = self._uniform(n, 0.0, SIZE - s.patch), self._uniform(n, 0.0, SIZE - s.patch)
        down, across = (
            ops.cast((places >= start[:, None]) & (places < start[:, None] + s.patch), "float32")
            for start in (y, x)
        )
        patches = down[:, :, None] * across[:, None, :] * self._chance(n, s.patch_share)[:, None, None]
        return patches[..., None]

    def _coordinates(self, n: Tensor) -> tuple[Tensor, Tensor]:
        """Return y and x, (n, 28, 28) each: where in the image each pixel of the result comes from."""
        s = self.settings
        angle = self._uniform(n, -np.pi / 180 * s.rotation, np.pi / 180 * s.rotation)
        scale, aspect = self._uniform(n, -s.scale, s.scale), self._uniform(n, -s.aspect, s.aspect)
        sx, sy = ops.exp(scale + aspect / 2), ops.exp(scale - aspect / 2)
        shear = self._uniform(n, -s.shear, s.shear)
        cos, sin = ops.cos(angle), ops.sin(angle)
        grid = ops.arange(SIZE, dtype="float32") - (SIZE - 1) / 2
        down, across = grid[None, :, None], grid[None, None, :]

        def affine(of_x: Tensor, of_y: Tensor) -> Tensor:
            shift = self._uniform(n, -s.shift, s.shift) + (SIZE - 1) / 2
            return of_x[:, None, None] * across + of_y[:, None, None] * down + shift[:, None, None]

        x = affine(cos * sx, (shear * cos - sin) * sy)
        y = affine(sin * sx, (shear * sin + cos) * sy)
        bent = self._chance(n, s.elastic_share)[:, None, None] * s.elastic
        return y + bent * self._bend(n), x + bent * self._bend(n)

    def _bend(self, n: Tensor) -> Tensor:
        """Return (n, 28, 28): normal values at the knots, smooth in between."""
        values = keras.random.normal((n, KNOTS, KNOTS), seed=self.random)
        return ops.matmul(ops.matmul(self.knots, values), ops.transpose(self.knots))

    def _uniform(self, n: Tensor, low: float, high: float) -> Tensor:
        return keras.random.uniform((n,), low, high, seed=self.random)

    def _chance(self, n: Tensor, share: float) -> Tensor:
        return ops.cast(keras.random.uniform((n,), seed=self.random) < share, "float32")


def _knot_weights() -> np.ndarray:
    """Return (28, KNOTS): how much each knot counts at each pixel, raised cosines that sum to one."""
    spacing = (SIZE - 1) / (KNOTS - 1)
    distance = np.abs(np.arange(SIZE)[:, None] / spacing - np.arange(KNOTS))
    return np.where(distance < 1, (1 + np.cos(np.pi * distance)) / 2, 0).astype(np.float32)


def interpolate(images: Tensor, y: Tensor, x: Tensor) -> Tensor:
    """Take (n, 28, 28, 1) images at coordinates (n, 28, 28), bilinearly; outside there is no ink."""
    side = SIZE + 2
    flat = ops.reshape(ops.pad(images[..., 0], ((0, 0), (1, 1), (1, 1))), (-1,))
    # One pixel of border is black, so what lies further out may be held to it.
    y, x = ops.clip(y + 1, 0.0, side - 1.001), ops.clip(x + 1, 0.0, side - 1.001)
    top, left = ops.floor(y), ops.floor(x)
    y, x = y - top, x - left
    first = ops.arange(ops.shape(images)[0])[:, None, None] * (side * side)
    corner = first + ops.cast(top, "int32") * side + ops.cast(left, "int32")
    upper = (1 - x) * ops.take(flat, corner) + x * ops.take(flat, corner + 1)
    lower = (1 - x) * ops.take(flat, corner + side) + x * ops.take(flat, corner + side + 1)
    return ((1 - y) * upper + y * lower)[..., None]
