"""Named word lists and the one scan that finds all their words in a plain text (dialogs/spelling.py).

A list is an array of strings in a lexicon file. Each string is `|`-separated words, or one regular expression behind a `~`, which
begins and ends with a character that is no space; with a guard (`~火烟~pattern`) it is tried only where one of these characters
occurs, which is what keeps a scan fast. Latin words match whole words only; `*` at the end allows any ending, and `_`
inside a Chinese word stands for up to three characters that may come between (“气_上不来” finds “气都上不来”).
Distances are counted in tokens: a Chinese character or a Latin word is one, so that a window means the same in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dialogs.spelling import Spelling

_GAPS = "_"  # and of one that holds the words of which a gap begins there: list, the pieces that follow
GAP = 3
"""Characters that may stand where a word has its `_`."""
_Pattern = tuple[frozenset[str], re.Pattern[str], str]
_LISTS = ""  # the key of a trie node that holds the lists whose word ends there; no character is empty


class Span(NamedTuple):
    """Where a word stands: characters [start, end) and tokens [first, last]."""

    start: int
    end: int
    first: int
    last: int

    def covers(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


Hits = dict[str, list[Span]]


class UnknownList(LookupError):
    """A rule names a word list that the lexicon does not have"""


@dataclass(frozen=True)
class WordLists:
    """All lists of one lexicon, compiled into one trie and a few patterns."""

    names: frozenset[str]
    _trie: dict[str, Any]
    _patterns: tuple[_Pattern, ...] = field(default=())

    @staticmethod
    def from_data(lists: Mapping[str, Iterable[str]], spelling: Spelling) -> WordLists:
        """Compile `lists`, their Latin words in base form; raises re.error for a bad pattern."""
        trie: dict[str, Any] = {}
        patterns: list[_Pattern] = []
        for name, entries in lists.items():
            for entry in entries:
                if entry.startswith("~"):
                    guard, _, pattern = entry[1:].rpartition("~")
                    patterns.append((frozenset(guard), re.compile(pattern), name))
                    continue
                for word in spelling.base(entry).split("|"):
                    _plant(trie, word, name)
        return WordLists(frozenset(lists), trie, tuple(patterns))

    def scan(self, text: str) -> Hits:
        """Every word of every list in `text`, overlapping ones too; lists without a hit are absent."""
        hits: Hits = {}
        token_at, root, size = tokens(text), self._trie, len(text)
        for start, char in enumerate(text):
            node = root.get(char)
            if node is None or (start and token_at[start] == token_at[start - 1]):
                continue
            end = start + 1
            while node is not None:
                ending = node.get(_LISTS)
                if ending is not None:
                    whole = end == size or token_at[end] != token_at[end - 1]
                    span = Span(start, end, token_at[start], token_at[end - 1])
                    for name, open_end in ending:
                        if whole or open_end:
                            hits.setdefault(name, []).append(span)
                if _GAPS in node:
                    self._follow_gaps(text, node[_GAPS], start, end, token_at, hits)
                if end == size:
                    break
                node = node.get(text[end])
                end += 1
        chars = set(text)
        for guard, pattern, name in self._patterns:
            if guard and guard.isdisjoint(chars):
                continue
            for match in pattern.finditer(text):
                start, end = match.span()
                hits.setdefault(name, []).append(Span(start, end, token_at[start], token_at[end - 1]))
        return hits

    @staticmethod
    def _follow_gaps(text: str, words: list[tuple[str, list[str]]], start: int, end: int, token_at: list[int], hits: Hits) -> None:
        for name, pieces in words:
            last = _end_of_pieces(text, pieces, end)
            if last:
                hits.setdefault(name, []).append(Span(start, last, token_at[start], token_at[last - 1]))


def _end_of_pieces(text: str, pieces: list[str], at: int) -> int:
    """Where the last of `pieces` ends if each follows the one before (from `at`) within the gap, else 0."""
    for piece in pieces:
        found = text.find(piece, at, at + GAP + len(piece))
        if found < 0:
            return 0
        at = found + len(piece)
    return at


def tokens(text: str) -> list[int]:
    """For each character the number of its token, -1 for a space."""
    numbers: list[int] = []
    number, in_word = -1, False
    for char in text:
        latin = char.isascii() and char.isalnum()
        if not (latin and in_word) and char != " ":
            number += 1
        in_word = latin
        numbers.append(-1 if char == " " else number)
    return numbers


def _plant(trie: dict[str, Any], word: str, name: str) -> None:
    head, *pieces = word.split("_")
    node = trie
    for char in head.rstrip("*"):
        node = node.setdefault(char, {})
    if pieces:
        node.setdefault(_GAPS, []).append((name, pieces))
    else:
        node.setdefault(_LISTS, []).append((name, head.endswith("*")))
