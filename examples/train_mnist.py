"""A network for MNIST in one sitting: data, augmentation, network, training, accuracy, ONNX.

    python examples/train_mnist.py              # 12 epochs: 99.5 % of the 10,000 test images, 15 minutes on two cores
    python examples/train_mnist.py --epochs 1 --images 2000

It shows the idea behind `digits train`, which adds pen strokes, outliers and calibration. Needs the extra [train].
"""

import argparse

import keras
import numpy as np
import onnx
import onnxruntime
from keras import layers
from onnx import TensorProto, helper, numpy_helper

from digits_detector.training.data import mnist

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=12)
parser.add_argument("--images", type=int, default=60_000)
parser.add_argument("--out", default="mnist.onnx")
args = parser.parse_args()

# ── data: (n, 28, 28, 1) in [0, 1], white ink on black ────────────────────────────────────────────
keras.utils.set_random_seed(0)
(images, labels), (test_images, test_labels) = mnist.load("train"), mnist.load("t10k")
images, test_images = (part[..., None].astype("float32") / 255 for part in (images, test_images))
images, labels = images[: args.images], labels[: args.images]

# ── network: two blocks of two convolutions, two dense layers ─────────────────────────────────────
network = keras.Sequential([keras.Input((28, 28, 1))])
for channels in (32, 64):
    network.add(layers.Conv2D(channels, 3, padding="same", activation="relu"))
    network.add(layers.Conv2D(channels, 3, padding="same", activation="relu"))
    network.add(layers.MaxPooling2D(2))
network.add(layers.Flatten())
network.add(layers.Dense(128, activation="relu"))
network.add(layers.Dropout(0.3))
network.add(layers.Dense(10))

# ── training: no picture is seen twice; the learning rate falls to zero along a cosine ────────────
moved = [layers.RandomRotation(0.03), layers.RandomTranslation(0.07, 0.07), layers.RandomZoom(0.1)]
for layer in moved:
    layer.fill_mode, layer.fill_value = "constant", 0.0  # beyond the edge there is no ink
trainer = keras.Sequential([keras.Input((28, 28, 1)), *moved, network])
steps = args.epochs * -(-len(images) // 128)
rate = keras.optimizers.schedules.CosineDecay(1e-4, steps, warmup_target=2e-3, warmup_steps=steps // 10)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
trainer.compile(keras.optimizers.AdamW(rate, weight_decay=1e-3), loss, metrics=["accuracy"])
trainer.fit(images, labels, batch_size=128, epochs=args.epochs)
print(f"{trainer.evaluate(test_images, test_labels, verbose=0)[1]:.2%} of {len(test_labels):,} test images")

# ── ONNX: a node for each layer; ONNX has the channels first ──────────────────────────────────────
nodes, tensors, x = [helper.make_node("Transpose", ["image"], ["t"], perm=[0, 3, 1, 2])], [], "t"
for layer in network.layers:
    out = "logits" if layer is network.layers[-1] else layer.name
    inputs = [x, *(f"{layer.name}.{number}" for number in range(len(layer.weights)))]
    for name, weight in zip(inputs[1:], layer.get_weights(), strict=True):
        array = weight.transpose(3, 2, 0, 1) if weight.ndim == 4 else weight
        tensors.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
    if isinstance(layer, layers.Conv2D):
        nodes.append(helper.make_node("Conv", inputs, [f"{out}.sums"], pads=[1, 1, 1, 1]))
        nodes.append(helper.make_node("Relu", [f"{out}.sums"], [out]))
    elif isinstance(layer, layers.MaxPooling2D):
        nodes.append(helper.make_node("MaxPool", inputs, [out], kernel_shape=[2, 2], strides=[2, 2]))
    elif isinstance(layer, layers.Flatten):
        nodes.append(helper.make_node("Transpose", inputs, [f"{out}.last"], perm=[0, 2, 3, 1]))
        nodes.append(helper.make_node("Flatten", [f"{out}.last"], [out]))
    elif isinstance(layer, layers.Dense):
        nodes.append(helper.make_node("Gemm", inputs, [out if out == "logits" else f"{out}.sums"]))
        if out != "logits":
            nodes.append(helper.make_node("Relu", [f"{out}.sums"], [out]))
    else:  # dropout does nothing after training
        continue
    x = out
image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 28, 28, 1])
logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 10])
graph = helper.make_graph(nodes, "mnist", [image], [logits], tensors)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model, full_check=True)
onnx.save(model, args.out)

session = onnxruntime.InferenceSession(args.out)
(read,) = session.run(["logits"], {"image": test_images})
print(f"{args.out}: {np.mean(read.argmax(axis=1) == test_labels):.2%} in ONNX Runtime")
