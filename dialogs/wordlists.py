"""Named word lists and the one scan that finds all their words in a plain text (dialogs/spelling.py).

A list is an array of strings in a lexicon file. Each string is `|`-separated words, or one regular expression behind a `~`, which
begins and ends with a character that is no space. Latin words match whole words only; `*` at the end allows any ending, and `_`
inside a word stands for up to three characters that may come between (“气_上不来” finds “气都上不来”).
Distances are counted in tokens: a Chinese character or a Latin word is one, so that a window means the same in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_GAP = ".{0,3}"
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
    _patterns: tuple[tuple[re.Pattern[str], str], ...] = field(default=())

    @staticmethod
    def from_data(lists: Mapping[str, Iterable[str]]) -> WordLists:
        """Compile `lists`; raises re.error for a bad pattern."""
        trie: dict[str, Any] = {}
        patterns = []
        for name, entries in lists.items():
            for entry in entries:
                if entry.startswith("~"):
                    patterns.append((re.compile(entry[1:]), name))
                    continue
                words = entry.split("|")
                gapped = [_GAP.join(map(re.escape, word.split("_"))) for word in words if "_" in word]
                if gapped:
                    patterns.append((re.compile("|".join(gapped)), name))
                for word in words:
                    if "_" not in word:
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
                for name, open_end in node.get(_LISTS, ()):
                    if open_end or end == size or token_at[end] != token_at[end - 1]:
                        hits.setdefault(name, []).append(Span(start, end, token_at[start], token_at[end - 1]))
                node = node.get(text[end]) if end < size else None
                end += 1
        for pattern, name in self._patterns:
            for match in pattern.finditer(text):
                start, end = match.span()
                hits.setdefault(name, []).append(Span(start, end, token_at[start], token_at[end - 1]))
        return hits


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
    open_end = word.endswith("*")
    node = trie
    for char in word.rstrip("*"):
        node = node.setdefault(char, {})
    node.setdefault(_LISTS, []).append((name, open_end))
