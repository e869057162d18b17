"""Proposals for the dictionary: words that residents used in questions staff answered, and that the answering document doesn't know.

A person decides: a proposal is a word, the title it led to and how many asked with it. Nothing is learnt by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

HAN = re.compile("[一-鿿]{2,}")
LENGTHS = (2, 3, 4)
LEAST_ASKED = 2
"""Different questions that must hold a word before it is proposed: one person's turn of phrase is no dictionary entry."""


class Proposal(NamedTuple):
    """`word` stands in `asked` questions that were answered from the document `title`."""

    word: str
    title: str
    asked: int


def proposals(answered: Iterable[tuple[str, str, str]], known: Callable[[str], bool], cut: Sequence[str], most: int) -> list[Proposal]:
    """The `most` most frequent ones of `answered` (question, title, text). `known`: the dictionary has the word; `cut`: words that only ask."""
    asking = re.compile("|".join(sorted(map(re.escape, cut), key=len, reverse=True)) or r"(?!)")
    counted: Counter[tuple[str, str]] = Counter()
    for question, title, text in answered:
        words = {
            run[at : at + length]
            for run in HAN.findall(asking.sub(" ", question))
            for length in LENGTHS
            for at in range(len(run) - length + 1)
        }
        counted.update((word, title) for word in words if word not in text and word not in title and not known(word))
    found = [Proposal(word, title, times) for (word, title), times in counted.items() if times >= LEAST_ASKED]
    found.sort(key=lambda one: (-one.asked, -len(one.word), one.word))
    chosen: list[Proposal] = []
    for one in found:
        # "车棚" says no more than "电瓶车棚" that as many asked with.
        if not any(one.title == other.title and one.asked == other.asked and one.word in other.word for other in chosen):
            chosen.append(one)
    return chosen[:most]
