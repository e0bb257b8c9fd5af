"""The texts of both pages around the sketchpad: title, how it works, and the figures that were measured."""

from html import escape

from .. import models

TITLE = "CNN Digits Detector"
ICON = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<rect width='32' height='32' rx='8' fill='%230f766e'/>"
    "<path d='M10 9h12l-7 15' fill='none' stroke='white' stroke-width='3.5' "
    "stroke-linecap='round' stroke-linejoin='round'/></svg>"
)


def masthead(summary: str) -> str:
    """Return the page's head: its title, and what it is for."""
    return f'<header class="masthead"><h1>{TITLE}</h1><p>{escape(summary)}</p></header>'


def figures_of(checksum: str) -> list[tuple[str, str]]:
    """Return name and value of each figure that was measured on the classifier with this SHA-256, ready to show."""
    measured = models.figures(checksum)
    if "mnist" not in measured:
        return []
    mnist = measured["mnist"]
    return [
        (f"of the {mnist['n']:,} MNIST test digits read right", percent(mnist["accuracy"])),
        ("between stated and real certainty, on average", percent(mnist["ece"])),
        ("parameters, learnt from examples alone", f"{measured['parameters']:,}"),
    ]


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
      scaled to 20 pixels and centred by its weight, the way the MNIST digits were made. In a photo, a second
      network finds the digits first.</li>
    <li><strong>Ask the network</strong>Four convolutions look for strokes, bends and loops in the 28 × 28 pixels,
      and two dense layers weigh what they found.</li>
    <li><strong>Say how sure</strong>Ten probabilities come out. They are calibrated: of the digits read with 90&nbsp;%,
      about nine in ten are right. A letter or a smiley is not a digit, and the page says so.</li>
  </ol>
  {f"<dl>{values}</dl>" if values else ""}
</section>"""
