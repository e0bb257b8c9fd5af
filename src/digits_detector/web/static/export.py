"""Write the folder that reads drawn digits with no server: `digits export --web DIR`."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from string import Template

from ... import npm
from ...errors import DataError
from ...models import ONNX, chosen
from ...networks.classifier import Classifier
from ..sketchpad import Sketchpad, drawing_pad
from ..story import ICON, TITLE, figures_of, how_it_works, masthead

HERE = Path(__file__).parent
SUMMARY = "Draw a digit, and a small neural network in your browser reads it."
MODULES = ("strokes.js", "normalize.js", "rejection.js", "recognizer.js", "scheme.js")

RUNTIME = npm.Package(
    "onnxruntime-web",
    "1.30.0",
    "sha512-q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ==",
)
# The least of the package that runs the network: its build for WebAssembly alone, in one module, and the one binary
# that it loads. All hosts know the ending .js; some serve .mjs as text, which browsers then refuse.
RUNTIME_FILES = {
    "dist/ort.wasm.bundle.min.mjs": "onnxruntime.js",
    "dist/ort-wasm-simd-threaded.wasm": "ort-wasm-simd-threaded.wasm",
}


def export_web(folder: Path) -> Path:
    """Write the page, the chosen model and the runtime into a new folder, and return its path.

    Parameters
    ----------
    folder : Path
        Is made, whole or not at all; an empty one may be there already.

    Raises
    ------
    ModelError
        If the model that is bundled, or that `$DIGITS_MODEL` names, cannot be loaded.
    DataError
        If the runtime cannot be fetched or is not the pinned one, or the folder is not empty or cannot be written.
    """
    model = chosen()
    network = Classifier(model)
    _refuse_to_overwrite(folder)
    files = runtime()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            part = Path(temporary) / folder.name
            part.mkdir()
            _write(part, model, network)
            for name, content in files.items():
                (part / name).write_bytes(content)
            if folder.exists():
                folder.rmdir()
            part.rename(folder)
    except OSError as error:
        raise DataError(f"{folder} cannot be written: {error.strerror}.") from None
    return folder


def runtime() -> dict[str, bytes]:
    """Return the files of ONNX Runtime Web that the page loads, by name, fetched if need be.

    Raises
    ------
    DataError
        If they cannot be fetched, or are not the pinned ones.
    """
    files = npm.files(RUNTIME, list(RUNTIME_FILES))
    return {RUNTIME_FILES[name]: content for name, content in files.items()}


def _refuse_to_overwrite(folder: Path) -> None:
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise DataError(f"{folder} is there already; name a new folder, or an empty one.")


def _write(folder: Path, model: Path, network: Classifier) -> None:
    sketchpad = drawing_pad()
    for name in MODULES:
        shutil.copyfile(HERE / name, folder / name)
    shutil.copyfile(model, folder / ONNX.name)
    texts = {
        "index.html": _page(sketchpad, network),
        "page.css": "\n".join([_text("../page.css"), sketchpad.css, _text("static.css")]),
        "page.js": "\n".join([_text("start.js"), sketchpad.js]),
        "model.json": json.dumps(_metadata(network), indent=2) + "\n",
        "README.md": Template(_text("space.md")).substitute(runtime=RUNTIME),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _page(sketchpad: Sketchpad, network: Classifier) -> str:
    return Template(_text("page.html")).substitute(
        title=TITLE,
        summary=SUMMARY,
        icon=ICON,
        masthead=masthead(SUMMARY),
        sketchpad=sketchpad.html,
        story=how_it_works(figures_of(network.checksum), photos=False),
    )


def _metadata(network: Classifier) -> dict[str, str | float]:
    """Return the metadata of the model's file, which ONNX Runtime Web does not hand on, and the runtime's version."""
    return {
        "file": ONNX.name,
        "sha256": network.checksum,
        "temperature": network.temperature,
        "outlier_threshold": network.outlier_threshold,
        "runtime": str(RUNTIME),
    }


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
