"""The one page: a tab for a digit and one for numbers, how it works, and the named endpoints for programs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from ..errors import DigitsError
from ..recognizer import DigitRecognizer
from ..results import Prediction, Reading
from . import answers
from .sketchpad import Sketchpad, common_css, digit_pad, number_pad
from .story import ICON, TITLE, figures_of, how_it_works, masthead

HERE = Path(__file__).parent
SUMMARY = "Draw or photograph digits, and a small neural network reads them."
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
MONO_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
THEME = gr.themes.Base(primary_hue="teal", neutral_hue="stone", font=SYSTEM_FONTS, font_mono=MONO_FONTS).set(
    body_background_fill="#f6f6f3", body_background_fill_dark="#121416"
)
HEAD = f"""
<meta name="description" content="{SUMMARY}">
<meta property="og:title" content="{TITLE}">
<meta property="og:description" content="{SUMMARY}">
<link rel="icon" href="{ICON}">
<style>{"".join((HERE / sheet).read_text(encoding="utf-8") for sheet in ("page.css", "gradio.css"))}</style>
"""
# The scripts are modules beside the page, and the same as those of the page that needs no server.
MODULE = 'import(new URL("sketchpad/{name}.js", document.baseURI)).then((module) => module.{call})'
TABS = "() => " + MODULE.format(name="tabs", call="linkTabs()")
PAD = "{pad}(element, server, (drawing) => (props.value = drawing))"


def build_page(recognizer: DigitRecognizer) -> gr.Blocks:
    """Lay out the page around one recogniser."""

    # The names by which the sketchpads' scripts call them; they never raise.
    def read(question: Any) -> dict[str, Any]:
        return answers.read(recognizer, question)

    def explain(question: Any) -> dict[str, Any]:
        return answers.explain(recognizer, question)

    def read_all(question: Any) -> dict[str, Any]:
        return answers.read_all(recognizer, question)

    # Uploads of the endpoints are deleted within the hour.
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(600, 3600)) as page:
        gr.HTML(masthead(SUMMARY), apply_default_css=False)
        # A tab's content is made when the tab is first opened, and hidden while another is open.
        with gr.Tabs():
            with gr.Tab("Digit", elem_id="digit"):
                component(digit_pad(), start("digit", "digitPad"), read, explain)
            with gr.Tab("Numbers", elem_id="numbers"):
                component(number_pad(), start("number", "numberPad"), read_all)
        gr.HTML(how_it_works(figures_of(recognizer.checksum)), apply_default_css=False)
        add_endpoint(
            recognizer.predict,
            "predict_digit",
            "Read the digit in a picture: status, digit, confidence, probabilities and outlier_score.",
        )
        add_endpoint(
            recognizer.read,
            "read_number",
            "Read all digits in a picture: text, and lines of digits, each with confidence, box and probabilities.",
        )
    return page


def start(name: str, pad: str) -> str:
    """Return the script that has a module bring a pad to life."""
    return MODULE.format(name=name, call=PAD.format(pad=pad))


def component(sketchpad: Sketchpad, script: str, *answers: Callable[[Any], dict[str, Any]]) -> gr.HTML:
    """Make a Gradio component of a sketchpad, which a script starts; the functions answer its questions.

    The template is static: one that is rendered again would wipe the drawing.
    """
    return gr.HTML(
        {"strokes": []},
        html_template=sketchpad.html,
        css_template=common_css() + sketchpad.css,
        js_on_load=script,
        apply_default_css=False,
        server_functions=[*answers],
    )


def add_endpoint(read: Callable[[str], Prediction | Reading], name: str, description: str) -> None:
    """Offer a way of reading to programs: a picture file in, the reading's JSON out.

    It skips the queue, whose state would tie a caller of the plain HTTP API to one of several workers.
    """

    def answer(image: str | None) -> dict[str, Any]:
        if image is None:
            raise gr.Error("No picture was given as `image`.", print_exception=False)
        try:
            return read(image).to_json()
        except DigitsError as error:
            raise gr.Error(str(error), print_exception=False) from error

    answer.__name__, answer.__doc__ = name, description  # what MCP's clients see
    picture = gr.File(label="image", type="filepath", visible=False)
    # What the API view's example sends; Gradio's own is a PDF.
    picture.example_payload = lambda: {"path": "seven.png", "meta": {"_type": "gradio.FileData"}}
    reading = gr.JSON(label="reading", visible=False)
    gr.Button(visible=False).click(
        answer, picture, reading, api_name=name, api_description=description, queue=False
    )
