"""From a question to candidate documents and what speaks for each: the features that the ranking and the confidence weigh.

First every document is scored coarsely from the index; then the best `CANDIDATES` are read closely. Names are those of the weights
(locales/policy/weights.toml); all shares are of the question's own weight, so that long and short questions compare.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.search_answered import Answered, Spread
from models.search_close import Close
from models.search_corpus import Corpus, Floats, Ints
from models.search_match import wanted
from models.search_places import Where
from models.search_tokens import Terms, Units
from models.search_words import Concept

CANDIDATES = 60
TELLING = 32
"""Terms of a question that choose the candidates, the rarest first: the others stand in so many passages that they cost most and tell least."""
NEIGHBOURS = ((1, 1.0), (2, 0.6), (3, 0.4))

NAMES = (
    "T", "B", "E", "ET", "covd", "K1", "KS", "K2", "KS2", "K3", "KL", "KA", "pop", "gpop", "N", "gs", "U", "Uc", "G", "Pc", "TU", "TG", "Tc",
    "tcov", "tsc", "AU", "AC", "JU", "JC", "plT", "plB", "plX", "len", "rel", "FJ", "FS", "FC", "FSC", "FG", "FQ", "FQC", "EC", "ECc", "XC",
    "XD", "XTc", "FX", "FXC",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A question read: with its asking words and without, its concepts and its place."""

    whole: Units
    codes: Units
    concepts: tuple[Concept, ...]
    where: Where


@dataclass(frozen=True)
class Candidates:
    """Document numbers, their features (rows as in `documents`), their best passage, and the question's measures."""

    documents: Ints
    features: Floats
    passages: Ints
    measures: dict[str, float]

    def column(self, name: str) -> Floats:
        return np.asarray(self.features[:, NAMES.index(name)])


def gather(
    corpus: Corpus, answered: Answered, stop: Terms, asked: Asked, *, skip: int | None = None, ban: Collection[int] = ()
) -> Candidates:
    """Read a question against the corpus. `skip`: a learned question to be unlearnt; `ban`: documents that aren't there (for fitting)."""
    official, official_weight = _official(asked.concepts)
    want = wanted(asked.codes, asked.whole, official, stop)
    if not len(want.plain):
        asked = Asked(asked.whole, asked.whole, asked.concepts, asked.where)
        want = wanted(asked.whole, asked.whole, official, stop)
    in_body, weight = corpus.body.look_up(want.plain)
    total = float(weight.sum()) + 1e-6
    in_titles = corpus.titles.look_up(want.plain)[0]
    telling = np.argsort(-weight, kind="stable")[:TELLING]
    body = corpus.body.score(in_body[telling], weight[telling]) / np.float32(total)
    title = corpus.titles.score(in_titles[telling], weight[telling]) / np.float32(total)
    extra, extra_title = np.zeros_like(body), np.zeros_like(title)
    fresh = ~np.isin(official, want.plain)
    if fresh.any():
        numbers, idf = corpus.body.look_up(official[fresh])
        worth = (official_weight[fresh] * np.where(numbers >= 0, idf, 0)).astype(np.float32)
        share = np.float32(total + float(worth.sum()))
        extra = corpus.body.score(numbers, worth) / share
        extra_title = corpus.titles.score(corpus.titles.look_up(official[fresh])[0], worth) / share
    covered = _covered(corpus, in_body[telling], weight[telling] / np.float32(total))
    small_weight, large_weight = corpus.small.of(want.small), corpus.large.of(want.large)
    like = [
        answered.plain.like(want.plain, weight),
        answered.small.like(want.small, small_weight),
        answered.large.like(want.large, large_weight),
        answered.questions.score(answered.questions.look_up(want.plain)[0], weight).astype(np.float64) / total,
        answered.answers.score(answered.answers.look_up(want.plain)[0], weight).astype(np.float64) / total,
    ]
    times, series_times = answered.times, answered.times_of_series
    if skip is not None:
        times, series_times = times.copy(), series_times.copy()
        for one_like in like:
            one_like[skip] = 0
        for document in answered.gold[skip]:
            times[document] -= 1
            series_times[corpus.series[document]] -= 1
    near = [Spread(one_like, answered.gold) for one_like in like]
    both = body + extra
    coarse = np.maximum.reduceat(both, corpus.first[:-1]) if len(both) > corpus.size else both.copy()
    coarse += np.float32(0.5) * (title + covered + extra_title)
    for one_near, worth_of in ((near[0], 0.5), (near[3], 0.4), (near[4], 0.2)):
        one_near.add_to(coarse, worth_of)
    beside = _beside(corpus, coarse)
    rough = coarse + np.float32(0.25) * beside
    rough[list(ban)] = -1
    chosen = np.argpartition(-rough, min(CANDIDATES, corpus.size) - 1)[:CANDIDATES]
    chosen = chosen[rough[chosen] > 0]
    chosen = chosen[np.argsort(-rough[chosen], kind="stable")]
    measures = {
        "terms": float(len(want.plain)), "total": total,
        "joint": float(sum(c.joint for c in asked.concepts)), "concepts": float(sum(not c.asked for c in asked.concepts)),
    }  # fmt: skip
    if not len(chosen):
        return Candidates(chosen, np.zeros((0, len(NAMES))), chosen, measures)
    made: dict[str, Any] = {
        "T": title[chosen], "B": _most(corpus, body, chosen), "E": _most(corpus, extra, chosen), "ET": extra_title[chosen],
        "covd": covered[chosen], "K1": near[0].best(chosen), "KS": near[0].total(chosen), "K2": near[1].best(chosen), "KS2": near[1].total(chosen),
        "K3": near[2].best(chosen), "KL": near[3].best(chosen), "KA": near[4].best(chosen), "pop": np.log1p(np.maximum(0, times[chosen])),
        "gpop": np.log1p(np.maximum(0, series_times[corpus.series[chosen]])), "N": beside[chosen],
        "rel": coarse[chosen] / max(float(coarse[chosen].max()), 1e-6),
    }  # fmt: skip
    of_series = np.bincount(corpus.series[chosen], weights=coarse[chosen])
    made["gs"] = of_series[corpus.series[chosen]] / (float(coarse[chosen].sum()) + 1e-6)
    close = Close(corpus, answered, asked.codes, asked.concepts, want, weight, small_weight, large_weight, chosen, both, skip)
    made |= close.features()
    made |= _places(corpus, asked.where, chosen)
    return Candidates(chosen, np.column_stack([made[name] for name in NAMES]), close.best_passage(both), measures)


