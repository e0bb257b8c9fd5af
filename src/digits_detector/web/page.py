"""The one page: a tab for a digit and one for numbers, how it works, and the named endpoints for programs."""

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from ..errors import DigitsError
from ..models import METRICS
from ..reading import Reading
from ..recognizer import DigitRecognizer, Prediction
from . import answers
from .sketchpad import digit_pad, number_pad

TITLE = "CNN Digits Detector"
SUMMARY = "Draw or photograph digits, and a small neural network reads them."
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
MONO_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
THEME = gr.themes.Base(primary_hue="teal", neutral_hue="stone", font=SYSTEM_FONTS, font_mono=MONO_FONTS).set(
    body_background_fill="#f6f6f3", body_background_fill_dark="#121416"
)
ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='8' fill='%230f766e'/>"
    "<path d='M10 9h12l-7 15' fill='none' stroke='white' stroke-width='3.5' "
    "stroke-linecap='round' stroke-linejoin='round'/></svg>"
)
HEAD = f"""
<meta name="description" content="{SUMMARY}">
<link rel="icon" href="data:image/svg+xml,{ICON}">
<style>{Path(__file__).with_name("page.css").read_text(encoding="utf-8")}</style>
"""
TABS = Path(__file__).with_name("tabs.js").read_text(encoding="utf-8")


def build_page(recognizer: DigitRecognizer) -> gr.Blocks:
    """Lay out the page around one recogniser."""

    # The names by which the sketchpads' scripts call them.
    def read(question: Any) -> dict[str, Any]:
        return answers.read(recognizer, question)

    def explain(question: Any) -> dict[str, Any]:
        return answers.explain(recognizer, question)

    def read_all(question: Any) -> dict[str, Any]:
        return answers.read_all(recognizer, question)

    # Uploads of the endpoints are deleted within the hour.
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(600, 3600)) as page:
        gr.HTML(
            f'<header class="masthead"><h1>{TITLE}</h1><p>{SUMMARY}</p></header>', apply_default_css=False
        )
        # A tab's content is made when the tab is first opened, and hidden while another is open.
        with gr.Tabs():
            with gr.Tab("Digit", elem_id="digit"):
                digit_pad(read, explain)
            with gr.Tab("Numbers", elem_id="numbers"):
                number_pad(read_all)
        gr.HTML(how_it_works(read_figures(METRICS)), apply_default_css=False)
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

    answer.__name__, answer.__doc__ = name, description  # what MCP's clients are told
    picture = gr.File(label="image", type="filepath", visible=False)
    # What the API view's example sends; Gradio's own is a PDF.
    picture.example_payload = lambda: {"path": "seven.png", "meta": {"_type": "gradio.FileData"}}
    reading = gr.JSON(label="reading", visible=False)
    gr.Button(visible=False).click(
        answer, picture, reading, api_name=name, api_description=description, queue=False
    )


def read_figures(metrics: Path) -> list[tuple[str, str]]:
    """Name and value of each measured figure that the metrics file holds, ready to show."""
    try:
        measured = json.loads(metrics.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    mnist, model = measured.get("mnist", {}), measured.get("model", {})
    figures = []
    if "accuracy" in mnist:
        figures.append(
            (f"of the {mnist.get('n', 10_000):,} MNIST test digits read right", percent(mnist["accuracy"]))
        )
    if "ece" in mnist:
        figures.append(("between stated and real certainty, on average", percent(mnist["ece"])))
    if "parameters" in model:
        figures.append(("parameters, learnt from examples alone", f"{model['parameters']:,}"))
    return figures


def percent(fraction: float) -> str:
    """Show a fraction as the page's other percentages are shown."""
    return f"{fraction * 100:.2f}\N{NO-BREAK SPACE}%"


def how_it_works(figures: list[tuple[str, str]]) -> str:
    """Tell the way from ink to digit in three steps, with the figures below."""
    values = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in figures)
    return f"""
<section class="story" aria-label="How it works">
  <h2>How it works</h2>
  <ol>
    <li><strong>Find the ink</strong>Where you draw, how large and how thick does not matter: the drawing is cropped,
      scaled to 20 pixels and centred by its weight, the way the MNIST digits were made. In a photo, the ink is told
      from the paper and its shadows first.</li>
    <li><strong>Ask the network</strong>Four convolutions look for strokes, bends and loops in the 28 × 28 pixels,
      and two dense layers weigh what they found.</li>
    <li><strong>Say how sure</strong>Ten probabilities come out. They are calibrated: of the digits read with 90 %,
      about nine in ten are right. A letter or a smiley is no digit at all, and the page says so.</li>
  </ol>
  {f"<dl>{values}</dl>" if values else ""}
</section>"""
