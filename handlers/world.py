"""What a use case is handed: the open transaction, the moment, ids, keys and the program's fixed data. Nothing else may be read.

Also the two ways a use case speaks: `post` a letter and `touch` a living card. Both only write rows; the outbox sends after commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.base import NewId
from models.seal import KeyRing

Json = dict[str, Any]


@dataclass(frozen=True)
class Book:
    """The program's data, read once at start: see locales/."""

    lexicon: Any
    emergency: Any
    categories: Mapping[str, Json]
    sla: Mapping[str, Any]
    """Classes, calendar, hours and reasons of locales/categories.toml and locales/calendar.toml."""
    settings: Mapping[str, Any]
    policy: Any = None
    """The dictionaries and weights of locales/policy."""
    labels: Any = None
    """(key, language) → text or None; only to match typed words with the labels of an open question."""


@dataclass
class World:
    """One transaction of one community. `cause` names the event that is handled and prefixes every unique key it leads to."""

    session: Session
    now: datetime
    new_id: NewId
    ring: KeyRing
    account: str
    community_id: str
    book: Book
    cause: str
    count: int = 0
    kept: Json = field(default_factory=dict)
    """What was read in this transaction and can't change in it but by us: who a person is."""
    ephemeral: list[Json] = field(default_factory=list)
    """Callback answers and typing: sent after commit, never retried (design.md law 1)."""

    def next_key(self) -> str:
        """A unique key for the next effect of this event: the same event redone makes the same keys."""
        self.count += 1
        return f"{self.cause}:{self.count}"


@dataclass(frozen=True)
class Button:
    """A button under a letter: `data` (≤ 64 bytes) or `url`; its label is catalogue `key` with `values`, or `literal`."""

    key: str = ""
    values: Json = field(default_factory=dict)
    literal: str = ""
    data: str = ""
    url: str = ""


@dataclass(frozen=True)
class Letter:
    """One outgoing message: catalogue `key` with `data`, to `chat` (the channel's chat id as text).

    `topic`: a case id; the letter goes into that case's forum topic in this chat, which is made when missing.
    `lane`: emergency, words, card or notice; order holds inside (chat, lane). `weight`: receipt, staff, emergency, notice, reminder, menu.
    `literal`: text of people, shown as they wrote it (never parsed as markup); the key's template receives it as `{{ words }}`.
    `fold`: letters of one burst with the same `fold` may be joined into one message at sending. `link`: remember the
    sent message as standing for this case ("resident_words", "answer", "card", "note"), so that replies find it.
    """

    chat: str
    key: str
    data: Json = field(default_factory=dict)
    rows: tuple[tuple[Button, ...], ...] = ()
    media: tuple[str, ...] = ()
    language: str = "zh"
    topic: str = ""
    lane: str = "words"
    priority: int = 50
    weight: str = "receipt"
    case_id: str = ""
    link: str = ""
    fold: str = ""
    reply_to: str = ""
    expires_at: datetime | None = None
    due_at: datetime | None = None
    silent: bool = False
    protect: bool = False
    status_of: str = ""
    """Idem key of a staff message's status line: this letter's fate ("sent ✓", queued, blocked) is shown there."""
