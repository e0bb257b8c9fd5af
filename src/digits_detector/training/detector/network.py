"""The detector's network, as one description that Keras trains and ONNX serves.

    image (h, w, 1) in [0, 1]
    Conv 32 stride 2, Conv 64 stride 2                   stride 4
    residual block of 64
    Conv 96 stride 2, four residual blocks of 96         stride 8: what stands around a digit
    Conv 1×1 to 64, enlarged twice, added                stride 4
    residual block of 64, Conv 64
    Conv 1×1: heat, 16 maps; box, 4 maps

All convolutions but the last two are 3×3, without bias, with batch normalisation and ReLU. Zhou, Wang, Krähenbühl 2019,
Objects as Points, with one heat map a class; residual blocks of He et al. 2016, Deep Residual Learning.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import keras
from keras import layers

X = TypeVar("X")

STRIDE = 4
HEAT, BOX = 16, 4  # maps: the classes and `finer`; x, y, log width and log height
_WIDE, _DEEP, _STEM = 64, 96, 32
_PRIOR = -4.6  # a heat map's logits before training: one cell in a hundred (Lin et al. 2017, section 4.1)


class Builder(Protocol[X]):
    """What the network is made of, in Keras or in ONNX."""

    def conv(self, x: X, name: str, channels: int, *, stride: int = 1, add: X | None = None) -> X:
        """Convolve 3×3, normalise, add another tensor where one is given, then ReLU."""

    def narrow(self, x: X, name: str, channels: int) -> X:
        """Convolve 1×1, normalise, then ReLU."""

    def linear(self, x: X, name: str, channels: int) -> X:
        """Convolve 1×1, with bias, and nothing behind it."""

    def enlarged(self, x: X, name: str) -> X:
        """Repeat each cell, twice across and twice down."""


def describe(build: Builder[X], image: X) -> tuple[X, X]:
    """Build the network on an image; return the heat maps' logits, and the boxes."""
    x = build.conv(image, "stem1", _STEM, stride=2)
    x = build.conv(x, "stem2", _WIDE, stride=2)
    fine = _block(build, x, "fine1", _WIDE)
    deep = build.conv(fine, "down", _DEEP, stride=2)
    for number in range(1, 5):
        deep = _block(build, deep, f"deep{number}", _DEEP)
    context = build.enlarged(build.narrow(deep, "up", _WIDE), "enlarged")
    x = build.conv(fine, "join", _WIDE, add=context)
    x = _block(build, x, "fine2", _WIDE)
    x = build.conv(x, "head", _WIDE)
    return build.linear(x, "heat", HEAT), build.linear(x, "box", BOX)


def _block(build: Builder[X], x: X, name: str, channels: int) -> X:
    return build.conv(build.conv(x, f"{name}a", channels), f"{name}b", channels, add=x)


def _normalised(x: Any, name: str, channels: int, size_and_stride: tuple[int, int]) -> Any:
    x = layers.Conv2D(
        channels, *size_and_stride, padding="same", use_bias=False, kernel_initializer="he_normal", name=name
    )(x)
    return layers.BatchNormalization(momentum=0.97, name=f"{name}_norm")(x)


class _KerasBuilder:
    def conv(self, x: Any, name: str, channels: int, *, stride: int = 1, add: Any = None) -> Any:
        x = _normalised(x, name, channels, (3, stride))
        if add is not None:
            x = layers.Add(name=f"{name}_add")([x, add])
        return layers.Activation("relu", name=f"{name}_relu")(x)

    def narrow(self, x: Any, name: str, channels: int) -> Any:
        return layers.Activation("relu", name=f"{name}_relu")(_normalised(x, name, channels, (1, 1)))

    def linear(self, x: Any, name: str, channels: int) -> Any:
        prior = _PRIOR if name == "heat" else 0.0
        initializer = keras.initializers.Constant(prior)
        return layers.Conv2D(channels, 1, bias_initializer=initializer, name=name, dtype="float32")(x)

    def enlarged(self, x: Any, name: str) -> Any:
        return layers.UpSampling2D(2, name=name)(x)


def build_detector() -> keras.Model:
    """Build the network, untrained.

    Returns
    -------
    keras.Model
        From float32 (n, h, w, 1) in [0, 1], sides multiples of 8, to (n, h / 4, w / 4, 20): 16 logits of heat maps;
        the offset of the box's centre from the cell's in cells, x and y; the logarithms of its width and height over
        16 pixels.
    """
    image = keras.Input((None, None, 1), name="image")
    outputs = describe(_KerasBuilder(), image)
    return keras.Model(image, layers.Concatenate(name="maps", dtype="float32")(outputs), name="detector")
