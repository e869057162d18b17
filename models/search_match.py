"""Counting a question's terms in chosen stretches of text, closely but cheaply: most units of a text are in no question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.search_corpus import Floats, Ints
from models.search_tokens import MIX, SHIFT, WORD_BASE, Terms, Units, is_han, large_terms, small_terms, terms

FOLD = np.uint32(0xFFFF)
"""Units are looked up by their low 16 bits: a Latin stem may seem wanted and isn't; exact comparison follows."""


@dataclass(frozen=True)
class Wanted:
    """The terms of a question, each kind sorted and distinct: single units, pairs, triples; and official words it may mean."""

    small: Terms
    plain: Terms
    large: Terms
    official: Terms

    def near(self) -> NDArray[np.bool_]:
        """Which folded units can matter at all."""
        table = np.zeros(int(FOLD) + 1, np.bool_)
        both = np.concatenate([self.plain, self.official])
        table[(self.small & np.uint64(FOLD)).astype(np.int64)] = True
        table[(both & np.uint64(FOLD)).astype(np.int64)] = True
        table[((both >> SHIFT) & np.uint64(FOLD)).astype(np.int64)] = True
        table[0] = False
        return table


@dataclass(frozen=True)
class Counts:
    """Rows × terms: how often each wanted term stands in each stretch."""

    small: Floats
    plain: Floats
    large: Floats
    official: Floats


def wanted(codes: Units, whole: Units, official: Terms, stop: Terms) -> Wanted:
    """The terms of a question: `codes` without the words that only ask, `whole` with them."""
    plain = np.unique(terms(codes)[0])
    return Wanted(np.unique(small_terms(whole)[0]), plain[~np.isin(plain, stop)], np.unique(large_terms(codes)[0]), official)


def count(units: Units, starts: Ints, rows: Ints, want: Wanted, table: NDArray[np.bool_]) -> Counts:
    """Count in the stretches `rows` of `units`, whose beginnings are `starts`."""
    lengths = starts[rows + 1] - starts[rows]
    total = int(lengths.sum())
    begins = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(rows) else np.zeros(0, np.int64)
    text = units[np.arange(total) + np.repeat(starts[rows] - begins, lengths)]
    row = np.repeat(np.arange(len(rows)), lengths)
    hit = table[(text & FOLD).astype(np.int64)]
    at = np.flatnonzero(hit)
    wide = text[at].astype(np.uint64)
    small = _matrix(wide, row[at], want.small, len(rows))
    # Neighbours are neighbours in the text only if their places are; every stretch ends with a break, so none runs over.
    han, word = is_han(text[at]), text[at] >= WORD_BASE
    next_to = np.diff(at) == 1
    pair = np.flatnonzero(next_to & han[:-1] & han[1:]) if len(at) > 1 else at[:0]
    pairs = (wide[pair] << SHIFT) | wide[pair + 1]
    words = np.flatnonzero(word)
    found, places = np.concatenate([pairs, wide[words]]), np.concatenate([row[at[pair]], row[at[words]]])
    plain = _matrix(found, places, want.plain, len(rows))
    official = _matrix(found, places, want.official, len(rows))
    three = np.flatnonzero(next_to[:-1] & next_to[1:] & han[:-2] & han[1:-1] & han[2:]) if len(at) > 2 else at[:0]
    two = np.flatnonzero(next_to & word[:-1] & word[1:]) if len(at) > 1 else at[:0]
    with np.errstate(over="ignore"):
        threes = ((wide[three] << SHIFT) | wide[three + 1]) * MIX ^ wide[three + 2] if len(three) else wide[:0]
        twos = ((wide[two] << SHIFT) | wide[two + 1]) * MIX if len(two) else wide[:0]
    large = _matrix(np.concatenate([threes, twos]), np.concatenate([row[at[three]], row[at[two]]]), want.large, len(rows))
    return Counts(small, plain, large, official)


def _matrix(found: Terms, rows: Ints, want: Terms, size: int) -> Floats:
    if not len(want) or not len(found):
        return np.zeros((size, max(1, len(want))))
    at = np.searchsorted(want, found)
    at[at == len(want)] = 0
    hit = want[at] == found
    return np.bincount(rows[hit] * len(want) + at[hit], minlength=size * len(want)).reshape(size, len(want)).astype(np.float64)
