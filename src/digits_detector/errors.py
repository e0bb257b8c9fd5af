"""The one family of exceptions that this package raises on bad input.

Each message is one sentence that says what is wrong and what would be right.
"""


class DigitsError(ValueError):
    """Any input that this package cannot work with."""


class InvalidPicture(DigitsError):
    """What was given is not a picture, or a picture that cannot be read."""


class UnexpectedError(DigitsError):
    """Reading one item failed in an unforeseen way; the log has the traceback. Other items are read."""


class InvalidStrokes(DigitsError):
    """What was given as pen strokes is not a list of finite (k, 2) points."""


class ModelError(DigitsError):
    """The model file is missing, broken, or not a network for digits."""


class DataError(DigitsError):
    """A data set, or what else is fetched or written, is missing, truncated, or not the one that was asked for."""
