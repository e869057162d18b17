"""The words between a dialog and the world: what happened (events, past tense) and what may be said.

Everything here is plain data and goes through JSON; a dialog sees nothing else of the world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]

# --- what happened -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """The person wrote words (or several held fragments, joined by line breaks)."""

    text: str


@dataclass(frozen=True)
class Chose:
    """The person answered the open question with one of its options; `value` is the option's value."""

    value: str


@dataclass(frozen=True)
class MediaSent:
    """A picture, voice message or file arrived; `ref` is the id of its `media` row, `words` its caption."""

    kind: Literal["photo", "voice", "video", "document", "other"]
    ref: str
    words: str = ""
    seconds: int = 0


@dataclass(frozen=True)
class PlaceSent:
    """The person shared a position."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class ContactSent:
    """The person shared a phone number."""

    phone: str


@dataclass(frozen=True)
class Opened:
    """The person pressed start, a deep link or a menu entry; `payload` names it ("" for a bare start)."""

    payload: str = ""


@dataclass(frozen=True)
class Commanded:
    """The person used a word that works at any time: `human`, `cancel`, `back`, `progress`, `menu`; `text` as written."""

    command: str
    text: str = ""


@dataclass(frozen=True)
class Hazarded:
    """The alarm dialog hands back a danger that is no alarm any more (E1) or was none: `kind` code, the words, still `true`?

    `media`: refs of pictures that came while it was asked about. The other way round, a new danger in an open alarm.
    """

    kind: str
    text: str
    true: bool
    media: tuple[str, ...] = ()


@dataclass(frozen=True)
class Woke:
    """A timer of this conversation fired (`kind` as it was set by `Wake`)."""

    kind: str


@dataclass(frozen=True)
class Answered:
    """A wish was granted; `value` is plain JSON as described at the wish."""

    wish: str
    value: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """A wish was refused for `reason` (a key), with data for the words."""

    wish: str
    reason: str
    data: Json = field(default_factory=dict)


Event = Said | Chose | MediaSent | PlaceSent | ContactSent | Opened | Commanded | Hazarded | Woke | Answered | Refused

# --- what may be said ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    """One answer to a question: `value` comes back in `Chose`; the label is text `key` with `data`, or `literal` as it is."""

    value: str
    key: str = ""
    data: Json = field(default_factory=dict)
    literal: str = ""
    url: str = ""


@dataclass(frozen=True)
class Say:
    """A message: catalogue `key` with `data`. `weight` decides expiry and what happens when its fate is unknown."""

    key: str
    data: Json = field(default_factory=dict)
    media: tuple[str, ...] = ()
    weight: Literal["receipt", "menu", "emergency"] = "menu"


@dataclass(frozen=True)
class Ask:
    """A question with options; free text is always allowed too. At most one `Ask` leaves a turn, the last one.

    `rows`: options as they are laid out. A new question closes the one before.
    """

    key: str
    data: Json = field(default_factory=dict)
    rows: tuple[tuple[Option, ...], ...] = ()
    weight: Literal["receipt", "menu", "emergency"] = "menu"


@dataclass(frozen=True)
class Toast:
    """A short line over the tapped button; ephemeral, at most once a turn."""

    key: str
    data: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Wake:
    """Wake this conversation after `seconds` of world time with `Woke(kind)`; a later Wake of the turn replaces it, 0 clears."""

    kind: str
    seconds: float


@dataclass(frozen=True)
class Typing:
    """Show that the bot is listening; ephemeral."""


Saying = Say | Ask | Toast | Wake | Typing


def last_asked(said: Sequence[Saying]) -> Ask | None:
    """The question that stays open after a turn: the last one asked."""
    return next((s for s in reversed(said) if isinstance(s, Ask)), None)


def ask(key: str, *rows: tuple[Option, ...], weight: Literal["receipt", "menu", "emergency"] = "menu", **data: Any) -> Ask:
    """`Ask` in one line."""
    return Ask(key, data, rows, weight)


def say(key: str, weight: Literal["receipt", "menu", "emergency"] = "menu", **data: Any) -> Say:
    """`Say` in one line."""
    return Say(key, data, (), weight)
