"""Documents that must not be answered with alone: expired or replaced ones, and two valid ones that say different numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import TypeVar

from models.search_corpus import Passage

P = TypeVar("P", bound=Passage)

ALIKE_TITLES, ALIKE_TEXTS = 0.8, 0.6
"""Likeness from which two documents speak of the same thing."""
AS_GOOD = 0.85
"""Share of the winner's cover from which another document answers the question too."""
NUMBER = re.compile(r"\d+(?:\.\d+)?")
YEARS = re.compile(r"(?:19|20)\d\d\s*年?|〔\d+〕|\d+\s*号")
"""Years and numbers of documents differ between two versions without being a contradiction."""


def outdated(findings: Sequence[P], today: date) -> tuple[P, ...]:
    """The winner if it holds no more, with the document that took its place when that was found too; else nothing."""
    if not findings:
        return ()
    first = findings[0]
    if not (first.replaced_by or (first.valid_until is not None and first.valid_until < today) or _not_yet(first, today)):
        return ()
    heir = next((other for other in findings[1:] if other.key == first.replaced_by), None)
    return (first, heir) if heir is not None else (first,)


def _not_yet(passage: Passage, today: date) -> bool:
    return passage.valid_from is not None and passage.valid_from > today


def conflicting(findings: Sequence[P], cover: Sequence[float]) -> tuple[P, ...]:
    """The winner and another document on the same thing, for the same region, with other numbers; nothing when none disagrees."""
    if not findings:
        return ()
    first = findings[0]
    for other, share in zip(findings[1:4], cover[1:4], strict=True):
        if other.document_id == first.document_id or share < AS_GOOD * cover[0] or other.region != first.region:
            continue
        titles = SequenceMatcher(None, YEARS.sub("", first.title), YEARS.sub("", other.title), autojunk=False).ratio()
        if titles < ALIKE_TITLES or _numbers(first.text) == _numbers(other.text):
            continue
        if SequenceMatcher(None, first.text[:400], other.text[:400], autojunk=False).ratio() >= ALIKE_TEXTS:
            return (first, other)
    return ()


def _numbers(text: str) -> frozenset[str]:
    return frozenset(NUMBER.findall(YEARS.sub("", text)))
