"""What the messenger's world is made of: people, chats, topics, messages, files. Plain data, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

# Identities under which Telegram delivers a person who hides behind a group or a channel; the numbers are Telegram's own.
ANONYMOUS_ADMIN = 1087968824
CHANNEL_IDENTITY = 136817688


@dataclass(slots=True)
class User:
    """A person or the bot. `persona` is the id used by the persona API, None for those nobody plays."""

    id: int
    name: str
    username: str | None = None
    language: str | None = None
    is_bot: bool = False
    persona: str | None = None
    roles: list[str] = field(default_factory=list)
    started: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass(slots=True)
class Topic:
    """A topic of a forum; `thread` is the id of the service message that made it."""

    thread: int
    name: str
    icon_color: int
    icon_emoji: str | None = None
    closed: bool = False
    deleted: bool = False


@dataclass(slots=True)
class Message:
    """One message. `content` holds the Bot API's own content fields (text, photo, forum_topic_created, …) as they are served.

    `at` and `edited` are world time in seconds since 1970; `thread` is a forum topic; `root` is the first message of a chain
    of replies outside topics.
    """

    chat_id: int
    id: int
    sender: int | None
    at: float
    content: Json
    thread: int | None = None
    root: int | None = None
    reply_to: int | None = None
    quote: Json | None = None
    markup: Json | None = None
    edited: float | None = None
    deleted: bool = False
    rev: int = 0
    album: str | None = None
    origin: Json | None = None
    protected: bool = False
    sender_chat: int | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's), a group or a channel. `members` maps user id to status."""

    id: int
    type: str
    title: str = ""
    key: str = ""
    username: str | None = None
    forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    rights: Json | None = None
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    last_id: int = 0
    rev: int = 0
    messages: dict[int, Message] = field(default_factory=dict)


@dataclass(slots=True)
class File:
    """Bytes that were sent. `id` is the file_id, `path` what getFile answers."""

    id: str
    unique_id: str
    path: str
    data: bytes
    name: str
    mime: str
    width: int = 0
    height: int = 0
    duration: int = 0
