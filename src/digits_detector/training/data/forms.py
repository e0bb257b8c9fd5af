"""Digits in forms that the writers at hand seldom use: an alphabet of strokes, described as in `by_hand.py`.

Schools teach other forms from country to country: a 1 with a long flag and a foot, a 7 with a serif or a bar, a 9 whose
loop crosses its stem, an 8 of two circles. MNIST's writers went to school in the United States, those of the pen digits
in Turkey.
"""

from __future__ import annotations

from .by_hand import Lines, Random, written

FORMS = {
    "0": (
        ("open at the top", "~3,0.5 1,2 0,5 1,9 4,10 7,8 7,4 5.5,1"),
        ("closed beyond its start", "~4,0.5 1,1 0,5 1,9 4,10 7,8 7,4 5,1 2.5,0.5 1.5,2.5"),
        ("with a loop at the top", "~4,1 1,2 0,6 2,10 5,10 7,6 6,2 4,1 3,0 5,0 7,1"),
    ),
    "1": (
        ("slanted", "3,0 0,10"),
        ("with a short flag", "1.5,2 3.5,0 3.5,10"),
        ("with a long flag", "0,4 4,0 4,10"),
        ("with a steep flag", "0,5.5 3,0 3,10"),
        ("with a curved flag", "~0,3.5 2,2.5 3.5,0 3.5,0 3.5,10 3.5,10"),
        ("with a flag and a foot", "0.5,3 4,0 4,10 | 1,10 7,10"),
        ("with a long flag and a foot", "0,4 4,0 4,10 | 1,10 7,10"),
    ),
    "2": (
        ("open", "~0,3 2,0 6,0.5 6.5,4 3,7 0,10 0,10 7,10"),
        ("pointed", "~0,2 3,0 6,1 6,3 0,10 0,10 7,10"),
        ("looped", "~0,3 2,0 6,1 6,4 3,8 1,10 0,9 1.5,8 4,9.5 7,10"),
        ("with a wave", "~0,3 2,0 6,1 6,4 3,7 0,9.5 0,9.5 2,8.5 5,10 7.5,9"),
        ("like a Z", "~0,0.5 2,0 6,0.5 6,0.5 6,2 0,10 0,10 7,10"),
    ),
    "3": (
        ("with a flat top", "~0,0 0,0 6,0 6,0 3,4 3,4 7,5 7,8.5 4,10 0,9"),
        ("round", "~0,1 3,0 6,1 6,3.5 3,5 3,5 7,6 7,9 3,10 0,9"),
        ("with a loop in the middle", "~0,1 3,0 6,1 5.5,3.5 3,5 2.5,4.2 4,4.5 7,6 6.5,9 3,10 0,9"),
        ("pointed", "0,0.5 5,1 2,4.5 5.5,7 0,10"),
    ),
    "4": (
        ("closed", "5.5,10 5.5,0 0,7 8,7"),
        ("open", "1,0 0,6 8,6 | 6,2 5.5,10"),
        ("of one stroke", "~1,0 0,5 0.5,6 3,6 6,4 7,0 7,0 5.5,5 4.5,10"),
        ("round, like a ψ", "~0,1 0,5 3,6.5 6,5 7,1 | 4,2.5 3,10"),
        ("like lightning", "3,0 0,6 7,6 | 5,3 4,10"),
        ("upright", "0,0 0,5 6,5 | 6,0 6,10"),
    ),
    "5": (
        ("of one stroke", "~6.5,0 6.5,0 1,0 1,0 0.5,4 0.5,4 4,3 6.5,6 5,10 0,9.5"),
        ("with its bar apart", "~1,0.5 0.5,4 0.5,4 4,3.5 6.5,6 5,10 0,9.5 | 1,0 7,0"),
        ("with its bar rising", "~1.5,1.5 0.5,5 0.5,5 3,4.5 5,7 3.5,10 0,10 | 1.5,1.5 7,0"),
        ("like an S", "~6.5,0.5 2,0.5 1,3 4,4.5 6,7 4,10 0,9.5"),
        ("with a small belly", "~7,0 1.5,0 1.5,0 1,5 1,5 3,4.5 4.5,7 3,9.5 0,10"),
    ),
    "6": (
        ("curved", "~5,0 2,3 0,7 2,10 5,9.5 6,7 4,5 1,7"),
        ("straight", "~4,0 1,5 0,8 2,10 5,9.5 5.5,7 3,5.5 0.5,7.5"),
        ("with a small loop", "~5,0 1,3 0,7 1.5,10 4,10 5,8 3,6.5 0.5,8"),
        ("with its loop beyond the stem", "~5,0 1.5,4 0.5,8 3,10 5.5,8 4,5.5 0,7.5"),
    ),
    "7": (
        ("plain", "0,0 7,0 3,10"),
        ("with a serif", "0,2 0.3,0 7,0 3,10"),
        ("with a wave", "~0,1.5 1.5,0 4,1 7,0 7,0 4.5,4 3,10"),
        ("with a bar", "0,0 7,0 3,10 | 1.5,5 7,5"),
        ("with a serif and a bar", "0,2 0.3,0 7,0 3,10 | 1.5,5 7,5"),
        ("curved", "~0,0 0,0 7,0 7,0 3.5,4 3,10"),
    ),
    "8": (
        (
            "of two circles",
            "~3,0 0.7,1 0.7,3.3 3,4.3 5.3,3.3 5.3,1 3,0 | ~3,4.3 0,5.5 0,9 3,10 6,9 6,5.5 3,4.3",
        ),
        ("from an S", "~6,1 3,0 0.7,2 3,4.5 6,7 4,10 1,9.5 0.5,7 4,4 6,1.5"),
        ("open at the top", "~6,0 2,0.3 1,2.5 5,6 6,8.5 3,10 0,8 2,5 6.5,1"),
        ("begun in the middle", "~3,4.5 0.7,2.5 3,0 5.5,2 3,4.5 0,7 2,10 5,9.5 6,7 3,4.5"),
        ("like a crossed loop", "~5.5,0 0,8 1,10 4,10 5,8 0.7,2 1.5,0 4,0 5.5,2"),
    ),
    "9": (
        ("of one stroke", "~6,1.5 3,0 0,2 0.5,5 4,5 6,1.5 6,1.5 5.5,6 4.5,10"),
        ("with a straight stem", "~6,2 3,0 0,2.5 2,5.5 6,3.5 | 6,0.5 6,10"),
        ("curled", "~6,1.5 3,0 0,2 1,5 5,4.5 6,1 6,1 6,7 4,10 0.5,9"),
        ("with its loop crossing the stem", "~5,3 2.5,2 0,4 1.5,6.5 5,6 6.5,3 4.5,0 2,1 | 5,3 3.5,10"),
        ("like a φ", "~4,5.8 1,5 0,3 2,1 5.5,1 7,3 6,5.3 3,6 | 4.5,0 3,10"),
    ),
}

