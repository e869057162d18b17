"""What the dialog of policy questions asks of the world; they belong to dialogs/wishes.py, whose rules hold here too. Dates are ISO 8601."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FindPolicy:
    """What the knowledge base says to `question`; `document` (its public id): a follow-up to what was just quoted
    → {"outcome": answer | choose | none | conflict | expired | undated, "passages": [at most three, best first], "as_of",
    "reviewed": whether staff have answered this very question out of the first passage}.

    A passage is {"id","doc","title","section","text","source","url","issued","valid_until","region"}, with its source and date;
    of a conflict or an expired document, `passages` names the documents concerned.
    """

    question: str
    document: str = ""


@dataclass(frozen=True)
class LookUp:
    """A fact of the community's own tables, `topic` hours | phone | duty | grid → {"topic","rows":[{"name":{"zh","en"},"value"}],
    "open":bool,"hours":[["08:30","12:00"]],"next":moment|null,"as_of"}. Refused: "unknown"."""

    topic: str
    words: str


@dataclass(frozen=True)
class HandOver:
    """Give a question to the desk with a promise (Q4 clock) → as AskStaff. Refused: "too_many" {"phone"}.

    `reason`: none, rumour, conflict, expired, undated, unhelpful, visit, check. `passages`: ids that staff may quote with a press.
    `words`: what the person added, e.g. the answers of a pre-check that they agreed to pass on. `quiet`: told of their own hardship.
    """

    question: str
    reason: str
    category: str = ""
    passages: tuple[int, ...] = ()
    words: str = ""
    call_me: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class JudgeAnswer:
    """Whether an answer helped → {}. Kept without the person."""

    question: str
    passage: int
    helpful: bool
