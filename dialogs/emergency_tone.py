"""In what tone danger words are said: by a person in need, in a letter to an office, or in a question about the law.

A letter of complaint tells of fires, beatings and collapses that are months old without a word of past tense, and a question
about the law names crimes in general. Neither wakes anybody, unless it says that it is happening this minute.
"""

from __future__ import annotations

from enum import Enum

from dialogs.emergency_lexicon import EmergencyLexicon
from dialogs.emergency_rules import near_to
from dialogs.wordlists import Hits, Span

FORMAL_WORDS = 2
"""Different words of an office's language that make a long text a letter."""
MEANT_REACH = 8
"""Tokens around a danger within which “this minute” or “I” belongs to it."""


class Tone(Enum):
    PLAIN = "plain"
    LETTER = "letter"
    LAW = "law"


def tone_of(plain: str, judged: Hits, lex: EmergencyLexicon) -> Tone:
    """How `plain` speaks; `judged` are the words found in it that judge."""
    if len(plain) >= lex.letter and len({plain[span.start : span.end] for span in judged.get("formal", ())}) >= FORMAL_WORDS:
        return Tone.LETTER
    if "law" in judged and "in_person" not in judged and "this_minute" not in judged:
        return Tone.LAW
    return Tone.PLAIN


def is_this_minute(span: Span, judged: Hits) -> bool:
    """Does the text say of what stands at `span` that it is happening now?"""
    return any(near_to(span, other, MEANT_REACH) for other in judged.get("this_minute", ()))


def is_meant(kind: str, span: Span, judged: Hits, lex: EmergencyLexicon) -> bool:
    """Does a letter mean the danger at `span`: this minute, or the writer's own life where a human is always told?"""
    if is_this_minute(span, judged):
        return True
    return kind in lex.inform and any(near_to(span, other, MEANT_REACH) for other in judged.get("in_person", ()))
