"""Letters that do not look like digits: which ones, and an alphabet of strokes, described as in `data/by_hand.py`.

Letters that people read as digits (O, I, l, Z, S, b, g, q and the like) are left out, and so is what lies between.
"""

from __future__ import annotations

from ..data import fonts, other_hands
from ..data.by_hand import Lines, Random, written

CLEAR = "AEFHKMNPRWXadefhkmnprtwx"

ALPHABET = (
    ("A", "0,10 5,0 10,10 | 2,6 8,6"),
    ("A, round", "~0,10 1,3 4,0 7,3 8,10 | 0,6 8,6"),
    ("A, of three strokes", "5,0 0,10 | 5,0 10,10 | 1,7 9,7"),
    ("A, with the bar beyond", "1,10 5,0 9,10 | 0,7 11,6"),
    ("E", "8,0 0,0 0,10 8,10 | 0,5 6,5"),
    ("E, round", "~8,1 4,0 1,2 2,4 5,5 1,6 0,9 4,10 8,9"),
    ("E, of four strokes", "0,0 0,10 | 0,0 7,0 | 0,5 6,5 | 0,10 7,10"),
    ("F", "8,0 0,0 0,10 | 0,5 6,5"),
    ("H", "0,0 0,10 | 8,0 8,10 | 0,5 8,5"),
    ("H, joined", "0,0 0,10 0,5 8,5 8,0 8,10"),
    ("H, narrow", "1,0 1,10 | 6,0 6,10 | 0,5 7,5"),
    ("K", "0,0 0,10 | 8,0 0,6 | 2,4 8,10"),
    ("K, of two strokes", "0,0 0,10 | 8,0 0,5 8,10"),
    ("M", "0,10 1,0 5,7 9,0 10,10"),
    ("M, upright", "0,10 0,0 5,6 10,0 10,10"),
    ("N", "0,10 0,0 8,10 8,0"),
    ("P", "0,0 0,10 | ~0,0 5,0 8,2 8,4 5,6 0,6"),
    ("P, of one stroke", "~0,10 0,4 0,0 5,0 8,2 7,5 4,6 0,5"),
    ("R", "0,0 0,10 | ~0,0 5,0 7,2 7,4 5,5 0,5 | 1,5 8,10"),
    ("R, of one stroke", "~0,10 0,4 0,0 5,0 7,2 6,4 2,5 2,5 8,10"),
    ("R, arched", "~0,10 1,1 1,1 8,0 8,4 4,5 4,5 9,10"),
    ("R, open", "2,2 2,11 | ~0,2 6,0 10,3 8,5 4,6 4,6 11,11"),
    ("W", "0,0 2,10 5,3 8,10 10,0"),
    ("X", "0,0 8,10 | 8,0 0,10"),
    ("a", "~7,2 4,0 0,3 0,8 3,10 6,8 7,5 | 7,0 7,7 9,10"),
    ("a, of two storeys", "~1,2 4,0 7,2 7,10 | ~7,5 3,5 0,7 2,10 7,8"),
    ("a, with a tail", "~7,1 3,0 0,5 2,10 6,8 8,1 8,1 7,8 10,10 13,7"),
    ("d", "~6,6 3,4 0,6 0,9 3,10 6,8 | 6,0 6,10"),
    ("d, of one stroke", "~6,5 3,4 0,6 0,9 3,10 6,7 6,0 6,0 6,8 8,10"),
    ("d, of an oval and a stem", "~7,4 3,3 0,6 1,10 5,10 7,7 | 7,0 7,8 9,10"),
    ("d, upright", "~6,9 5,6 1,7 0,10 3,12 6,10 | 6,0 6,12"),
    ("e", "~0,5 8,5 8,2 4,0 0,3 0,8 4,10 8,8"),
    ("e, slanted", "~0,7 8,4 8,1 4,0 0,4 1,9 5,10 9,8"),
    ("f", "~7,1 5,0 3,2 3,10 | 0,4 7,4"),
    ("f, looped", "~1,9 5,5 7,1 5,0 4,4 4,15 2,16 1,13 | 1,6 7,6"),
    ("f, like an S", "~8,1 5,0 3,2 5,5 6,8 3,10 0,9 | 2,5 8,4"),
    ("h", "0,0 0,10 | ~0,6 3,4 6,5 6,10"),
    ("h, looped", "~0,12 2,6 4,2 3,0 1,2 1,12 1,12 2,8 5,7 6,9 6,12 8,11"),
    ("k", "0,0 0,10 | 6,4 0,7 6,10"),
    ("k, of one stroke", "~0,0 0,10 0,10 1,6 5,4 5,6 1,7 1,7 6,10"),
    ("k, looped", "~0,10 3,3 2,0 0,2 0,11 0,11 1,7 4,5 5,7 2,8 2,8 6,11 8,10"),
    ("m", "0,1 0,10 | ~0,3 3,0 5,2 5,10 | ~5,3 8,0 10,2 10,10"),
    ("n", "0,0 0,10 | ~0,3 4,0 7,2 7,10"),
    ("p", "0,0 0,10 | ~0,1 4,0 7,2 7,4 4,6 0,5"),
    ("r", "0,0 0,10 | ~0,4 3,0 7,1"),
    ("t", "~3,0 3,8 5,10 8,9 | 0,3 7,3"),
    ("t, straight", "3,0 3,10 | 0,3 7,3"),
    ("t, hooked", "~4,0 3,7 4,10 7,8 | 0,3 8,2"),
    ("w", "~0,0 1,9 3,10 5,3 7,10 9,9 10,0"),
    ("w, round", "~0,2 0,8 3,10 5,6 5,3 5,6 7,10 10,8 10,2 9,1"),
    ("w, pointed", "0,0 3,10 5,4 7,10 10,0"),
    ("x", "~0,1 2,1 6,10 8,9 | 8,0 0,10"),
    ("x, of two bows", "~0,1 3,1 4,5 3,9 0,9 | ~8,1 5,1 4,5 5,9 8,9"),
    ("x, joined", "~0,2 3,1 4,5 5,9 8,8 | ~8,1 5,2 2,8 0,9"),
)


def letter(random: Random) -> Lines:
    """Write a letter of the alphabet."""
    _, shape = ALPHABET[random.integers(len(ALPHABET))]
    return written(shape, random)


def lettered_hands() -> list[fonts.Hand]:
    """Return the fonts to train on that hold all clear letters, fetched if need be."""
    return other_hands.having(CLEAR, fonts.hands("train"))
