"""Photographs without digits: fetched as pinned, in grey, some of them held out."""

import pytest

from digits_detector import DataError
from digits_detector.training.data import photographs


def test_two_of_nine_photographs_are_held_out() -> None:
    names = {entry["name"] for entry in photographs.pinned()}
    assert len(names) == 9
    train, valid = photographs.load("train"), photographs.load("valid")
    assert (len(train), len(valid)) == (7, 2)
    for photograph in (*train, *valid):
        assert photograph.dtype == "uint8"
        assert max(photograph.shape) == 1024
        assert photograph.std() > 20


def test_a_package_that_is_not_the_pinned_one_is_refused() -> None:
    one, other = photographs.pinned()[:2]
    with pytest.raises(DataError, match="acanthus-mollis"):
        photographs.fetched({**one, "integrity": other["integrity"]})
