"""Which chat, topic and message a call may touch, checked in the server's order and refused in its words."""

from __future__ import annotations

from sandbox import shapes
from sandbox.errors import ApiError, refuse
from sandbox.model import Chat, Message
from sandbox.params import Call
from sandbox.world import MEMBERS, World

_KIND = {"supergroup": "supergroup chat", "channel": "channel chat", "group": "group chat"}
GENERAL_TOPIC = 1


def find_chat(world: World, name: str) -> Chat | None:
    """A chat by id, by @username, or a private chat with somebody the bot has heard of."""
    if name.startswith("@"):
        wanted = name[1:].lower()
        return next((chat for chat in world.chats.values() if (chat.username or "").lower() == wanted), None)
    try:
        number = int(name)
    except ValueError:
        return None
    chat = world.chats.get(number)
    if chat is not None and chat.type != "private":
        return chat
    person = world.users.get(number)
    if person is None or person.persona is None or not world.bot_knows(person):
        return None
    return chat or world.private_chat(person)


def chat_for(world: World, call: Call, name: str = "chat_id", *, write: bool = True) -> Chat:
    """The chat of a call; `write`: to send, edit or delete there. Raises ApiError."""
    value = call.text(name)
    if not value:
        raise refuse("chat_id is empty" if name == "chat_id" else f'Parameter "{name}" is required')
    chat = find_chat(world, value)
    if chat is None:
        raise refuse("Chat not found")
    if chat.type == "private":
        if write and world.users[chat.id].deactivated:
            raise refuse("INPUT_USER_DEACTIVATED")
        return chat
    status = chat.members.get(world.bot.id, "left")
    if status == "kicked":
        raise ApiError(403, f"Forbidden: bot was kicked from the {_KIND[chat.type]}")
    if status not in MEMBERS:
        raise ApiError(403, f"Forbidden: bot is not a member of the {_KIND[chat.type]}")
    return chat


def may_send(world: World, chat: Chat) -> None:
    """Whether a new message may go into the chat. Raises ApiError."""
    if chat.type == "private":
        person = world.users[chat.id]
        if not person.started:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        if person.blocked:
            raise refuse("USER_IS_BLOCKED")
    elif chat.type == "channel" and chat.members.get(world.bot.id) not in ("administrator", "creator"):
        raise refuse("need administrator rights in the channel chat")
    elif chat.members.get(world.bot.id) == "restricted":
        raise refuse("not enough rights to send text messages to the chat")


def has_right(world: World, chat: Chat, right: str) -> bool:
    return bool(shapes.member(world, chat, world.bot.id).get(right)) or chat.members.get(world.bot.id) == "creator"


def topic_for(chat: Chat, call: Call) -> int | None:
    """The topic that a call names, None for General or a chat without topics. Raises ApiError."""
    thread = max(call.integer("message_thread_id"), 0)
    if thread == 0:
        return None
    if chat.type == "private":
        raise refuse("Message thread not found")
    if not chat.forum:
        return None
    topic = chat.topics.get(thread)
    if thread == GENERAL_TOPIC or topic is None or topic.deleted:
        raise refuse("Message thread not found")
    if topic.closed:
        raise refuse("TOPIC_CLOSED")
    return thread


def message_for(world: World, chat: Chat, number: int, what: str) -> Message:
    """A message that is still there. Raises ApiError "<what> not found"."""
    message = chat.messages.get(number)
    if message is None or message.deleted:
        raise refuse(f"{what} not found")
    return message


def own_message(world: World, call: Call) -> tuple[Chat, Message]:
    """The bot's own message that a call edits. Raises ApiError."""
    if not call.text("chat_id") and not call.text("message_id"):
        raise refuse("Message identifier is not specified")
    chat = chat_for(world, call)
    message = message_for(world, chat, call.integer("message_id"), "message to edit")
    own = message.sender == world.bot.id or (chat.type == "channel" and has_right(world, chat, "can_edit_messages"))
    if not own or message.origin is not None or (message.markup is not None and "inline_keyboard" not in message.markup):
        raise refuse("Message can't be edited")
    return chat, message
