"""The pads that digits are drawn on or shown to, with their reading beside them: two Gradio components of one make.

Their value is the strokes, `{"strokes": [[[x, y], ...], ...]}`, in units of the pad.
"""

from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any, TypeAlias

import gradio as gr

HERE = Path(__file__).parent
Answer: TypeAlias = Callable[[Any], dict[str, Any]]


def digit_pad(*answers: Answer) -> gr.HTML:
    """Make the pad for one digit; the functions `read` and `explain` answer its questions, and never raise."""
    board = {"prefix": "", "width": 400, "height": 400, "one": "one digit", "invitation": "Draw a digit"}
    return _component("digit", board, ("reading.js", "why.js"), ("why.css",), answers)


def number_pad(*answers: Answer) -> gr.HTML:
    """Make the wide pad for numbers; the function `read_all` answers its questions, and never raises."""
    board = {
        "prefix": "numbers-",
        "width": 800,
        "height": 400,
        "one": "a number",
        "invitation": "Draw a number",
    }
    return _component("number", board, ("boxes.js", "found.js"), ("boxes.css",), answers)


def _component(
    name: str,
    board: dict[str, Any],
    scripts: tuple[str, ...],
    sheets: tuple[str, ...],
    answers: tuple[Answer, ...],
) -> gr.HTML:
    """Join what both pads share with what is one's own.

    The template is static: what changes is changed by the scripts, since a template that is rendered again
    would wipe the drawing.
    """
    left, right = Template(_joined("board.html")).substitute(board), _joined(f"{name}.html")
    return gr.HTML(
        {"strokes": []},
        html_template=f'<div class="sketchpad">\n{left}\n{right}</div>',
        css_template=_joined("board.css", "reading.css", f"{name}.css", *sheets),
        js_on_load=_joined("pad.js", "picture.js", "live.js", "board.js", "bars.js", *scripts, f"{name}.js"),
        apply_default_css=False,
        server_functions=[*answers],
    )


def _joined(*names: str) -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)
