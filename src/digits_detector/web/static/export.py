"""Write the folder that reads digits, drawn or photographed, with no server: `digits export --web DIR`."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from string import Template
from typing import Any

from ... import npm
from ...errors import DataError
from ...models import DETECTOR, ONNX, chosen
from ...networks.classifier import Classifier
from ...networks.detector import Detector
from ..sketchpad import NOTHING_LEAVES, common_css, digit_pad, files, number_pad
from ..story import ICON, TITLE, figures_of, how_it_works, masthead
from .icon import SIDES, icon

HERE = Path(__file__).parent
# What isolates the page from others, so that its network may run on several threads; the service worker sends the same.
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
SUMMARY = "Draw or photograph digits, and a small neural network in your browser reads them."

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
    """Write the page, the chosen classifier, the detector and the runtime into a new folder, and return its path.

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
    of_the_runtime = runtime()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            part = Path(temporary) / folder.name
            _write(part, _contents(model, network) | of_the_runtime)
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


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    for name, content in (contents | {"service-worker.js": _service_worker(contents)}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _contents(model: Path, network: Classifier) -> dict[str, bytes]:
    """Return the files that the page is made of but for the runtime, by name."""
    words = {"title": TITLE, "summary": SUMMARY}
    texts = {
        "index.html": _page(network),
        "page.css": _sheets(),
        "manifest.webmanifest": Template(_text("manifest.webmanifest")).substitute(words),
        "model.json": json.dumps(_metadata(network, Detector(DETECTOR)), indent=2) + "\n",
        "README.md": Template(_text("space.md")).substitute(runtime=RUNTIME),
    }
    return {
        **{name: text.encode() for name, text in texts.items()},
        **{
            script.name: script.read_bytes()
            for script in HERE.glob("*.js")
            if script.name != "service-worker.js"
        },
        **{f"sketchpad/{name}": path.read_bytes() for name, path in files().items()},
        **{f"icon-{side}.png": icon(side) for side in SIDES},
        ONNX.name: model.read_bytes(),
        DETECTOR.name: DETECTOR.read_bytes(),
    }


def _service_worker(contents: dict[str, bytes]) -> bytes:
    """Return the script that keeps the files for when there is no network; with other files it is another."""
    used = sorted(name for name in contents if name != "README.md")
    version = hashlib.sha256(b"".join(name.encode() + contents[name] for name in used)).hexdigest()[:12]
    names = json.dumps(["./", *used], indent=2)
    return Template(_text("service-worker.js")).substitute(version=version, files=names).encode()


def _page(network: Classifier) -> str:
    modules = [f"sketchpad/{name}" for name in files() if name.endswith(".js")]
    return Template(_text("page.html")).substitute(
        title=TITLE,
        summary=SUMMARY,
        icon=ICON,
        preloads="\n".join(f'<link rel="modulepreload" href="{module}">' for module in modules),
        masthead=masthead(SUMMARY),
        digit=digit_pad(NOTHING_LEAVES).html,
        numbers=number_pad(NOTHING_LEAVES).html,
        story=how_it_works(figures_of(network.checksum)),
    )


def _sheets() -> str:
    """Return the page's sheet; what is one pad's own holds in its tab alone."""
    own = {"digit": digit_pad().css, "numbers": number_pad().css}
    nested = [f":where(#{tab}) {{\n{sheet}\n}}" for tab, sheet in own.items()]
    return "\n".join([_text("../page.css"), _text("static.css"), common_css(), *nested])


def _metadata(classifier: Classifier, detector: Detector) -> dict[str, Any]:
    """Return the metadata of the models' files, which ONNX Runtime Web does not hand on, and the runtime's version."""
    return {
        "classifier": {
            "file": ONNX.name,
            "sha256": classifier.checksum,
            "temperature": classifier.temperature,
            "outlier_threshold": classifier.outlier_threshold,
            "lattice": classifier.lattice,
        },
        "detector": {
            "file": DETECTOR.name,
            "sha256": detector.checksum,
            "temperature": detector.temperature,
            "certainty": list(detector.certainty),
            "threshold": detector.threshold,
            "mark_threshold": detector.mark_threshold,
            "finer_threshold": detector.finer_threshold,
            "picture_odds": detector.picture_odds,
            "heights": list(detector.heights),
        },
        "runtime": str(RUNTIME),
    }


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
