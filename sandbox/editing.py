"""The methods that change what was sent: edits, deletions, pins, and answers to taps."""

from __future__ import annotations

import time

from sandbox import shapes
from sandbox.access import chat_for, has_right, message_for, own_message
from sandbox.box import Box
from sandbox.errors import refuse
from sandbox.markup import inline_only, read_markup
from sandbox.model import Chat, Json, Message
from sandbox.params import Call
from sandbox.text import call_caption, message_text

_TWO_DAYS = 48 * 3600
_CAPTIONED = ("photo", "voice", "document", "video")
MOST_CALLBACK_TEXT = 200


def edit_message_text(box: Box, call: Call) -> Json:
    content, markup = message_text(box.world, call), inline_only(read_markup(call))
    chat, message = own_message(box.world, call)
    if "text" not in message.content:
        raise refuse("There is no text in the message to edit")
    return _edit(box, chat, message, content, markup)


def edit_message_caption(box: Box, call: Call) -> Json:
    words, markup = call_caption(box.world, call), inline_only(read_markup(call))
    chat, message = own_message(box.world, call)
    if not any(kind in message.content for kind in _CAPTIONED):
        raise refuse("There is no caption in the message to edit")
    rest = {name: value for name, value in message.content.items() if not name.startswith(("caption", "show_caption"))}
    return _edit(box, chat, message, {**rest, **words}, markup)


def edit_message_reply_markup(box: Box, call: Call) -> Json:
    markup = inline_only(read_markup(call))
    chat, message = own_message(box.world, call)
    return _edit(box, chat, message, message.content, markup)


def _edit(box: Box, chat: Chat, message: Message, content: Json, markup: Json | None) -> Json:
    """An edit without a keyboard takes the keyboard away. The bot gets no update of its own edit."""
    if (content, markup) == (message.content, message.markup):
        raise refuse("MESSAGE_NOT_MODIFIED")
    if content != message.content:
        message.edited = box.world.clock.now()
    message.content, message.markup = content, markup
    box.world.touch(chat, message)
    return shapes.message(box.world, message)


def delete_message(box: Box, call: Call) -> bool:
    if not call.text("chat_id"):
        raise refuse("Chat identifier is not specified")
    number = call.integer("message_id")
    if number <= 0:
        raise refuse("Message identifier is not specified")
    chat = chat_for(box.world, call)
    _delete(box, chat, message_for(box.world, chat, number, "message to delete"))
    return True


def delete_messages(box: Box, call: Call) -> bool:
    """Missing ids are skipped without a word."""
    numbers = call.message_ids()
    chat = chat_for(box.world, call)
    for number in numbers:
        message = chat.messages.get(number)
        if message is not None and not message.deleted:
            _delete(box, chat, message)
    return True


def _delete(box: Box, chat: Chat, message: Message) -> None:
    own = message.sender == box.world.bot.id or message.sender_chat == chat.id
    if "forum_topic_created" in message.content:
        raise refuse("MESSAGE_DELETE_FORBIDDEN")
    if chat.type == "private" or own:
        if box.world.clock.now() - message.at > _TWO_DAYS and not has_right(box.world, chat, "can_delete_messages"):
            raise refuse("Message can't be deleted for everyone")
    elif not has_right(box.world, chat, "can_delete_messages"):
        raise refuse("MESSAGE_DELETE_FORBIDDEN")
    message.deleted = True
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    box.world.touch(chat, message)


def pin_chat_message(box: Box, call: Call) -> bool:
    """The service message that tells of it reaches the bot too: of its own it hears only such."""
    chat = chat_for(box.world, call)
    message = message_for(box.world, chat, call.integer("message_id"), "message to pin")
    _may_pin(box, chat)
    if chat.pinned and chat.pinned[-1] == message.id:
        return True
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    chat.pinned.append(message.id)
    box.world.changed(chat)
    author = None if chat.type == "channel" else box.world.bot.id
    told = Message(
        chat.id, 0, author, box.world.clock.now(), {"pinned_message": message.id}, thread=message.thread,
        sender_chat=chat.id if chat.type == "channel" else None,
    )  # fmt: skip
    box.feed.message(chat, box.world.post(chat, told))
    return True


def unpin_chat_message(box: Box, call: Call) -> bool:
    chat = chat_for(box.world, call)
    number = call.integer("message_id")
    _may_pin(box, chat)
    if number <= 0 and not chat.pinned:
        raise refuse("Message to unpin not found")
    if number > 0:
        message_for(box.world, chat, number, "message to unpin")
    number = number if number > 0 else chat.pinned[-1]
    if number in chat.pinned:
        chat.pinned.remove(number)
        box.world.changed(chat)
    return True


def _may_pin(box: Box, chat: Chat) -> None:
    right = "can_edit_messages" if chat.type == "channel" else "can_pin_messages"
    if chat.type != "private" and not has_right(box.world, chat, right):
        raise refuse("not enough rights to manage pinned messages in the chat")


def answer_callback_query(box: Box, call: Call) -> bool:
    """Each tap can be answered once and not for long."""
    tap = box.callbacks.pop(call.text("callback_query_id"), None)
    if tap is None or time.monotonic() - tap.at > box.answer_seconds:
        raise refuse("QUERY_ID_INVALID")
    text = call.text("text")
    if len(text) > MOST_CALLBACK_TEXT:
        box.callbacks[call.text("callback_query_id")] = tap
        raise refuse("MESSAGE_TOO_LONG")
    answer: Json = {"toast": text or None, "alert": call.flag("show_alert") and bool(text)}
    if call.text("url"):
        answer["url"] = call.text("url")
    if not tap.answer.done():
        tap.answer.set_result(answer)
    return True
