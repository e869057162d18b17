"""What the bot gets to hear: turns what happened in the world into updates, with Telegram's privacy rules."""

from __future__ import annotations

import re

from sandbox import shapes
from sandbox.model import Chat, Json, Message, User
from sandbox.updates import Queue
from sandbox.world import MEMBERS, World

_SERVICE = frozenset(
    [
        "new_chat_members",
        "left_chat_member",
        "pinned_message",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "new_chat_title",
    ]
)


def is_service(message: Message) -> bool:
    return not _SERVICE.isdisjoint(message.content)


class Feed:
    """Fills the queue of the bot."""

    def __init__(self, world: World, queue: Queue) -> None:
        self.world, self.queue = world, queue

    def message(self, chat: Chat, message: Message) -> None:
        """A new message. Of its own words the bot hears only service messages."""
        self._tell(chat, message, "channel_post" if chat.type == "channel" else "message")

    def edited(self, chat: Chat, message: Message) -> None:
        self._tell(chat, message, "edited_channel_post" if chat.type == "channel" else "edited_message")

    def callback(self, number: str, person: User, message: Message, data: str) -> None:
        chat = self.world.chats[message.chat_id]
        self.queue.put(
            "callback_query",
            {
                "id": number,
                "from": shapes.user(person),
                "message": shapes.message(self.world, message),
                "chat_instance": str(abs(chat.id) * 2654435761 % 2**63),
                "data": data,
            },
        )

    def blocked(self, person: User, was_blocked: bool) -> None:
        """A person stopped the bot or let it in again; `was_blocked` is the state before."""
        chat = self.world.private_chat(person)
        new = shapes.private_member(self.world, person)
        bot = shapes.user(self.world.bot)
        old: Json = {"status": "kicked", "user": bot, "until_date": 0} if was_blocked else {"status": "member", "user": bot}
        self._member_update("my_chat_member", chat, person, old, new)

    def member(self, chat: Chat, by: User, user_id: int, old: Json) -> None:
        """Somebody's standing in a group changed. About others only an administrator bot hears, and only if it asked."""
        new = shapes.member(self.world, chat, user_id)
        if user_id == self.world.bot.id:
            self._member_update("my_chat_member", chat, by, old, new)
        elif chat.members.get(self.world.bot.id) == "administrator":
            self._member_update("chat_member", chat, by, old, new)

    def reaction(self, chat: Chat, message: Message, person: User, old: list[str], new: list[str]) -> None:
        if chat.type != "private" and chat.members.get(self.world.bot.id) != "administrator":
            return
        self.queue.put(
            "message_reaction",
            {
                "chat": shapes.chat(self.world, chat),
                "message_id": message.id,
                "user": shapes.user(person),
                "date": int(self.world.clock.now()),
                "old_reaction": [{"type": "emoji", "emoji": emoji} for emoji in old],
                "new_reaction": [{"type": "emoji", "emoji": emoji} for emoji in new],
            },
        )

    def hears(self, chat: Chat, message: Message) -> bool:
        """Whether the bot is shown this message: privacy mode keeps a plain member deaf to what isn't for it."""
        world = self.world
        if message.sender == world.bot.id and not is_service(message):
            return False
        if chat.type == "private":
            return True
        status = chat.members.get(world.bot.id)
        if status not in MEMBERS:
            return False
        if status in ("administrator", "creator") or is_service(message):
            return True
        target = chat.messages.get(message.reply_to or 0)
        if target is not None and target.sender == world.bot.id:
            return True
        words = message.content.get("text") or message.content.get("caption") or ""
        if f"@{world.bot.username}".lower() in words.lower():
            return True
        return re.match(r"/[A-Za-z0-9_]+(?![A-Za-z0-9_@])", words) is not None

    def _tell(self, chat: Chat, message: Message, kind: str) -> None:
        if self.queue.wants(kind) and self.hears(chat, message):
            self.queue.put(kind, shapes.message(self.world, message))

    def _member_update(self, kind: str, chat: Chat, by: User, old: Json, new: Json) -> None:
        self.queue.put(
            kind,
            {
                "chat": shapes.chat(self.world, chat),
                "from": shapes.user(by),
                "date": int(self.world.clock.now()),
                "old_chat_member": old,
                "new_chat_member": new,
            },
        )
