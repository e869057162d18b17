"""The world and its only writers: whoever changes people, chats or messages does it here, so that every change is seen and kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from sandbox.clock import Clock, Signal
from sandbox.events import Bus
from sandbox.model import ANONYMOUS_ADMIN, CHANNEL_IDENTITY, Chat, File, Json, Message, Topic, User

DEFAULT_BOT = User(990101, "三眉园小助手", "sanmeiyuan_bot", is_bot=True)
MEMBERS = frozenset({"creator", "administrator", "member", "restricted"})
_FIRST_NEW_PERSON = 700101
_FIRST_NEW_CHAT = -1001000000901


class World:
    """Everybody and everything that was said. `dirty` names what the store has not yet written."""

    def __init__(self, clock: Clock, bus: Bus) -> None:
        self.clock, self.bus = clock, bus
        self.bot = User(DEFAULT_BOT.id, DEFAULT_BOT.name, DEFAULT_BOT.username, is_bot=True)
        self.bot_seen = False
        self.users: dict[int, User] = {}
        self.personas: dict[str, User] = {}
        self.chats: dict[int, Chat] = {}
        self.keys: dict[str, Chat] = {}
        self.files: dict[str, File] = {}
        self.paths: dict[str, File] = {}
        self.commands: Json = {}
        self.free_user_id, self.free_chat_id = _FIRST_NEW_PERSON, _FIRST_NEW_CHAT
        self.rev = 0
        self.private_messages = 0  # Telegram numbers all private messages of an account in one sequence
        self.grown = Signal()
        self.dirty: set[tuple[str, int | str, int]] = set()
        for hidden, name in ((ANONYMOUS_ADMIN, "GroupAnonymousBot"), (CHANNEL_IDENTITY, "Channel_Bot")):
            self.users[hidden] = User(hidden, "Group" if hidden == ANONYMOUS_ADMIN else "Channel", name, is_bot=True)

    # people and chats ------------------------------------------------------------------------------------------------

    def add_person(self, person: User) -> User:
        """Raises ValueError when the persona or the user id is taken."""
        if person.id in self.users or person.id == self.bot.id or person.persona in self.personas:
            raise ValueError(person.persona or person.id)
        self.users[person.id] = person
        if person.id < ANONYMOUS_ADMIN:
            self.free_user_id = max(self.free_user_id, person.id + 1)
        if person.persona is not None:
            self.personas[person.persona] = person
        self.changed(person)
        return person

    def changed(self, thing: User | Chat) -> None:
        self.dirty.add(("user" if isinstance(thing, User) else "chat", thing.id, 0))

    def add_chat(self, chat: Chat) -> Chat:
        """Raises ValueError when the id or the key is taken."""
        if chat.id in self.chats or (chat.key and (chat.key in self.keys or chat.key in self.personas)):
            raise ValueError(chat.key or chat.id)
        if chat.type != "private":
            chat.last_id = max(chat.last_id, 1)  # message 1 made the group; in a forum it is also the General topic
        self.chats[chat.id] = chat
        self.free_chat_id = min(self.free_chat_id, chat.id - 1)
        if chat.key:
            self.keys[chat.key] = chat
        self.changed(chat)
        return chat

    def private_chat(self, person: User) -> Chat:
        chat = self.chats.get(person.id)
        return chat or self.add_chat(Chat(person.id, "private"))

    def name_bot(self, number: int) -> None:
        """The first token seen says who the bot is; later numbers are the same bot."""
        if self.bot_seen:
            return
        old, self.bot.id, self.bot_seen = self.bot.id, number, True
        for chat in self.chats.values():
            if old in chat.members and old != number:
                chat.members[number] = chat.members.pop(old)
                self.changed(chat)

    def user(self, number: int) -> User | None:
        return self.bot if number == self.bot.id else self.users.get(number)

    def bot_knows(self, person: User) -> bool:
        """Whether the bot can have heard of this person: they wrote to it, or share a chat with it."""
        return person.started or any(person.id in chat.members and self.bot.id in chat.members for chat in self.chats.values())

    def visible(self, person: User) -> Iterator[Chat]:
        """The chats that a person sees: its private chat with the bot, its groups, and channels."""
        yield self.private_chat(person)
        for chat in list(self.chats.values()):
            if chat.type == "channel" or (chat.id < 0 and chat.members.get(person.id) in MEMBERS):
                yield chat

    # messages --------------------------------------------------------------------------------------------------------

    def post(self, chat: Chat, message: Message) -> Message:
        """Numbers a new message and puts it into the chat."""
        if chat.type == "private":
            self.private_messages += 1
            message.id = chat.last_id = self.private_messages
        else:
            chat.last_id += 1
            message.id = chat.last_id
        chat.messages[message.id] = message
        self.touch(chat, message)
        return message

    def touch(self, chat: Chat, message: Message) -> None:
        """A message is new, edited, deleted or reacted to: everybody who looks at the chat is told."""
        self.rev += 1
        message.rev = chat.rev = self.rev
        self.dirty.add(("message", chat.id, message.id))
        self.dirty.add(("chat", chat.id, 0))
        self.grown.fire()
        self.bus.message(chat, message)

    def add_topic(self, chat: Chat, topic: Topic) -> None:
        chat.topics[topic.thread] = topic
        self.topic_changed(chat, topic)

    def topic_changed(self, chat: Chat, topic: Topic) -> None:
        self.changed(chat)
        self.bus.topic(chat, topic)

    def set_member(self, chat: Chat, user_id: int, status: str) -> str:
        """The former status ("left" when there was none)."""
        former = chat.members.get(user_id, "left")
        chat.members[user_id] = status
        self.changed(chat)
        self.bus.member(chat, self.user(user_id), status)
        return former

    # files -----------------------------------------------------------------------------------------------------------

    def keep_file(self, folder: str, ending: str, letters: str, data: bytes, name: str, mime: str, **shape: int) -> File:
        """Stores bytes. `letters` begin the file_id, as Telegram's ids tell the kind of a file."""
        number = len(self.files) + 1
        token = secrets.token_urlsafe(24)
        file = File(f"{letters}ACAgUAAxkBAAI{token}", f"AQAD{token[:10]}", f"{folder}/file_{number}{ending}", data, name, mime, **shape)
        self.files[file.id] = self.paths[file.path] = file
        self.dirty.add(("file", file.id, 0))
        return file