def _official(concepts: Collection[Concept]) -> tuple[Terms, NDArray[np.float32]]:
    """The official words of all concepts as terms, each with the weight of the surest concept that names it."""
    weights: dict[int, float] = {}
    for concept in concepts:
        for word in concept.words:
            for term in word.tolist():
                weights[term] = max(weights.get(term, 0.0), concept.weight)
    ordered = sorted(weights)
    return np.array(ordered, dtype=np.uint64), np.array([weights[term] for term in ordered], dtype=np.float32)


def _covered(corpus: Corpus, numbers: Ints, weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much of the question stands anywhere in each document."""
    result = np.zeros(corpus.size, np.float32)
    for number, one in zip(numbers.tolist(), weight.tolist(), strict=True):
        if number >= 0:
            result[corpus.document_of[corpus.body.rows_of(number)]] += one
    return result


def _most(corpus: Corpus, scores: NDArray[np.float32], chosen: Ints) -> Floats:
    """The best passage's score of each chosen document."""
    return np.array([scores[corpus.first[n] : corpus.first[n + 1]].max() for n in chosen.tolist()], dtype=np.float64)


def _beside(corpus: Corpus, coarse: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the neighbours of each article score: a law's answer seldom stands alone."""
    ordered = coarse[corpus.order]
    sums = np.zeros(corpus.size, np.float32)
    for distance, weight in NEIGHBOURS:
        same = corpus.same_series[distance] * np.float32(weight / 4)
        sums[distance:] += ordered[:-distance] * same
        sums[:-distance] += ordered[distance:] * same
    return np.asarray(sums[corpus.place_in_order])


def _places(corpus: Corpus, where: Where, chosen: Ints) -> dict[str, Floats]:
    """plT: the title is about the place asked for; plB: the text names it; plX: the document is about another province."""
    found = np.zeros((len(chosen), 3))
    if where.names:
        for row, number in enumerate(chosen.tolist()):
            title, text = corpus.title_places[number], corpus.text_places[number]
            home = title.provinces or ({text.about} if text.about else set())
            exact = len(where.names & title.names) / len(where.names)
            named = len(where.names & (title.names | text.names)) / len(where.names)
            found[row] = (
                max(exact, 0.6 * bool(where.provinces & title.provinces)),
                named,
                float(bool(home) and not where.provinces & home),
            )
    return {"plT": found[:, 0], "plB": found[:, 1], "plX": found[:, 2]}