# Digits beside others, but letters or signs where they stand alone: Latin American and European hands in a hurry. Some
# were added after a look at the cheques in the data that the shipped detector of the time misread.
BESIDE_OTHERS = {
    "0": (("with a stroke to the next", "~4,0.5 1.5,1 0,5 1,9 4,10 7,8 7,4 5,1 3,1.5 5,2 8,1.5 11,0.5"),),
    "1": (
        ("like a Λ", "0,9.5 4,0 4.5,10"),
        ("like a Λ, its flag curved", "~0,9 1.5,7 4.5,0 4.5,0 4.5,10 4.5,10"),
        ("like a Λ, slanted", "0,7 6,0 2.5,10"),
        ("with a loop for a foot", "~0,6 4,0 4,0 3,9 2,10 1.5,9 3,8 6,9"),
    ),
    "2": (
        ("like a Q", "~2.5,3.5 0.5,3 0.5,1 3,0 6,1 6,4 3,8 0.5,10 0,8.5 2,8 7,10"),
        ("with a closed head", "~3,3 1,3.5 0,2 1.5,0 4.5,0 6,2 5,5 2,8.5 0,10 0,10 3,9 6,10"),
    ),
    "4": (
        ("like a У", "0.5,0 0.5,4.5 6,4.5 | 6.5,0 4,10"),
        ("like an L with a stroke", "~2,0 0,5.5 0,5.5 7,5 7,5 | 4.5,3 3.5,10"),
    ),
    "5": (
        ("like a √", "~0.5,4 1.5,6 2,9.5 2,9.5 3,4 4,0.5 4,0.5 9,0"),
        ("like a long s", "~8,0 3.5,0.3 3.5,0.3 2.7,4 3,6.5 2,9.5 0,10"),
        ("like an r", "~1.5,1 1.5,5 2,9 1,10 0,9 | 1.5,1.5 4,0.5 8,0"),
        ("with a belly as narrow as its stem", "~1.5,0.5 1,4 1,4 3,5.5 3,8.5 1.5,10 0,9.5 | 1.5,0.5 8,0"),
    ),
    "7": (
        ("like a t", "~1.5,1.5 2.5,0 5,0.5 3,6 2.5,10 | 0,5 6.5,4.5"),
        ("like a +", "2,0.5 4.5,0 2.5,10 | 0,5 7,4.5"),
        ("like an F", "~0,1.5 1.5,0 6.5,0.5 6.5,0.5 4,4 2.5,10 | 1,5.5 7,5"),
        ("with a bar as long as its top", "0,0.5 5.5,0 2,10 | 0,5.5 6,5"),
    ),
    "9": (
        ("like a P", "~2,1 1,6 0,10 | ~1.5,1 4.5,0 6.5,1.5 6,4 3.5,5.5 1.5,5"),
        ("like a ρ", "~2.5,10 2.5,5 1.5,3.5 2,1 4.5,0 6.5,1.5 6,4 4,5.3 2,4.5"),
        ("like a Q on a stem", "~4,5 1.5,4.5 1,2 3,0 5.5,0.5 6.5,3 5,5 3.5,4 3,6 2,10"),
    ),
}


def digit(label: str, random: Random, *, alone: bool = True) -> Lines:
    """Write a digit, "0" to "9", in one of its forms: where it doesn't stand alone, in one of all of them."""
    forms = FORMS[label] if alone else (*FORMS[label], *BESIDE_OTHERS.get(label, ()))
    _, shape = forms[random.integers(len(forms))]
    return written(shape, random)
