"""What is written on a synthetic page: numbers as people write them, and what stands beside them."""

from __future__ import annotations

import string

from .hands import LETTERS, Random

_SYLLABLES = [
    "an",
    "en",
    "er",
    "st",
    "ch",
    "sch",
    "ra",
    "lo",
    "mi",
    "ta",
    "no",
    "ve",
    "ri",
    "ou",
    "qu",
    "th",
    "ing",
    "tion",
    "al",
    "ble",
    "ge",
    "ke",
    "pa",
    "bo",
    "du",
    "fi",
    "ha",
    "jo",
    "wa",
    "xe",
    "yo",
    "zu",
]
MARKS = ".,-/:"


def digits(random: Random, shortest: int = 1, longest: int = 8) -> str:
    """Return a number of several digits; in one of ten the same digit again and again, in one of six many zeros."""
    n = int(random.integers(shortest, longest + 1))
    style = random.random()
    if style < 0.1:
        return str(random.integers(10)) * n
    drawn = "".join(map(str, random.integers(0, 10, n)))
    return drawn[: -(n // 2)] + "0" * (n // 2) if style < 0.25 and n > 1 else drawn


def _decimal(random: Random) -> str:
    separator = ".,"[random.integers(2)]
    sign = "-" if random.random() < 0.3 else ""
    return f"{sign}{digits(random, 1, 4)}{separator}{digits(random, 1, 3)}"


_ENDS = ",", ".", ".-", ".-", ",-", "=", "=", "=", "=", "-", "-", "--", ".=", "#", "*", "'"


def _end(random: Random) -> str:
    """Return what people close an amount with, so that nobody adds a digit."""
    return _ENDS[random.integers(len(_ENDS))] if random.random() < 0.5 else ""


def _amount(random: Random) -> str:
    return digits(random) + _end(random)


def _thousands(random: Random) -> str:
    separator = "..,"[random.integers(3)]
    groups = [digits(random, 3, 3) for _ in range(random.integers(1, 3))]
    return separator.join([digits(random, 1, 3), *groups]) + _end(random)


def _date(random: Random) -> str:
    separator = "///-.."[random.integers(6)]
    width = random.integers(1, 3)
    day, month, year = random.integers((1, 1, 1900), (32, 13, 2100)).tolist()
    return separator.join([f"{day:0{width}d}", f"{month:0{width}d}", str(year)[random.choice([0, 2]) :]])


def _time(random: Random) -> str:
    hour, *rest = random.integers(0, (24, 60, 60)).tolist()
    return ":".join([str(hour), *(f"{part:02d}" for part in rest[: random.choice([1, 1, 2])])])


def _negative(random: Random) -> str:
    return "-" + digits(random, 1, 4)


def _fraction(random: Random) -> str:
    return f"{digits(random, 1, 2)}/{digits(random, 1, 3)}"


def _telephone(random: Random) -> str:
    return "- "[random.integers(2)].join(digits(random, 2, 4) for _ in range(random.integers(2, 5)))


def _signed(random: Random) -> str:
    before, after = ("$", "€", "#", "=", "*", "+", "(", ""), ("", "%", "*", "=", "#", "€", ")", "'")
    number = _decimal(random) if random.random() < 0.4 else digits(random)
    return before[random.integers(8)] + number + after[random.integers(8)]


def _code(random: Random) -> str:
    letters = LETTERS
    parts = [
        letters[random.integers(len(letters))] if random.random() < 0.5 else digits(random, 1, 2)
        for _ in range(random.integers(2, 6))
    ]
    return "".join(parts)


_NUMBERS = (
    (digits, 0.38),
    (_amount, 0.15),
    (_decimal, 0.08),
    (_thousands, 0.09),
    (_date, 0.07),
    (_time, 0.09),
    (_negative, 0.03),
    (_fraction, 0.02),
    (_telephone, 0.02),
    (_signed, 0.05),
    (_code, 0.02),
)
_FORMS, _SHARES = zip(*_NUMBERS, strict=True)


def number(random: Random) -> str:
    """Return a number: plain, a price, a date, a time, with a sign, with letters beside it."""
    form = _FORMS[int(random.choice(len(_FORMS), p=_SHARES))]
    return str(form(random))


def word(random: Random) -> str:
    """Return a word that doesn't exist, or some letters."""
    style = random.random()
    if style < 0.25:
        letters = list(string.ascii_letters)
        return "".join(random.choice(letters, random.integers(3, 9)))
    if style < 0.5:
        return "".join(random.choice(LETTERS, random.integers(1, 7)))
    made = "".join(random.choice(_SYLLABLES, random.integers(1, 4)))
    made = made if len(made) > 2 else made + "an"
    return made.upper() if random.random() < 0.2 else made.capitalize() if random.random() < 0.4 else made
