"""Server-sent events: what a persona's page is told the moment it happens. Nothing is composed when nobody listens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.model import Chat, Json, Message, Topic, User
from sandbox.wire import encode

# A page that stopped reading is cut off rather than let the server's memory grow.
_MOST_WAITING = 10_000


@dataclass(eq=False, slots=True)
class Listener:
    """One open page of one persona."""

    person: User
    calls: bool
    sees: Callable[[Chat], bool]
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(_MOST_WAITING))

    def give(self, frame: bytes) -> None:
        try:
            self.queue.put_nowait(frame)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)


def frame(event: str, data: Any) -> bytes:
    """One event as it goes over the wire."""
    return b"event: %s\ndata: %s\n\n" % (event.encode(), encode(data))


class Bus:
    """Who listens, and what each event looks like (the contract of the page)."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.view_message: Callable[[Message], Json] = lambda message: {"message_id": message.id}

    def message(self, chat: Chat, message: Message) -> None:
        if self.listeners:
            data = {"chat": chat.id, "rev": message.rev, "message": self.view_message(message)}
            self._to_chat(chat, "message", data)

    def action(self, chat: Chat, action: str, thread: int | None) -> None:
        self._to_chat(chat, "action", {"chat": chat.id, "action": action, "thread": thread})

    def topic(self, chat: Chat, topic: Topic) -> None:
        self._to_chat(chat, "topic", {"chat": chat.id, "topic": view_topic(topic)})

    def member(self, chat: Chat, user: User | None, status: str) -> None:
        person = user.persona if user else None
        for listener in self.listeners:
            if listener.sees(chat) or (user is not None and user.id == listener.person.id):
                listener.give(frame("member", {"chat": chat.id, "persona": person, "status": status}))

    def all(self, event: str, data: Any) -> None:
        """An event for every page: clock, bot, commands."""
        if self.listeners:
            line = frame(event, data)
            for listener in self.listeners:
                listener.give(line)

    def call(self, record: Callable[[], Json]) -> None:
        """A call of the Bot API, for pages with the pane of calls open."""
        watching = [listener for listener in self.listeners if listener.calls]
        if watching:
            line = frame("call", record())
            for listener in watching:
                listener.give(line)

    def close(self) -> None:
        for listener in self.listeners:
            listener.give(b"")
            listener.queue.put_nowait(None)

    def _to_chat(self, chat: Chat, event: str, data: Json) -> None:
        if self.listeners:
            line = frame(event, data)
            for listener in self.listeners:
                if listener.sees(chat):
                    listener.give(line)


def view_topic(topic: Topic) -> Json:
    return {
        "thread": topic.thread,
        "name": topic.name,
        "icon_color": topic.icon_color,
        "closed": topic.closed,
        "deleted": topic.deleted,
    }
