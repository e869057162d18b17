"""What people do: write, tap, start, edit, delete, react, block, come and go. Each does to the bot what it would on Telegram."""

from __future__ import annotations

from typing import Any

from sandbox import entities, shapes
from sandbox.box import Box
from sandbox.errors import SimError
from sandbox.inputs import content_of
from sandbox.model import ANONYMOUS_ADMIN, CHANNEL_IDENTITY, Chat, Json, Message, User
from sandbox.world import MEMBERS

_ADMINS = ("creator", "administrator")


def person_named(box: Box, name: str) -> User:
    """Raises SimError 404."""
    person = box.world.personas.get(name)
    if person is None:
        raise SimError(404, f"there is no persona {name}")
    return person


def chat_named(box: Box, name: object) -> Chat:
    """A chat by id, key or persona (its private chat with the bot). Raises SimError 404."""
    world, text = box.world, str(name)
    if text in world.keys:
        return world.keys[text]
    if text in world.personas:
        return world.private_chat(world.personas[text])
    number = int(text) if text.lstrip("-").isdigit() else 0
    person = world.users.get(number)
    if number > 0 and person is not None and person.persona:
        return world.private_chat(person)
    chat = world.chats.get(number)
    if chat is None:
        raise SimError(404, f"there is no chat {text}")
    return chat


def own_chat(box: Box, person: User, wish: Json) -> Chat:
    """The chat that a wish names, by default the private one. Raises SimError 404 when the person doesn't see it."""
    if wish.get("chat") is None:
        return box.world.private_chat(person)
    chat = chat_named(box, wish["chat"])
    visible = chat.id == person.id or chat.type == "channel" or (chat.id < 0 and chat.members.get(person.id) in MEMBERS)
    if not visible:
        raise SimError(404, f"{person.persona} is not in the chat {wish['chat']}")
    return chat


def message_in(chat: Chat, number: Any) -> Message:
    """Raises SimError 404."""
    message = chat.messages.get(number) if isinstance(number, int) else None
    if message is None or message.deleted:
        raise SimError(404, f"there is no message {number} in this chat")
    return message


def send(box: Box, person: User, wish: Json) -> Message:
    """A message of a person. Raises SimError."""
    world = box.world
    chat = own_chat(box, person, wish)
    content = content_of(world, wish)
    reply_to = wish.get("reply_to")
    target = message_in(chat, reply_to) if reply_to is not None else None
    thread = _thread(chat, person, wish, target)
    _may_write(box, chat, person)
    message = Message(chat.id, 0, person.id, world.clock.now(), content, thread=thread, reply_to=reply_to)
    if target is not None and thread is None and chat.type == "supergroup":
        message.root = target.root or target.id
    if wish.get("media_group") is not None:
        message.album = str(wish["media_group"])
    _hide(chat, person, message, wish.get("identity"))
    if chat.type == "private" and not person.started:
        person.started = True
        world.changed(person)
    world.post(chat, message)
    box.feed.message(chat, message)
    return message


def start(box: Box, person: User, wish: Json) -> Message:
    """Presses Start, with a deep link's payload; a person who had stopped the bot lets it in again."""
    payload = wish.get("payload")
    if payload is not None and (not isinstance(payload, str) or len(payload) > 64):
        raise SimError(400, "payload is a text of at most 64 characters")
    if person.blocked:
        set_blocked(box, person, blocked=False)
    return send(box, person, {"text": f"/start {payload}" if payload else "/start"})


def edit(box: Box, person: User, wish: Json) -> Message:
    """Changes an own message's text or caption. Raises SimError."""
    chat = own_chat(box, person, wish)
    message = _own(chat, person, wish)
    field = "text" if "text" in wish else "caption"
    words, marks = entities.finish(str(wish.get(field) or ""), [])
    carries = "text" if "text" in message.content else "caption"
    if field != carries and carries == "text":
        raise SimError(400, "this message has a text, not a caption")
    if carries == "text" and not words:
        raise SimError(400, "a text can't be edited to nothing")
    marks_field = "entities" if carries == "text" else "caption_entities"
    content = {name: value for name, value in message.content.items() if name not in (carries, marks_field)}
    if words:
        content[carries] = words
    if marks:
        content[marks_field] = marks
    message.content, message.edited = content, box.world.clock.now()
    box.world.touch(chat, message)
    box.feed.edited(chat, message)
    return message


