"""Verdicts on answers move the threshold: as far as they tell, and only that far."""

from __future__ import annotations

import random

import pytest

from models.search_verdicts import FEWEST, HIGHEST, LOWEST, Judged, recalibrated


def verdicts(number: int, share_right: float, *, worth: float = 1.0) -> list[Judged]:
    """Answers with a sureness from .65 to .95, of which `share_right` are right whatever their sureness."""
    dice = random.Random(7)
    return [Judged(dice.uniform(0.65, 0.95), n < share_right * number, worth) for n in range(number)]


def test_a_few_verdicts_move_nothing() -> None:
    """Below the fewest the threshold is what it was."""
    assert recalibrated(0.6, verdicts(FEWEST - 1, 0.0)) == 0.6


def test_answers_that_are_often_wrong_raise_the_threshold() -> None:
    """The more of them are wrong, the surer the search must be."""
    half, quarter = recalibrated(0.6, verdicts(200, 0.5)), recalibrated(0.6, verdicts(200, 0.25))
    assert 0.6 < half < quarter <= HIGHEST


def test_answers_as_right_as_promised_leave_it() -> None:
    """Sureness that means what it says hardly moves the threshold."""
    dice = random.Random(11)
    sure = [dice.uniform(0.5, 0.98) for _ in range(600)]
    assert recalibrated(0.6, [Judged(one, dice.random() < one) for one in sure]) == pytest.approx(0.6, abs=0.04)


def test_praise_lowers_it_only_so_far() -> None:
    """Even if every answer was right, questions without a document are not let through."""
    assert recalibrated(0.6, verdicts(300, 1.0)) == pytest.approx(LOWEST * 0.6)


def test_residents_verdicts_count_less() -> None:
    """The same complaints move it less when they weigh less."""
    assert 0.6 < recalibrated(0.6, verdicts(100, 0.4, worth=0.3)) < recalibrated(0.6, verdicts(100, 0.4))


@pytest.mark.parametrize("sureness", [0.0, 1.0])
def test_certainty_breaks_nothing(sureness: float) -> None:
    """Verdicts at the ends of the scale still give a threshold."""
    assert LOWEST * 0.6 <= recalibrated(0.6, [Judged(sureness, n % 2 == 0) for n in range(60)]) <= HIGHEST
