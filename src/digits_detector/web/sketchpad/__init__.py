"""The pad that digits are drawn on or shown to, with its reading beside it: one Gradio component.

Its value is the strokes, `{"strokes": [[[x, y], ...], ...]}`, in units of a pad that is 400 wide and high.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import gradio as gr

HERE = Path(__file__).parent
SCRIPTS = ("pad.js", "picture.js", "live.js", "reading.js", "why.js", "sketchpad.js")
SHEETS = ("sketchpad.css", "reading.css", "why.css")
Answer: TypeAlias = Callable[[Any], dict[str, Any]]


def sketchpad(*answers: Answer) -> gr.HTML:
    """Make the component; the functions `read` and `explain` answer the scripts' questions, and never raise.

    The template is static: what changes is changed by the scripts, since a template that is rendered again
    would wipe the drawing.
    """
    return gr.HTML(
        {"strokes": []},
        html_template=(HERE / "sketchpad.html").read_text(encoding="utf-8"),
        css_template=_joined(SHEETS),
        js_on_load=_joined(SCRIPTS),
        apply_default_css=False,
        server_functions=[*answers],
    )


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)
