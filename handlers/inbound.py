"""What a channel hands in: one thing that happened, in channel-neutral form. Stored before it is handled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Words:
    """Written words. `mention`: the bot was addressed by name."""

    text: str
    mention: bool = False


@dataclass(frozen=True)
class Media:
    """A picture, voice, video or file as the channel names it (`ref`); `album` groups the parts of one sending."""

    kind: Literal["photo", "voice", "video", "document", "other"]
    ref: str
    unique: str
    caption: str = ""
    mime: str = ""
    size: int = 0
    name: str = ""
    seconds: int = 0
    album: str = ""


@dataclass(frozen=True)
class Tap:
    """A pressed button: its data as we sent it, which proves nothing about who presses."""

    tap_id: str
    data: str


@dataclass(frozen=True)
class Start:
    """Start was pressed, or a deep link opened."""

    payload: str


@dataclass(frozen=True)
class Command:
    """A slash command with the rest of its line."""

    name: str
    rest: str = ""


@dataclass(frozen=True)
class Spot:
    """A shared position."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Phone:
    """A shared contact; `own` when it is the sender's."""

    number: str
    own: bool


@dataclass(frozen=True)
class Edit:
    """An earlier message now reads so."""

    text: str


@dataclass(frozen=True)
class Reach:
    """Whether the person (or the group) can still be reached: blocked, unblocked, kicked, joined."""

    reachable: bool
    why: str = ""


@dataclass(frozen=True)
class Tick:
    """A timer of a conversation fired."""

    conversation_id: str
    version: int
    kind: str


@dataclass(frozen=True)
class Other:
    """Something that is kept but has no meaning here (sticker, poll, service message); `kind` names it."""

    kind: str


Body = Words | Media | Tap | Start | Command | Spot | Phone | Edit | Reach | Tick | Other


@dataclass(frozen=True)
class Inbound:
    """One event from a channel."""

    key: str
    """Unique within the account."""
    account: str
    chat: str
    private: bool
    actor: str
    """The channel's id of the one who acted; "" when nobody did (a timer)."""
    at: datetime
    body: Body
    actor_name: str = ""
    actor_language: str = ""
    hidden: bool = False
    """An anonymous admin or a channel speaks: such an identity never carries rights."""
    thread: int | None = None
    message_id: int | None = None
    reply_to: int | None = None
    tags: tuple[str, ...] = field(default_factory=tuple)

    @property
    def order_key(self) -> str:
        return f"{self.chat}:{self.actor}"

    @property
    def text(self) -> str:
        """The words in it, wherever they stand."""
        match self.body:
            case Words(text=text) | Edit(text=text):
                return text
            case Media(caption=caption):
                return caption
        return ""
