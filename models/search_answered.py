"""The questions that were answered before, in arrays: which of them is most like a new one, and what that says for its documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.search_corpus import BODY_B, BODY_K1, Corpus, Floats, Ints, rows_of
from models.search_index import Postings
from models.search_tokens import Terms, Units, joined, large_terms, small_terms, terms

ASKED_B = 0.5


@dataclass(frozen=True)
class Learned:
    """A question that was answered, and the documents that the answer rests on."""

    question: str
    documents: tuple[int, ...]
    answer: str


@dataclass(frozen=True)
class Bags:
    """The terms of many short texts as weighted sets, to find the texts most like a question (cosine)."""

    terms: Terms
    rows: Ints
    weights: Floats
    norms: Floats
    size: int

    @classmethod
    def build(cls, found: Terms, rows: Ints, size: int, weigh: Callable[[Terms], NDArray[np.float32]]) -> Bags:
        order = np.lexsort((found, rows))
        found, rows = found[order], rows[order]
        fresh = np.concatenate([[True], (found[1:] != found[:-1]) | (rows[1:] != rows[:-1])]) if len(found) else np.zeros(0, np.bool_)
        found, rows = found[fresh], rows[fresh]
        weights = weigh(found).astype(np.float64)
        norms = np.sqrt(np.bincount(rows, weights=weights**2, minlength=size)) + 1e-6
        return cls(found, rows, weights, norms, size)

    def like(self, wanted: Terms, weights: NDArray[np.float32]) -> Floats:
        """Cosine of every text with the question's terms (sorted, distinct)."""
        if not len(self.terms) or not len(wanted):
            return np.zeros(self.size)
        at = np.searchsorted(wanted, self.terms)
        at[at == len(wanted)] = 0
        hit = wanted[at] == self.terms
        shared = np.bincount(self.rows[hit], weights=self.weights[hit] * weights[at[hit]], minlength=self.size)
        return shared / self.norms / (float(np.sqrt((weights.astype(np.float64) ** 2).sum())) + 1e-6)


class Answered:
    """The learned questions of a corpus in arrays."""

    def __init__(self, corpus: Corpus, learned: Sequence[Learned], clean: Callable[[str], str], stop: Terms) -> None:
        known = [(one, [corpus.number_of[d] for d in one.documents if d in corpus.number_of]) for one in learned]
        self.learned = [one for one, gold in known if gold]
        self.gold = [gold for _, gold in known if gold]
        self.size = len(self.learned)
        self.units, self.starts = joined(clean(one.question) for one in self.learned)
        self.questions = Postings.build(self.units, self.starts, BODY_K1, ASKED_B)
        answers, begins = joined(one.answer for one in self.learned)
        self.answers = Postings.build(answers, begins, BODY_K1, BODY_B)
        self.of_document: dict[int, list[int]] = {}
        self.times = np.zeros(corpus.size)
        for number, gold in enumerate(self.gold):
            for document in gold:
                self.of_document.setdefault(document, []).append(number)
                self.times[document] += 1
        self.times_of_series = np.bincount(corpus.series, weights=self.times) if corpus.size else np.zeros(0)
        self.plain = self._bags(self.units, terms, lambda t: corpus.body.look_up(t)[1], stop)
        self.small = self._bags(self.units, small_terms, corpus.small.of, stop[:0])
        self.large = self._bags(self.units, large_terms, corpus.large.of, stop[:0])
        found, where = terms(self.units)
        pairs = self._distinct(found, rows_of(self.starts, where))
        self.asked_terms, self.asked_times = np.unique(pairs, return_counts=True)

    def _bags(
        self, codes: Units, split: Callable[[Units], tuple[Terms, Ints]], weigh: Callable[[Terms], NDArray[np.float32]], stop: Terms
    ) -> Bags:
        found, where = split(codes)
        kept = ~np.isin(found, stop)
        return Bags.build(found[kept], rows_of(self.starts, where[kept]), self.size, weigh)

    @staticmethod
    def _distinct(found: Terms, rows: Ints) -> Terms:
        if not len(found):
            return found
        return np.unique(np.stack([rows.astype(np.uint64), found], 1), axis=0)[:, 1]

    def rarity(self, wanted: Terms) -> Floats:
        """How seldom each term stands in earlier questions: what everybody asks with tells little."""
        times = np.zeros(len(wanted))
        if len(self.asked_terms):
            at = np.searchsorted(self.asked_terms, wanted)
            at[at == len(self.asked_terms)] = 0
            times = np.where(self.asked_terms[at] == wanted, self.asked_times[at], 0)
        return np.asarray(np.log((self.size + 2) / (times + 0.5)))


class Spread:
    """What earlier questions like this one say for their documents: the best likeness, and the sum of squares. Most have none."""

    def __init__(self, likeness: Floats, gold: Sequence[Iterable[int]], top: int = 15) -> None:
        self._best: dict[int, float] = {}
        self._total: dict[int, float] = {}
        for number in np.argsort(-likeness, kind="stable")[:top].tolist():
            value = float(likeness[number])
            if value <= 0:
                break
            for document in gold[number]:
                self._best[document] = max(self._best.get(document, 0.0), value)
                self._total[document] = self._total.get(document, 0.0) + value**2

    def add_to(self, scores: NDArray[np.float32], weight: float) -> None:
        for document, value in self._best.items():
            scores[document] += weight * value

    def best(self, documents: Ints) -> Floats:
        return np.array([self._best.get(document, 0.0) for document in documents.tolist()])

    def total(self, documents: Ints) -> Floats:
        return np.array([self._total.get(document, 0.0) for document in documents.tolist()])
