"""On a GPU whole epochs run at once; here JAX runs them on the processor, in a process of its own."""

import os
import subprocess
import sys
import textwrap

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.train]

PRELUDE = """
    import keras
    import numpy as np
    from digits_detector.training import device
    from digits_detector.training.classifier.recipe import Recipe
    from digits_detector.training.classifier.samples import Course, Samples
    from digits_detector.training.classifier.train import compiled

    labels = np.arange(100) % 10
    images = np.zeros((100, 28, 28, 1), dtype=np.uint8)
    images[np.arange(100), labels] = 255  # a line of the image tells the digit
    targets = np.eye(10, dtype=np.float32)[labels]

    def course(epochs):
        return Course(Samples(images, targets), batch=32, steps=4, epochs=epochs, seed=1)

    def trainer():
        keras.utils.set_random_seed(1)
        layers = [keras.Input((28, 28, 1)), keras.layers.Rescaling(1 / 255), keras.layers.Flatten()]
        model = keras.Sequential([*layers, keras.layers.Dropout(0.2), keras.layers.Dense(10, "softmax")])
        return compiled(model, Recipe(epochs=6, learning_rate=0.05), steps=4)
"""


def on_jax(program: str) -> str:
    """Run a program after the prelude, and return what it prints."""
    code = textwrap.dedent(PRELUDE) + textwrap.dedent(program)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_it_learns_and_reports_each_epoch() -> None:
    recorded = on_jax("""
        epochs = []
        model = trainer()
        tell = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: epochs.append((epoch, logs)))
        device.fit(model, course(6), [tell])
        assert [epoch for epoch, _ in epochs] == [0, 1, 2, 3, 4, 5]
        assert epochs[-1][1]["loss"] < epochs[0][1]["loss"]
        print(model.evaluate(images, targets, verbose=0, return_dict=True)["accuracy"])
    """)
    assert float(recorded) == 1


def test_a_pass_sees_each_sample_before_any_again() -> None:
    on_jax("""
        of_two = Course(Samples(images[:96], targets[:96]), batch=16, steps=3, epochs=4, seed=1)
        orders = [device._order(of_two, epoch).ravel().tolist() for epoch in range(4)]
        assert sorted(orders[0] + orders[1]) == sorted(orders[2] + orders[3]) == list(range(96))
        assert orders[0] != orders[2]
        assert set(device._order(course(1), 0).ravel().tolist()) == set(range(100))
    """)


def test_what_goes_on_ends_as_if_it_had_never_stopped() -> None:
    on_jax("""
        whole, parted = trainer(), trainer()
        device.fit(whole, course(4), [])
        saved = []
        keep = lambda epoch, logs: saved.append([np.array(v) for v in parted.variables]) if epoch == 1 else None
        device.fit(parted, course(2), [keras.callbacks.LambdaCallback(on_epoch_end=keep)])
        for variable, value in zip(parted.variables, saved[0], strict=True):
            variable.assign(value)
        device.fit(parted, course(4), [], initial_epoch=2)
        for one, other in zip(whole.get_weights(), parted.get_weights(), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    """)
