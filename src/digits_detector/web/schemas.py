"""The forms of the API's answers and of its one question in JSON, for OpenAPI; what makes them is elsewhere."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

_PROBABILITIES = [0.01] * 7 + [0.91] + [0.01] * 2
_SEVEN = {"digit": 7, "confidence": 0.91}


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": values})


class Prediction(BaseModel):
    """One prediction: a digit, blank, or not a digit."""

    model_config = _example(status="digit", **_SEVEN, probabilities=_PROBABILITIES, outlier_score=-6.2)

    status: Literal["digit", "blank", "not_a_digit"]
    digit: int | None = Field(ge=0, le=9, description="null when it is blank, or not a digit")
    confidence: float = Field(ge=0, le=1, description="the largest probability; 0 when blank")
    probabilities: list[float] = Field(min_length=10, max_length=10, description="of each digit")
    outlier_score: float = Field(description="higher = less like a digit")


class NamedPrediction(Prediction):
    """The digit in one of several files."""

    model_config = _example(
        file="seven.png", status="digit", **_SEVEN, probabilities=_PROBABILITIES, outlier_score=-6.2
    )

    file: str


class Failure(BaseModel):
    """What is wrong with one of several files."""

    model_config = _example(
        file="letter.txt", error="this file is not a picture that can be read: give PNG, JPEG or WebP."
    )

    file: str
    error: str


class Batch(BaseModel):
    """An answer to each file, in their order."""

    results: list[NamedPrediction | Failure]


class Detected(BaseModel):
    """One digit of a number."""

    digit: int = Field(ge=0, le=9)
    confidence: float = Field(ge=0, le=1)
    box: list[float] = Field(min_length=4, max_length=4, description="x0, y0, x1, y1")
    probabilities: list[float] = Field(min_length=10, max_length=10)


class Number(BaseModel):
    """Digits that belong together, and where they were asked for the marks between them."""

    text: str
    box: list[float] = Field(min_length=4, max_length=4)


class Line(BaseModel):
    """Numbers beside each other, from left to right."""

    text: str = Field(description="the numbers' texts, a space between two")
    box: list[float] = Field(min_length=4, max_length=4)
    numbers: list[Number]
    digits: list[Detected]


class Reading(BaseModel):
    """All digits: numbers, on one line or on several."""

    _DIGIT = {**_SEVEN, "box": [60, 60, 220, 260], "probabilities": _PROBABILITIES}
    _NUMBER: ClassVar[dict[str, Any]] = {"text": "7", "box": [60, 60, 220, 260]}
    model_config = _example(text="7", lines=[{**_NUMBER, "numbers": [_NUMBER], "digits": [_DIGIT]}])

    text: str = Field(description="the lines' texts, joined by line breaks")
    lines: list[Line]


class Model(BaseModel):
    """The network that reads."""

    model_config = _example(
        name="mnist_cnn.onnx", sha256="6c5e49dc149f07dd…", figures={"mnist": {"n": 10000, "accuracy": 0.9962}}
    )

    name: str
    sha256: str
    figures: dict[str, Any] = Field(description="as measured on this very file; empty for another one")


class State(BaseModel):
    """Whether the server is well."""

    status: Literal["ok"]


_POINT = {
    "type": "array",
    "items": {"type": "number", "minimum": -1e9, "maximum": 1e9},
    "minItems": 2,
    "maxItems": 2,
}
DRAWING: dict[str, Any] = {
    "type": "object",
    "required": ["strokes"],
    "properties": {
        "strokes": {
            "type": "array",
            "description": "a list of points a stroke: x to the right, y down, in any unit",
            "items": {"type": "array", "items": _POINT},
        }
    },
    "example": {"strokes": [[[60, 60], [220, 60], [120, 260]]]},
}


def files(name: str, *, several: bool = False) -> dict[str, Any]:
    """Return the form of a multipart body with a file, or with several, of this name."""
    file: dict[str, Any] = {"type": "string", "format": "binary"}
    return {
        "type": "object",
        "required": [name],
        "properties": {name: {"type": "array", "items": file} if several else file},
    }
