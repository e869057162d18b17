"""From examples of several knowledge bases to one table of weights, and what it is worth on questions that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.weights.reading import Base, Example
from models.search import STRENGTH, WRONGLY
from models.search_corpus import Floats
from models.search_fit import fit_ranking, fit_sureness
from models.search_weights import COLUMNS, Weights, winning

Json = dict[str, Any]
Use = Callable[[Base, str], Sequence[Example]]
"""Which examples of a kind may be learnt from."""

PRIOR_STRENGTH = 0.02
WRONG_WORTH = 0.5
"""A winner that is wrong though the right one was there counts half of a question that has none."""


def fit(bases: Sequence[Base], use: Use) -> tuple[Json, dict[str, Weights]]:
    """The table for one language, and each base's own weights with its threshold."""
    seen = np.concatenate([one.found.features[:, COLUMNS] for b in bases for kind in ("learn", "questions") for one in b.examples[kind]])
    mean, deviation = seen.mean(0), seen.std(0) + 1e-6

    def plain(examples: Sequence[Example]) -> list[tuple[Floats, Floats]]:
        return [((one.found.features[:, COLUMNS] - mean) / deviation, one.right) for one in examples]

    ranked = [kind for b in bases for kind in b.examples if kind.startswith("own:")]
    rows = [row for b in bases for kind in ("learn", "questions", *ranked) if kind in b.examples for row in plain(use(b, kind))]
    prior = fit_ranking(rows, np.zeros(len(COLUMNS)), PRIOR_STRENGTH)
    none = np.zeros(0)
    weights = {
        b.name: Weights(mean, deviation, prior, fit_ranking(plain(b.examples["learn"]), prior, STRENGTH), none, none, none, 0.5)
        for b in bases
    }
    won, right, worth = [], [], []
    for base in bases:
        for kind in base.examples:
            for one in use(base, kind):
                scores = weights[base.name].scores(one.found)
                good = not one.alone and bool(one.right[int(np.argmax(scores))])
                won.append(winning(base.searcher.corpus, one.found, scores))
                right.append(float(good))
                worth.append(1.0 if good or one.alone else WRONG_WORTH)
    all_won = np.array(won)
    sure_mean, sure_deviation = all_won.mean(0), all_won.std(0) + 1e-6
    sure = fit_sureness((all_won - sure_mean) / sure_deviation, np.array(right), np.array(worth))
    weights = {name: replace(one, sure_mean=sure_mean, sure_deviation=sure_deviation, sure=sure) for name, one in weights.items()}
    alone = {b.name: sureness(b, weights[b.name], b.examples["ban"]) for b in bases}
    weights = {name: replace(one, threshold=float(np.quantile(alone[name], 1 - WRONGLY))) for name, one in weights.items()}
    pooled = float(np.quantile(np.concatenate(list(alone.values())), 1 - WRONGLY))
    table = {
        "mean": mean, "deviation": deviation, "prior": prior, "sure_mean": sure_mean, "sure_deviation": sure_deviation, "sure": sure,
        "threshold": pooled,
    }  # fmt: skip
    return table, weights


def sureness(base: Base, weights: Weights, examples: Sequence[Example]) -> Floats:
    return np.array([weights.sureness(base.searcher.corpus, one.found, weights.scores(one.found)) for one in examples])


def ranks(weights: Weights, examples: Sequence[Example]) -> Floats:
    """The place of the first right candidate of each, infinite where there is none."""
    places = []
    for one in examples:
        order = np.argsort(-weights.scores(one.found), kind="stable")
        places.append(float(np.argmax(one.right[order] > 0)) + 1 if one.right.any() else np.inf)
    return np.array(places)


def crossed(bases: Sequence[Base]) -> list[tuple[str, float, float, float, float]]:
    """Per base, on halves of questions and missing that were not learnt from: recall at 1 and 3, answered, wrongly answered."""
    told: dict[str, list[Floats]] = {base.name: [] for base in bases}
    for half in (0, 1):

        def without(base: Base, kind: str, half: int = half) -> Sequence[Example]:
            return base.examples[kind][half::2] if kind in ("questions", "missing") else base.examples[kind]

        _, weights = fit(bases, without)
        for base in bases:
            own = weights[base.name]
            asked, missing = base.examples["questions"][1 - half :: 2], base.examples["missing"][1 - half :: 2]
            places = ranks(own, asked)
            answered = (sureness(base, own, asked) >= own.threshold).sum(), (sureness(base, own, missing) >= own.threshold).sum()
            told[base.name].append(np.array([(places <= 1).sum(), (places <= 3).sum(), *answered], dtype=np.float64))
    result = []
    for base in bases:
        first, third, answered, wrongly = np.sum(told[base.name], axis=0)
        count, absent = base.asked["questions"], base.asked["missing"]
        result.append((base.name, first / count, third / count, answered / count, wrongly / absent))
    return result
