"""What the features are worth: the ranking's score, and how sure it is of its winner.

`Weights` come from locales/policy/weights.toml, moved by what staff answered in this knowledge base (`fitted` in search.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.search_corpus import Corpus, Floats
from models.search_features import NAMES, Candidates

RANKED = (
    "T", "B", "E", "gpop", "N", "gs", "U", "G", "K2", "KS2", "tcov", "tsc", "JU", "JC", "plT", "plB", "plX", "len", "rel", "FJ", "FS", "FG",
    "FQ", "FX", "FXC", "XC", "XD", "EC",
)  # fmt: skip
COLUMNS = [NAMES.index(name) for name in RANKED]
FAMILIAR, BAND = 0.4, 0.2
"""A question with less than this share of its own words in any passage is in a resident's words: then what was learnt from
official questions counts less, within this band of shares."""

OF_WINNER = (
    "JC", "FQ", "FQC", "EC", "AC", "tcov", "tsc", "K1", "K2", "FG", "G", "Tc", "JU", "FSC", "gs", "plT", "plX", "FJ", "gpop", "E", "FC", "XC",
    "XD", "XTc", "ECc",
)  # fmt: skip
SURE_COLUMNS = [NAMES.index(name) for name in OF_WINNER]


@dataclass(frozen=True)
class Weights:
    """For one language. `ranking` and `prior` belong to standardised features; `threshold` is the sureness from which is answered."""

    mean: Floats
    deviation: Floats
    prior: Floats
    ranking: Floats
    sure_mean: Floats
    sure_deviation: Floats
    sure: Floats
    threshold: float

    @classmethod
    def read(cls, table: Mapping[str, Any], learnt: Mapping[str, Any] | None = None) -> Weights:
        """From a table of weights.toml, and what this knowledge base has learnt, if anything."""
        arrays = {
            name: np.array(table[name], dtype=np.float64) for name in ("mean", "deviation", "prior", "sure_mean", "sure_deviation", "sure")
        }
        own = learnt or {}
        ranking = np.array(own.get("ranking", table["prior"]), dtype=np.float64)
        return cls(**arrays, ranking=ranking, threshold=float(own.get("threshold", table["threshold"])))

    def scores(self, found: Candidates) -> Floats:
        """A score for each candidate."""
        if not len(found.documents):
            return np.zeros(0)
        weights = self.ranking
        if found.measures["joint"] > 0 or found.measures["concepts"] > 1:
            strange = float(np.clip((FAMILIAR - float(found.column("JC").max())) / BAND, 0, 1))
            weights = weights + (self.prior - weights) * strange
        return np.asarray((found.features[:, COLUMNS] - self.mean) / self.deviation @ weights)

    def sureness(self, corpus: Corpus, found: Candidates, scores: Floats) -> float:
        """0–1: how likely the winner is right."""
        row = (winning(corpus, found, scores) - self.sure_mean) / self.sure_deviation
        return float(1 / (1 + np.exp(-(row @ self.sure[:-1] + self.sure[-1]))))


def winning(corpus: Corpus, found: Candidates, scores: Floats) -> Floats:
    """How the winner won: its own features, its lead, and how alone it stands."""
    order = np.argsort(-scores, kind="stable")
    first, second, fifth = order[0], order[min(1, len(order) - 1)], order[min(4, len(order) - 1)]
    power = np.exp(scores - scores.max())
    chance = power / power.sum()
    lead = scores[first] - scores[second] if len(order) > 1 else 3.0
    fq = np.sort(found.column("FQ"))
    series, places = corpus.series[found.documents], corpus.place_in_order[found.documents]
    together = (series == series[first]) & (np.abs(places - places[first]) <= 3)
    measures = found.measures
    most = found.column("JC").max()
    extra = [
        scores[first], lead, scores[first] - scores[fifth], chance[first], np.log(chance[order[:3]].sum()), -(chance * np.log(chance + 1e-9)).sum(),
        found.column("FQ")[first] - fq[-min(2, len(fq))], np.log1p(measures["terms"]), np.log1p(measures["total"]), found.column("K2").max(),
        most, found.column("XC").max(), chance[together].sum(), min(3.0, measures["joint"]), min(5.0, measures["concepts"]),
        found.column("EC")[first] * (1 - most),
    ]  # fmt: skip
    return np.concatenate([found.features[first, SURE_COLUMNS], extra])
