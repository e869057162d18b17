"""The threshold of answering, moved by what staff and residents said of answers: a logistic in two numbers, held by a prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.search_corpus import Floats

FEWEST = 30
"""Verdicts from which on they move anything: fewer are a mood."""
HOLD_SHIFT, HOLD_SCALE = 4.0, 40.0
"""How many verdicts' worth the program's own sureness weighs, for its level and for its slope. Verdicts only exist for what was
answered, so that they tell much of the level and little of the slope."""
LOWEST, HIGHEST = 0.8, 0.95
"""The threshold falls to no less than this share of itself: questions that nobody can answer are never judged, so verdicts don't see
what a lower one would let through. It may rise almost to certainty."""
STEPS = 30


@dataclass(frozen=True)
class Judged:
    """An answer that somebody judged: how sure the search is of it, whether it was right, and how much this verdict counts (0–1)."""

    sureness: float
    right: bool
    worth: float = 1.0


def recalibrated(threshold: float, judged: Sequence[Judged]) -> float:
    """The sureness from which answers are as often right as `threshold` promised; `threshold` itself while too few were judged."""
    if len(judged) < FEWEST:
        return threshold
    shift, scale = _fitted(judged)
    return float(np.clip(_chance((_odds(threshold) - shift) / scale), LOWEST * threshold, max(HIGHEST, threshold)))


def _fitted(judged: Sequence[Judged]) -> tuple[float, float]:
    """Shift and scale of the sureness's log odds, by Newton's method. (0, 1) says that it means what it says."""
    rows = np.c_[np.ones(len(judged)), [_odds(one.sureness) for one in judged]]
    right = np.array([one.right for one in judged], dtype=np.float64)
    worth = np.array([one.worth for one in judged])
    prior, hold = np.array([0.0, 1.0]), np.array([HOLD_SHIFT, HOLD_SCALE]) / 4
    values = prior.copy()
    for _ in range(STEPS):
        chance = _chance(rows @ values)
        slope = rows.T @ (worth * (chance - right)) + hold * (values - prior)
        curve = (rows * (worth * chance * (1 - chance))[:, None]).T @ rows + np.diag(hold)
        step = np.linalg.solve(curve, slope)
        values = values - np.clip(step, -1, 1)
        if float(np.abs(step).max()) < 1e-9:
            break
    return float(values[0]), max(float(values[1]), 0.2)


def _odds(chance: float) -> float:
    held = min(max(chance, 1e-6), 1 - 1e-6)
    return float(np.log(held / (1 - held)))


def _chance(odds: float | Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))
