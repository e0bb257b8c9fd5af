"""The pads that digits are drawn on or shown to, with their reading beside them: HTML, sheets and scripts of one make.

The scripts find `element`, `props` and `server` where they run: of Gradio on the page that is served, of `start.js` on
the one that needs no server. A pad's value is its strokes, `{"strokes": [[[x, y], ...], ...]}`, in units of the pad.
"""

from dataclasses import dataclass
from pathlib import Path
from string import Template

HERE = Path(__file__).parent
DIGIT = {"prefix": "", "width": "400", "height": "400", "one": "one digit", "invitation": "Draw a digit"}
NUMBER = {
    "prefix": "numbers-",
    "width": "800",
    "height": "400",
    "one": "a number",
    "invitation": "Draw a number",
}
NOTHING_STORED = "Nothing you draw is stored. Nor is any picture."
SCRIPTS = ("pad.js", "live.js", "share.js", "board.js", "bars.js")
SHEETS = ("board.css", "reading.css")


@dataclass(frozen=True)
class Sketchpad:
    """A pad with its reading, as text."""

    html: str
    css: str
    js: str


def digit_pad() -> Sketchpad:
    """Return the pad for one digit; its server answers `read` and `explain`, and never raises."""
    reading = _filled("digit.html", see_why=_joined("see-why.html"), why="\n" + _joined("why.html"))
    return Sketchpad(
        _html(_board(DIGIT), reading),
        _joined(*SHEETS, "digit.css", "why.css"),
        _joined("picture.js", *SCRIPTS, "reading.js", "why.js", "digit.js"),
    )


def number_pad() -> Sketchpad:
    """Return the wide pad for numbers; its server answers `read_all`, and never raises."""
    return Sketchpad(
        _html(_board(NUMBER), _joined("number.html")),
        _joined(*SHEETS, "number.css", "boxes.css"),
        _joined("picture.js", *SCRIPTS, "boxes.js", "found.js", "number.js"),
    )


def drawing_pad() -> Sketchpad:
    """Return the pad for one digit that takes no pictures and does not explain; its server answers `read` alone."""
    board = _filled(
        "board.html", **DIGIT, picture="", sources="", promise="Nothing you draw leaves your browser."
    )
    return Sketchpad(
        _html(board, _filled("digit.html", see_why="", why="")),
        _joined(*SHEETS, "digit.css"),
        _joined(*SCRIPTS, "reading.js", "digit.js"),
    )


def _board(words: dict[str, str]) -> str:
    picture, sources = (_filled(name, **words) for name in ("picture.html", "sources.html"))
    return _filled("board.html", **words, picture=picture, sources=sources, promise=NOTHING_STORED)


def _html(left: str, right: str) -> str:
    """Join the two sides; what changes is changed by the scripts."""
    return f'<div class="sketchpad">\n{left}\n{right}</div>'


def _filled(name: str, **words: str) -> str:
    return Template(_joined(name)).substitute(words)


def _joined(*names: str) -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)
