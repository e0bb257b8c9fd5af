"""Pages seen again, larger or smaller and elsewhere: on a GPU, which learns faster than pages are made. Needs JAX."""

from __future__ import annotations

import jax
from jax import numpy as jnp

from .labels import DIGITS, FINER, FUZZY, HEIGHTS, IGNORED, SHAPE

_SCALE, _ASPECT, _SHIFT = 0.12, 0.08, 14.0  # logarithms, either way; pixels, either way
_INSIDE = 0.95  # of a character's box; of less the loss leaves it out


def moved(key: jax.Array, images: jax.Array, boxes: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Scale and shift each page; its edge is repeated where there is nothing beyond it.

    Parameters
    ----------
    key : jax.Array
    images : (n, h, w), uint8
    boxes : (n, k, 5)
        As `Page.boxes`.
    """
    scale_key, aspect_key, shift_key = jax.random.split(key, 3)
    n = len(images)
    size = jax.random.uniform(scale_key, (n, 1), minval=-_SCALE, maxval=_SCALE)
    aspect = jax.random.uniform(aspect_key, (n, 1), minval=-_ASPECT, maxval=_ASPECT)
    scale = jnp.exp(jnp.concatenate([size + aspect, size - aspect], axis=1))  # across, down
    shift = jax.random.uniform(shift_key, (n, 2), minval=-_SHIFT, maxval=_SHIFT)
    across = _resampling(scale[:, 0], shift[:, 0], SHAPE[1])
    down = _resampling(scale[:, 1], shift[:, 1], SHAPE[0])
    again = jnp.einsum("nij,njk,nlk->nil", down, images.astype(jnp.bfloat16), across)
    return jnp.round(again).astype(jnp.uint8), _moved_boxes(boxes, scale, shift)


def _resampling(scale: jax.Array, shift: jax.Array, length: int) -> jax.Array:
    """Return the weights (n, length, length) of bilinear interpolation about the middle."""
    middle = length / 2
    at = (jnp.arange(length) + 0.5 - middle - shift[:, None]) / scale[:, None] + middle - 0.5
    at = jnp.clip(at, 0, length - 1)
    weights = jnp.maximum(1 - jnp.abs(at[:, :, None] - jnp.arange(length)), 0)
    return weights.astype(jnp.bfloat16)


def _moved_boxes(boxes: jax.Array, scale: jax.Array, shift: jax.Array) -> jax.Array:
    size = jnp.array(SHAPE[::-1], dtype=jnp.float32)
    scale, shift = scale[:, None], shift[:, None]
    low = (boxes[..., :2] - size / 2) * scale + size / 2 + shift
    high = (boxes[..., 2:4] - size / 2) * scale + size / 2 + shift
    seen_low, seen_high = jnp.clip(low, 0, size), jnp.clip(high, 0, size)
    seen = jnp.prod(jnp.maximum(seen_high - seen_low, 0), axis=-1)
    inside = seen / jnp.maximum(jnp.prod(high - low, axis=-1), 1e-6)
    kind, height = boxes[..., 4], high[..., 1] - low[..., 1]
    digit, fuzzy = kind < DIGITS, (height >= FUZZY[0] * HEIGHTS[0]) & (height <= FUZZY[1] * HEIGHTS[1])
    right = (height >= HEIGHTS[0]) & (height <= HEIGHTS[1])
    resized = jnp.where(right, kind, jnp.where(fuzzy, IGNORED, jnp.where(height < HEIGHTS[0], FINER, -1)))
    resized = jnp.where(digit, resized, jnp.where((kind == FINER) & fuzzy, IGNORED, kind))
    kept = jnp.where(inside >= _INSIDE, resized, IGNORED)
    gone = (kind < 0) | (seen <= 0)
    return jnp.concatenate([seen_low, seen_high, jnp.where(gone, -1, kept)[..., None]], axis=-1)
