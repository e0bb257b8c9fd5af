"""What `benchmarks.service` measures beside `digits serve`: FastAPI and Keras, as one would first think of it.

python -m benchmarks.opponents predict     # or call: `model(x)` in place of `model.predict`
"""

from __future__ import annotations

import io
import socket
import sys
from typing import Any

import keras
import numpy as np
import uvicorn
from fastapi import FastAPI, File
from PIL import Image

from digits_detector.training.repository import KERAS


def serve_keras(way: str) -> None:
    """Serve the network as one would first think of: FastAPI, Keras, and the whole canvas squeezed to 28×28."""

    model = keras.saving.load_model(KERAS, compile=False)
    app = FastAPI()

    @app.post("/api/predict")
    def predict(image: bytes = File()) -> dict[str, Any]:
        squeezed = Image.open(io.BytesIO(image)).convert("L").resize((28, 28))
        digits = 1 - np.asarray(squeezed, dtype=np.float32)[None, ..., None] / 255
        probabilities = (
            model.predict(digits, verbose=0) if way == "predict" else model(digits, training=False)
        )
        row = np.asarray(probabilities)[0]
        return {"digit": int(row.argmax()), "probabilities": row.tolist()}

    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as with our server
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])


if __name__ == "__main__":
    serve_keras(sys.argv[1])
