"""Residents' words → official words: which entries of the dictionaries stand in a question, and where.

Chinese entries are plain strings or sets of groups found anywhere in the question (locales/policy/zh); English ones are groups of
words that stand for each other, and for a misspelt word the nearest words of the knowledge base (locales/policy/en).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from models.search_stems import stem
from models.search_tokens import Terms, terms, units, word_unit

NEAR = 0.6
"""Share of common letter triples (Dice) from which an unknown word is taken for a misspelt one."""
WORD = re.compile(r"[a-zA-Z0-9]+(?:['’][a-z]+)?")
SURE, LIKELY, ALIKE, ASKED = 1.0, 0.6, 0.5, 0.3
"""How much an official word counts beside the person's own: after two or three groups together, after one word, after an English
synonym or a guess, after a mere way of asking."""


@dataclass(frozen=True)
class Concept:
    """One entry found in a question: the official words it may mean, as terms, and the stretches of the question that led to it."""

    words: tuple[Terms, ...]
    spans: tuple[tuple[int, int], ...]
    weight: float
    joint: bool = False
    asked: bool = False


@dataclass(frozen=True)
class _Entry:
    parts: tuple[str, ...]
    key: str
    words: tuple[Terms, ...]
    asked: bool


class ChineseWords:
    """The dictionary of locales/policy/zh: `tables` are its files."""

    def __init__(self, tables: Sequence[Mapping[str, Any]]) -> None:
        self.cut: tuple[str, ...] = tuple(word for table in tables for word in table.get("cut", ()))
        self._groups: dict[str, list[str]] = {}
        self._by_first: dict[str, list[_Entry]] = {}
        for table in tables:
            for name, section in table.items():
                if name == "classes":
                    self._groups.update({f"<{key}>": str(words).lower().split() for key, words in section.items()})
                elif isinstance(section, Mapping):
                    for key, official in section.items():
                        self._add(key, str(official), asked=name == "asking")

    def _add(self, key: str, official: str, *, asked: bool) -> None:
        words = tuple(found for word in official.split() if len(found := np.unique(terms(units(word))[0])))
        for said in key.split():
            parts = tuple(said.lower().split("+"))
            first = parts[0] if parts[0].startswith("<") else parts[0][:1]
            self._by_first.setdefault(first, []).append(_Entry(parts, key, words, asked))

    def knows(self, word: str) -> bool:
        """Whether `word` is an entry, or a part of one."""
        return any(word in part for entries in self._by_first.values() for entry in entries for part in entry.parts)

    def match(self, question: str) -> list[Concept]:
        """The entries that stand in the question; of two ways to the same entry the one that says more."""
        text = question.lower()
        groups = {name for name, words in self._groups.items() if any(word in text for word in words)}
        best: dict[str, _Entry] = {}
        for first in sorted({*text, *groups}):
            for entry in self._by_first.get(first, ()):
                if all(part in groups if part[0] == "<" else part in text for part in entry.parts):
                    known = best.get(entry.key)
                    if known is None or _says(entry) > _says(known):
                        best[entry.key] = entry
        found = list(best.values())
        return [self._concept(text, entry) for entry in found if not _inside(text, entry, found)]

    def _concept(self, text: str, entry: _Entry) -> Concept:
        spans: list[tuple[int, int]] = []
        for part in entry.parts:
            for word in self._groups[part] if part[0] == "<" else (part,):
                for place in re.finditer(re.escape(word), text):
                    spans.append((len(units(text[: place.start()])), len(units(text[: place.end()]))))
        joint = len(entry.parts) > 1
        return Concept(entry.words, tuple(spans), ASKED if entry.asked else SURE if joint else LIKELY, joint, entry.asked)


def _says(entry: _Entry) -> tuple[bool, int]:
    return len(entry.parts) > 1, sum(map(len, entry.parts))


def _inside(text: str, entry: _Entry, found: Iterable[_Entry]) -> bool:
    """Whether a single word only occurs as a part of longer ones that were found too: "公公" inside "公公婆婆房"."""
    if len(entry.parts) > 1:
        return False
    word = entry.parts[0]
    longer = [o.parts[0] for o in found if len(o.parts) == 1 and o.parts[0] != word and word in o.parts[0]]
    return bool(longer) and text.count(word) <= sum(text.count(other) for other in longer)


@dataclass
class EnglishWords:
    """The groups of locales/policy/en/synonyms.toml; `vocabulary` holds the stems of the knowledge base, for misspelt words."""

    table: Mapping[str, Any]
    vocabulary: Sequence[str] = ()
    _by_first: dict[str, list[tuple[tuple[str, ...], tuple[Terms, ...]]]] = field(default_factory=dict)
    _triples: dict[str, list[int]] = field(default_factory=dict)
    _sizes: list[int] = field(default_factory=list)
    _near: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stop = frozenset(" ".join(self.table.get("stop", ())).split())
        for section in self.table.values():
            for group in section["groups"] if isinstance(section, Mapping) else ():
                members = list(dict.fromkeys(tuple(stem(part) for part in word.split("_")) for word in group.split()))
                for member in members:
                    others = tuple(_of_stems(o, self.stop) for o in members if o != member)
                    self._by_first.setdefault(member[0], []).append((member, tuple(o for o in others if len(o))))
        self.vocabulary = sorted(set(self.vocabulary))
        for number, word in enumerate(self.vocabulary):
            parts = _letters(word)
            self._sizes.append(len(parts))
            for part in parts:
                self._triples.setdefault(part, []).append(number)

    def match(self, question: str) -> list[Concept]:
        """Synonyms of the words in the question, and the words that an unknown one may have meant."""
        spoken = [(m[0].lower().replace("’", "'").partition("'")[0], m.start()) for m in WORD.finditer(question)]
        stems = [stem(word) for word, _ in spoken]
        at = [len(units(question[:place])) for _, place in spoken]
        found: list[Concept] = []
        seen: set[tuple[str, ...]] = set()
        for number, one in enumerate(stems):
            for member, others in self._by_first.get(one, ()):
                if tuple(stems[number : number + len(member)]) == member and (*member, str(len(others))) not in seen:
                    seen.add((*member, str(len(others))))
                    last = min(number + len(member) - 1, len(at) - 1)
                    found.append(Concept(others, ((at[number], at[last] + 1),), ALIKE))
            if spoken[number][0] not in self.stop and len(one) > 3 and one.isalpha():
                meant = tuple(_of_stems((word,), frozenset()) for word in self._alike(one))
                if meant:
                    found.append(Concept(meant, ((at[number], at[number] + 1),), ALIKE))
        return found

    def _alike(self, word: str) -> tuple[str, ...]:
        known = self._near.get(word)
        if known is None:
            parts = _letters(word)
            common: dict[int, int] = {}
            for part in parts:
                for number in self._triples.get(part, ()):
                    common[number] = common.get(number, 0) + 1
            ranked = sorted(((2 * n / (len(parts) + self._sizes[i]), self.vocabulary[i]) for i, n in common.items()), reverse=True)[:6]
            known = tuple(other for likeness, other in ranked if likeness >= NEAR and other != word)
            if len(self._near) < 20_000:
                self._near[word] = known
        return known


def _letters(word: str) -> set[str]:
    marked = f"#{word}"
    return {marked[k : k + 3] for k in range(max(1, len(word) - 1))}


def _of_stems(stems: Iterable[str], stop: frozenset[str]) -> Terms:
    return np.array([word_unit(one) for one in stems if one not in stop], dtype=np.uint64)
