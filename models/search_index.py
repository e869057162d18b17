"""An inverted index in arrays: which rows hold a term and how much it weighs there (BM25), and the rows' units for a closer look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.search_tokens import Terms, Units, is_han, terms

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Postings:
    """Rows by term. `idf` is Robertson's, never negative; `impact` the term-frequency part of BM25."""

    vocabulary: Terms
    begins: NDArray[np.int64]
    rows: NDArray[np.int32]
    impact: NDArray[np.float32]
    idf: NDArray[np.float32]
    size: int

    @classmethod
    def build(cls, codes: Units, starts: NDArray[np.int64], k1: float, b: float) -> Self:
        """From the joined units of all rows. `k1`: how soon repetition stops counting; `b`: how much long rows are held back."""
        size = len(starts) - 1
        found, where = terms(codes)
        rows = (np.searchsorted(starts, where, side="right") - 1).astype(np.int32)
        lengths = np.bincount(rows, minlength=size).astype(np.float32)
        order = np.argsort(found, kind="stable")
        found, rows = found[order], rows[order]
        if not len(found):
            none = np.zeros(0, np.int32)
            return cls(found, np.zeros(1, np.int64), none, none.astype(np.float32), none.astype(np.float32), size)
        new_term = np.concatenate([[True], found[1:] != found[:-1]])
        new_pair = new_term | np.concatenate([[True], rows[1:] != rows[:-1]])
        at = np.flatnonzero(new_pair)
        counts = np.diff(np.append(at, len(found))).astype(np.float32)
        rows = rows[at]
        begins = np.append(np.flatnonzero(new_term[at]), len(at))
        norm = k1 * (1 - b + b * lengths / _usual_length(codes, starts, lengths))
        impact = (counts * (k1 + 1) / (counts + norm[rows])).astype(np.float32)
        held = np.diff(begins).astype(np.float32)
        idf = np.log1p((size - held + 0.5) / (held + 0.5)).astype(np.float32)
        return cls(found[np.flatnonzero(new_term)], begins, rows, impact, idf, size)

    def look_up(self, wanted: Terms) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """For each wanted term its number in the vocabulary (-1 = in no row) and its idf (that of a term in no row)."""
        at = np.searchsorted(self.vocabulary, wanted)
        at[at == len(self.vocabulary)] = 0
        known = self.vocabulary[at] == wanted if len(self.vocabulary) else np.zeros(len(wanted), np.bool_)
        unknown = np.float32(np.log1p(self.size + 0.5))
        return np.where(known, at, -1), np.where(known, self.idf[at] if len(self.idf) else unknown, unknown).astype(np.float32)

    def score(self, numbers: NDArray[np.int64], weights: NDArray[np.float32]) -> Scores:
        """BM25 of every row for the terms `numbers` with `weights` (idf included by the caller)."""
        scores = np.zeros(self.size, np.float32)
        for number, weight in zip(numbers.tolist(), weights.tolist(), strict=True):
            if number >= 0:
                part = slice(self.begins[number], self.begins[number + 1])
                scores[self.rows[part]] += self.impact[part] * np.float32(weight)
        return scores

    def rows_of(self, number: int) -> NDArray[np.int32]:
        """The rows that hold term `number`, ascending."""
        return self.rows[self.begins[number] : self.begins[number + 1]]


def _usual_length(codes: Units, starts: NDArray[np.int64], lengths: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean length of the rows of each row's language: Chinese pairs and English stems don't count alike."""
    ends = np.concatenate([[0], np.cumsum(is_han(codes))])
    chinese = ends[starts[1:]] - ends[starts[:-1]] > lengths / 2
    usual = np.ones(len(lengths), np.float32)
    for group in (chinese, ~chinese):
        if group.any():
            usual[group] = max(1.0, float(lengths[group].mean()))
    return usual
