"""What every channel offers the core: an inbound parser, a sender with one vocabulary of outcomes, and a profile (data)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from handlers.inbound import Inbound

Json = dict[str, Any]


@dataclass(frozen=True)
class Peek:
    """What intake must know of a raw update before it is parsed: its keys, and text to look for danger in."""

    update_key: str
    order_key: str
    chat: str
    private: bool
    actor: str = ""
    text: str = ""
    language: str = ""


@dataclass(frozen=True)
class Parcel:
    """One outgoing act, drawn and ready: what the channel is to do now."""

    op: Literal["send", "topic", "edit", "close", "reopen"]
    chat: str
    text: str = ""
    rows: tuple[tuple[Json, ...], ...] = ()
    """Buttons: {"text", "data" | "url"}."""
    media: tuple[Json, ...] = ()
    """{"kind", "ref", "id"}: what it is, how the channel knows it, and how we do."""
    thread: int | None = None
    message_id: int | None = None
    reply_to: int | None = None
    name: str = ""
    plain: bool = False
    silent: bool = False
    protect: bool = False


Fate = Literal[
    "sent", "later", "unreachable", "migrated", "bad_markup", "not_written", "unknown", "failed", "revoked",
    "thread_gone", "thread_closed", "message_gone", "not_modified",
]  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of a parcel. `later`: `seconds` to wait. `migrated`: `chat` is the new one."""

    fate: Fate
    message_ids: tuple[int, ...] = ()
    seconds: float = 0.0
    chat: str = ""
    error: str = ""


@dataclass(frozen=True)
class Profile:
    """What a channel can do, as data."""

    name: str
    text_limit: int
    caption_limit: int
    inline_buttons: bool = True
    threads: bool = True
    edits: bool = True
    extra: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Showable:
    """A piece of media as it may be shown: by the channel's reference, or as `content` to be uploaded, or only as `note`."""

    kind: str
    ref: str = ""
    content: bytes = b""
    note: str = ""
    name: str = ""


class Gallery(Protocol):
    """Where a channel asks for what it shows: nothing goes out as it came in before it was looked at."""

    async def showable(self, item: Json) -> Showable | None:
        """What may be shown of a parcel's media; None when that isn't known yet."""

    async def was_shown(self, item: Json, ref: str) -> None:
        """The channel knows our own copy of it as `ref` from now on."""


class Channel(Protocol):
    """A messenger."""

    account: str
    profile: Profile

    def peek(self, raw: Json) -> Peek | None:
        """The keys of a raw update, None when it carries none (it is then counted and dropped)."""

    def parse(self, raw: Json, key: str) -> Inbound:
        """The event in a raw update. Raises ValueError when it can't be read: the row is quarantined."""

    async def poll(self, offset: int | None) -> list[Json]:
        """Wait for raw updates from `offset` on."""

    async def send(self, parcel: Parcel) -> Outcome:
        """Carry out a parcel; never raises for a fault of the network or of the messenger."""

    async def answer_tap(self, tap_id: str, text: str, alert: bool) -> None: ...

    async def typing(self, chat: str) -> None: ...

    async def close(self) -> None: ...