def delete(box: Box, person: User, wish: Json) -> None:
    """Takes a message away. A bot is never told."""
    chat = own_chat(box, person, wish)
    message = message_in(chat, wish.get("message"))
    if message.sender != person.id and chat.type != "private" and chat.members.get(person.id) not in _ADMINS:
        raise SimError(409, "this is somebody else's message")
    message.deleted = True
    box.world.touch(chat, message)


def react(box: Box, person: User, wish: Json) -> None:
    """Puts an emoji under a message, or takes it away with an empty one."""
    chat = own_chat(box, person, wish)
    message = message_in(chat, wish.get("message"))
    emoji = wish.get("emoji")
    if emoji is not None and not isinstance(emoji, str):
        raise SimError(400, "emoji is a text")
    key = person.persona or str(person.id)
    old, new = message.reactions.get(key, []), [emoji] if emoji else []
    if old == new:
        return
    if new:
        message.reactions[key] = new
    else:
        del message.reactions[key]
    box.world.touch(chat, message)
    box.feed.reaction(chat, message, person, old, new)


def set_blocked(box: Box, person: User, *, blocked: bool) -> None:
    """Stops the bot or lets it in again; only a change makes an update."""
    if person.blocked == blocked:
        return
    person.blocked = blocked
    box.world.changed(person)
    box.feed.blocked(person, was_blocked=not blocked)


def join(box: Box, person: User, wish: Json) -> Chat:
    """Comes into a group. Raises SimError."""
    chat = chat_named(box, wish.get("chat"))
    if chat.type == "private":
        raise SimError(400, "nobody can join a private chat")
    if chat.members.get(person.id) in MEMBERS:
        raise SimError(409, f"{person.persona} is in this chat already")
    _come_or_go(box, chat, person, "member", {"new_chat_members": [shapes.user(person)]})
    return chat


def leave(box: Box, person: User, wish: Json) -> Chat:
    """Raises SimError 409 when the person isn't there."""
    chat = chat_named(box, wish.get("chat"))
    if chat.members.get(person.id) not in MEMBERS:
        raise SimError(409, f"{person.persona} is not in this chat")
    _come_or_go(box, chat, person, "left", {"left_chat_member": shapes.user(person)})
    return chat


def _come_or_go(box: Box, chat: Chat, person: User, status: str, content: Json) -> None:
    old = shapes.member(box.world, chat, person.id)
    box.world.set_member(chat, person.id, status)
    if chat.type != "channel":
        message = Message(chat.id, 0, person.id, box.world.clock.now(), content)
        box.feed.message(chat, box.world.post(chat, message))
    box.feed.member(chat, person, person.id, old)


def _may_write(box: Box, chat: Chat, person: User) -> None:
    if person.deactivated:
        raise SimError(409, f"{person.persona} has deleted the account")
    if chat.type == "private" and person.blocked:
        raise SimError(409, f"{person.persona} has stopped the bot; unblock or start it first")
    if chat.type == "channel" and chat.members.get(person.id) not in _ADMINS:
        raise SimError(409, "only administrators write in a channel")


def _thread(chat: Chat, person: User, wish: Json, target: Message | None) -> int | None:
    thread = wish.get("thread")
    if thread is None:
        thread = target.thread if target is not None else None
    if thread is None or (thread == 1 and chat.forum):
        return None
    topic = chat.topics.get(thread) if isinstance(thread, int) else None
    if topic is None or topic.deleted:
        raise SimError(404, f"there is no topic {thread} in this chat")
    if topic.closed and chat.members.get(person.id) not in _ADMINS:
        raise SimError(409, "this topic is closed")
    return topic.thread


def _hide(chat: Chat, person: User, message: Message, identity: object) -> None:
    """Lets an administrator write as the group ("anonymous"), or anybody as a channel ("channel")."""
    if chat.type == "channel":
        message.sender, message.sender_chat = None, chat.id
    elif identity == "anonymous":
        if chat.type == "private" or chat.members.get(person.id) not in _ADMINS:
            raise SimError(409, "only an administrator of a group can be anonymous")
        message.sender, message.sender_chat = ANONYMOUS_ADMIN, chat.id
    elif identity == "channel":
        if chat.type == "private":
            raise SimError(409, "a channel can't write in a private chat")
        message.sender, message.sender_chat = CHANNEL_IDENTITY, chat.id
    elif identity is not None:
        raise SimError(400, 'identity is "anonymous" or "channel"')


def _own(chat: Chat, person: User, wish: Json) -> Message:
    message = message_in(chat, wish.get("message"))
    if message.sender != person.id:
        raise SimError(409, "this is somebody else's message")
    return message
