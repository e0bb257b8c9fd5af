"""The pads that digits are drawn on or shown to, with their reading beside them: HTML, sheets and scripts of one make.

Both pages hold the same HTML and sheets and load the same scripts, ES modules of this folder. `digitPad` and
`numberPad` bring a pad to life and ask a `server`: Gradio on the page that is served, a worker in the browser on the
one that needs no server. A pad's value is its strokes, `{"strokes": [[[x, y], ...], ...]}`, in units of the pad.
"""

from dataclasses import dataclass
from pathlib import Path
from string import Template

HERE = Path(__file__).parent
DIGIT = {
    "prefix": "",
    "width": "400",
    "height": "400",
    "one": "one digit",
    "invitation": "Draw a digit",
    "multiple": "",
}
NUMBER = {
    "prefix": "numbers-",
    "width": "800",
    "height": "400",
    "one": "a number",
    "invitation": "Draw a number",
    "multiple": "multiple",
}
NOTHING_STORED = "Nothing you draw or show is stored."
NOTHING_LEAVES = "Nothing you draw or show leaves your browser."


@dataclass(frozen=True)
class Sketchpad:
    """A pad with its reading, as text; `css` comes behind `common_css()`."""

    html: str
    css: str


def digit_pad(promise: str = NOTHING_STORED) -> Sketchpad:
    """Return the pad for one digit."""
    board = _filled("board.html", **DIGIT, strip="", promise=promise)
    return Sketchpad(_html(board, _joined("digit.html")), _joined("digit.css", "why.css"))


def number_pad(promise: str = NOTHING_STORED) -> Sketchpad:
    """Return the wide pad for numbers."""
    board = _filled("board.html", **NUMBER, strip=_joined("strip.html"), promise=promise)
    return Sketchpad(_html(board, _joined("number.html")), _joined("number.css", "boxes.css"))


def common_css() -> str:
    """Return the sheets of all pads."""
    return _joined("board.css", "reading.css")


def files() -> dict[str, Path]:
    """Return the files that a page loads from its folder `sketchpad/`, by name: ES modules, and samples to try."""
    found = [*sorted(HERE.glob("*.js")), *sorted((HERE / "samples").iterdir())]
    return {path.relative_to(HERE).as_posix(): path for path in found}


def _html(left: str, right: str) -> str:
    """Join the two sides; what changes is changed by the scripts."""
    return f'<div class="sketchpad">\n{left}\n{right}</div>'


def _filled(name: str, **words: str) -> str:
    return Template(_joined(name)).substitute(words)


def _joined(*names: str) -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)
