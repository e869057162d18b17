"""Forum topics: made, renamed, closed, reopened, deleted by the bot."""

from __future__ import annotations

from sandbox.access import GENERAL_TOPIC, chat_for, has_right
from sandbox.box import Box
from sandbox.errors import refuse
from sandbox.model import Chat, Json, Message, Topic
from sandbox.params import Call

COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
MOST_NAME = 128


def create_forum_topic(box: Box, call: Call) -> Json:
    chat = _forum(box, call)
    name = _name(call)
    if not name:
        raise refuse("name must be non-empty")
    color = call.integer("icon_color") or COLORS[len(chat.topics) % len(COLORS)]
    if color not in COLORS:
        raise refuse("Invalid icon color specified")
    emoji = call.text("icon_custom_emoji_id") or None
    created: Json = {"name": name, "icon_color": color}
    if emoji:
        created["icon_custom_emoji_id"] = emoji
    message = _tell(box, chat, None, {"forum_topic_created": created})
    box.world.add_topic(chat, Topic(message.id, name, color, emoji))
    box.feed.message(chat, message)
    return {"message_thread_id": message.id, **created}


def edit_forum_topic(box: Box, call: Call) -> bool:
    chat = _forum(box, call)
    topic = _topic(chat, call)
    name = _name(call)
    edited: Json = {}
    if name and name != topic.name:
        edited["name"] = topic.name = name
    if "icon_custom_emoji_id" in call.params and (call.text("icon_custom_emoji_id") or None) != topic.icon_emoji:
        topic.icon_emoji = call.text("icon_custom_emoji_id") or None
        edited["icon_custom_emoji_id"] = topic.icon_emoji or ""
    if not edited:
        raise refuse("TOPIC_NOT_MODIFIED")
    return _changed(box, chat, topic, {"forum_topic_edited": edited})


def close_forum_topic(box: Box, call: Call) -> bool:
    return _toggle(box, call, closed=True)


def reopen_forum_topic(box: Box, call: Call) -> bool:
    return _toggle(box, call, closed=False)


def delete_forum_topic(box: Box, call: Call) -> bool:
    """The topic goes with all its messages."""
    chat = _forum(box, call)
    topic = _topic(chat, call)
    if not has_right(box.world, chat, "can_delete_messages"):
        raise refuse("not enough rights to delete a topic")
    topic.deleted = True
    for message in chat.messages.values():
        if topic.thread in (message.thread, message.id) and not message.deleted:
            message.deleted = True
            box.world.touch(chat, message)
    box.world.topic_changed(chat, topic)
    return True


def _toggle(box: Box, call: Call, *, closed: bool) -> bool:
    chat = _forum(box, call)
    topic = _topic(chat, call)
    if topic.closed == closed:
        raise refuse("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    return _changed(box, chat, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})


def _forum(box: Box, call: Call) -> Chat:
    chat = chat_for(box.world, call)
    if not chat.forum:
        raise refuse("the chat is not a forum")
    if not has_right(box.world, chat, "can_manage_topics"):
        raise refuse("not enough rights to create a topic" if call.method == "createforumtopic" else "CHAT_ADMIN_REQUIRED")
    return chat


def _topic(chat: Chat, call: Call) -> Topic:
    thread = call.integer("message_thread_id")
    if thread <= 0:
        raise refuse("Invalid message thread identifier specified")
    topic = chat.topics.get(thread)
    if thread == GENERAL_TOPIC or topic is None or topic.deleted:
        raise refuse("TOPIC_ID_INVALID")
    return topic


def _name(call: Call) -> str:
    """Longer names are cut, not refused."""
    return " ".join(call.text("name").split())[:MOST_NAME]


def _tell(box: Box, chat: Chat, thread: int | None, content: Json) -> Message:
    message = Message(chat.id, 0, box.world.bot.id, box.world.clock.now(), content, thread=thread)
    if thread is None:  # the message that opens a topic belongs to it
        message.thread = chat.last_id + 1
    return box.world.post(chat, message)


def _changed(box: Box, chat: Chat, topic: Topic, content: Json) -> bool:
    box.world.topic_changed(chat, topic)
    box.feed.message(chat, _tell(box, chat, topic.thread, content))
    return True
