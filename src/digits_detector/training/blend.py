"""Weight-space ensembling: a fine-tuned network keeps a share of the weights that it began with."""

from __future__ import annotations

import keras


def blend(network: keras.Model, start: keras.Model, kept: float) -> None:
    """Move a network's weights back towards those it started with: it keeps what the start knew, and what it learnt.

    Wortsman et al. 2022, Robust Fine-Tuning of Zero-Shot Models, section 3 (weight-space ensembling).
    """
    pairs = zip(network.get_weights(), start.get_weights(), strict=True)
    network.set_weights([(1 - kept) * weights + kept * before for weights, before in pairs])
