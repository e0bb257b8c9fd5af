"""The network is exactly the one described."""

import pytest

from digits_detector.training.classifier.network import build_model

LAYERS = [
    ("conv1", (28, 28, 32), 320),
    ("norm1", (28, 28, 32), 128),
    ("conv2", (28, 28, 32), 9_248),
    ("pool1", (14, 14, 32), 0),
    ("dropout1", (14, 14, 32), 0),
    ("conv3", (14, 14, 64), 18_496),
    ("norm2", (14, 14, 64), 256),
    ("conv4", (14, 14, 64), 36_928),
    ("pool2", (7, 7, 64), 0),
    ("dropout2", (7, 7, 64), 0),
    ("flatten", (3136,), 0),
    ("features", (128,), 401_536),
    ("dropout3", (128,), 0),
    ("probabilities", (10,), 1_290),
]


def test_layers_shapes_and_parameters() -> None:
    model = build_model()
    assert [(layer.name, layer.output.shape[1:], layer.count_params()) for layer in model.layers] == LAYERS
    assert model.count_params() == 468_202
    assert sum(weight.numpy().size for weight in model.trainable_weights) == 468_010
    assert (
        sum(weight.numpy().size for weight in model.non_trainable_weights if "seed" not in weight.path) == 192
    )


def test_activations_and_input() -> None:
    model = build_model()
    assert model.input_shape == (None, 28, 28, 1)
    activations = {
        name: model.get_layer(name).activation.__name__
        for name in ("conv1", "conv4", "features", "probabilities")
    }
    assert activations == {"conv1": "relu", "conv4": "relu", "features": "relu", "probabilities": "softmax"}


def test_the_three_dropout_rates_are_arguments() -> None:
    model = build_model(dropout=(0.1, 0.2, 0.3))
    assert [model.get_layer(f"dropout{n}").rate for n in (1, 2, 3)] == pytest.approx([0.1, 0.2, 0.3])
