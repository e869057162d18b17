"""The knowledge base in arrays: passages, titles, neighbours, places, and the questions that were answered before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.search_index import Postings
from models.search_places import Places
from models.search_tokens import Terms, joined, large_terms, small_terms, terms

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ARTICLE = re.compile(r"\s*第([零〇一二三四五六七八九十百千0-9]+)条(?:之([一二三四五六七八九十]+))?$")
DIGITS = "零一二三四五六七八九十"
TITLE_K1, TITLE_B = 0.8, 0.3
BODY_K1, BODY_B = 1.2, 0.75
ASKED_B = 0.5


@dataclass(frozen=True)
class Passage:
    """A clause of a document with all that an answer must say of it."""

    id: int
    document_id: int
    key: str
    title: str
    section: str
    text: str
    source: str
    url: str | None
    issued: date | None
    valid_from: date | None
    valid_until: date | None
    replaced_by: str | None
    region: str


class Rarity:
    """How telling a small or large term is: rare ones weigh more."""

    def __init__(self, found: Terms) -> None:
        self._known, counts = np.unique(found, return_counts=True)
        self._weight = np.log(1 + len(found) / counts).astype(np.float32) if len(found) else np.zeros(0, np.float32)
        self._unknown = float(np.log(1 + len(found)))

    def of(self, wanted: Terms) -> NDArray[np.float32]:
        if not len(self._known):
            return np.full(len(wanted), self._unknown, np.float32)
        at = np.searchsorted(self._known, wanted)
        at[at == len(self._known)] = 0
        return np.where(self._known[at] == wanted, self._weight[at], self._unknown).astype(np.float32)


def rows_of(starts: Ints, where: Ints) -> Ints:
    """The row that each position lies in."""
    return np.searchsorted(starts, where, side="right") - 1


def article_number(title: str) -> float:
    """The number of 第N条(之M) at the end of a title, 0 for other titles."""
    match = ARTICLE.search(title)
    if match is None:
        return 0.0
    value = current = 0
    for sign in match[1].replace("〇", "零"):
        if sign in "千百十":
            value, current = value + (current or 1) * {"千": 1000, "百": 100, "十": 10}[sign], 0
        elif sign.isdigit() and sign.isascii():
            value = value * 10 + int(sign)
        else:
            current = DIGITS.index(sign)
    return value + current + (0.1 * DIGITS.index(match[2]) if match[2] else 0.0)


def heading(passage: Passage) -> str:
    """What a document is called, for searching: its title without the article's number, and the chapter its source names."""
    chapter = passage.source.partition("/")[2]
    title = ARTICLE.sub("", passage.title)
    return f"{title}，{re.sub('[（(].*', '', chapter)}" if chapter else title


class Corpus:
    """Everything that doesn't depend on a question. `passages` stand grouped by document, in order."""

    def __init__(self, passages: Sequence[Passage], places: Places) -> None:
        self.passages = passages
        keys = [passage.document_id for passage in passages]
        firsts = [n for n, key in enumerate(keys) if n == 0 or keys[n - 1] != key]
        self.first: Ints = np.array([*firsts, len(keys)], dtype=np.int64)
        self.heads = [passages[n] for n in firsts]
        self.size = len(self.heads)
        self.document_of: NDArray[np.int32] = np.repeat(np.arange(self.size, dtype=np.int32), np.diff(self.first))
        self.number_of = {head.document_id: n for n, head in enumerate(self.heads)}
        self.title_units, self.title_starts = joined(heading(head) for head in self.heads)
        self.titles = Postings.build(self.title_units, self.title_starts, TITLE_K1, TITLE_B)
        # A section says what its passage is about; where the title says it already, it would only count twice.
        self.units, self.starts = joined(
            passage.text if not passage.section or passage.section == passage.title else f"{passage.section}\n{passage.text}"
            for passage in passages
        )
        self.body = Postings.build(self.units, self.starts, BODY_K1, BODY_B)
        self.lengths: Floats = np.diff(self.starts).astype(np.float64)
        self.usual_length = float(self.lengths.mean()) if len(self.lengths) else 1.0
        self.small = Rarity(small_terms(self.units)[0])
        self.large = Rarity(large_terms(self.units)[0])
        self._set_series()
        self._weigh_titles()
        self.title_places = [places.read(head.title) for head in self.heads]
        self.text_places = [places.read("\n".join(p.text for p in self.of(n))) for n in range(self.size)]

    def of(self, number: int) -> Sequence[Passage]:
        """The passages of a document."""
        return self.passages[self.first[number] : self.first[number + 1]]

    def _set_series(self) -> None:
        """Articles of one law stand beside each other, so that a neighbour's match is a hint."""
        names = [f"{ARTICLE.sub('', h.title)}|{h.source}" if ARTICLE.search(h.title) else f"#{h.document_id}" for h in self.heads]
        self.series: Ints = np.unique(names, return_inverse=True)[1] if names else np.zeros(0, np.int64)
        numbers = np.array([article_number(head.title) for head in self.heads])
        self.order: Ints = np.lexsort((numbers, self.series))
        ordered = self.series[self.order]
        self.same_series = {d: (ordered[d:] == ordered[:-d]).astype(np.float32) for d in (1, 2, 3)}
        self.place_in_order = np.empty(self.size, np.int64)
        self.place_in_order[self.order] = np.arange(self.size)

    def _weigh_titles(self) -> None:
        found, where = terms(self.title_units)
        rows = rows_of(self.title_starts, where)
        pairs = np.unique(np.stack([rows.astype(np.uint64), found], 1), axis=0) if len(found) else np.zeros((0, 2), np.uint64)
        idf = self.body.look_up(pairs[:, 1])[1]
        self.title_weight = np.bincount(pairs[:, 0].astype(np.int64), weights=idf, minlength=self.size) + 1e-6
        found, where = small_terms(self.title_units)
        rows = rows_of(self.title_starts, where)
        self.title_small_weight = np.bincount(rows, weights=self.small.of(found), minlength=self.size) + 1e-6

    @cached_property
    def vocabulary(self) -> set[str]:
        """Latin words of the passages, for misspelt ones."""
        words: set[str] = set()
        for passage in self.passages:
            words.update(re.findall("[a-z]+", f"{passage.title} {passage.text}".lower()))
        return words
