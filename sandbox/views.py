"""The world as the persona API shows it: chats, messages and people in plain words."""

from __future__ import annotations

from sandbox.events import view_topic
from sandbox.model import Chat, Json, Message, User
from sandbox.world import MEMBERS, World

_SERVICE_TEXT = {
    "topic_created": "话题“{}”已创建 · topic created",
    "topic_closed": "话题已关闭 · topic closed",
    "topic_reopened": "话题已重新打开 · topic reopened",
    "topic_edited": "话题已修改：{} · topic edited",
    "pinned": "置顶了一条消息 · pinned a message",
    "joined": "{} 加入了群 · joined",
    "left": "{} 离开了群 · left",
}


def view_world(world: World, online: bool) -> Json:
    clock = world.clock
    return {
        "personas": [view_person(person) for person in world.personas.values()],
        "chats": [view_place(world, chat) for chat in world.chats.values() if chat.type != "private"],
        "bot": {"id": world.bot.id, "username": world.bot.username, "name": world.bot.name, "online": online},
        "clock": {"now": clock.iso(), "version": clock.version},
        "commands": world.commands.get("default", []),
    }


def view_person(person: User) -> Json:
    return {
        "id": person.persona,
        "user_id": person.id,
        "name": person.name,
        "username": person.username,
        "language": person.language,
        "roles": person.roles,
        "started": person.started,
        "blocked": person.blocked,
    }


def view_place(world: World, chat: Chat) -> Json:
    people = [(world.users.get(number), status) for number, status in chat.members.items()]
    return {
        "id": chat.id,
        "key": chat.key,
        "title": chat.title,
        "type": chat.type,
        "forum": chat.forum,
        "members": [person.persona for person, status in people if person and person.persona and status in MEMBERS],
        "bot": chat.members.get(world.bot.id, "left"),
    }


def view_chat(world: World, chat: Chat, thread: int | None, since: int) -> Json:
    """A chat with its messages after `since`, of one topic (0: General) or all, deleted ones marked."""
    found: list[Message] = []
    for message in reversed(chat.messages.values()):
        if message.id <= since:
            break
        if thread is None or (message.thread or 0) == thread:
            found.append(message)
    person = world.users.get(chat.id)
    return {
        "id": chat.id,
        "key": chat.key or (person.persona if person else None),
        "rev": chat.rev,
        "title": chat.title or (person.name if person else ""),
        "type": chat.type,
        "pinned": chat.pinned[-1] if chat.pinned else None,
        "topics": [view_topic(topic) for topic in chat.topics.values()],
        "messages": [view_message(world, message) for message in reversed(found)],
    }


def view_message(world: World, message: Message) -> Json:
    """One message as people see it; a caption stands in `text`."""
    content = message.content
    author = world.user(message.sender) if message.sender is not None else None
    service = _service(world, message)
    buttons, markup = _buttons(message)
    name = author.name if author else world.chats[message.chat_id].title
    return {
        "message_id": message.id,
        "rev": message.rev,
        "thread": message.thread,
        "from": {
            "id": message.sender,
            "name": name,
            "persona": author.persona if author else None,
            "role_hint": None,
        },
        "is_bot": message.sender == world.bot.id or message.sender is None,
        "text": content.get("text") or content.get("caption") or "",
        "entities": content.get("entities") or content.get("caption_entities") or [],
        "buttons": buttons,
        "markup": markup,
        "media": _media(world, content),
        "media_group": message.album,
        "reply_to": message.reply_to,
        "forwarded": message.origin is not None,
        "reactions": message.reactions,
        "service": service,
        "edited": message.edited is not None,
        "deleted": message.deleted,
        "at": world.clock.iso(message.at),
    }


def transcript(world: World, chat: Chat, thread: int | None) -> str:
    """A chat to read: one line a message, buttons in 【】 as in the scripts."""
    lines = []
    for message in chat.messages.values():
        if thread is not None and (message.thread or 0) != thread:
            continue
        shown = view_message(world, message)
        marks = "".join(mark for mark, on in ((" (edited)", shown["edited"]), (" (deleted)", shown["deleted"])) if on)
        topic = f" #{message.thread}" if message.thread else ""
        words = shown["text"] or (shown["service"] or {}).get("text", "")
        media = f"[{shown['media']['kind']}] " if shown["media"] else ""
        buttons = "".join(f"\n      {' '.join('【' + one['text'] + '】' for one in row)}" for row in shown["buttons"])
        reply = f" ↩{message.reply_to}" if message.reply_to else ""
        text = words.replace("\n", "\n      ")
        lines.append(f"{shown['at'][:19]} {message.id}{topic}{reply} {shown['from']['name']}: {media}{text}{marks}{buttons}\n")
    return "".join(lines)


def _buttons(message: Message) -> tuple[list[list[Json]], str | None]:
    markup = message.markup or {}
    if "inline_keyboard" in markup:
        return [[_button(one) for one in row] for row in markup["inline_keyboard"]], "inline"
    if "keyboard" in markup:
        return [[_button(one) for one in row] for row in markup["keyboard"]], "reply"
    return [], "remove" if "remove_keyboard" in markup else None


def _button(button: Json) -> Json:
    shown = {"text": button["text"]}
    for name, key in (("callback_data", "data"), ("url", "url"), ("style", "style")):
        if name in button:
            shown[key] = button[name]
    for kind in ("request_contact", "request_location"):
        if button.get(kind):
            shown["request"] = kind.removeprefix("request_")
    return shown


def _media(world: World, content: Json) -> Json | None:
    for kind in ("photo", "voice", "document", "video"):
        if kind in content:
            shape = content[kind][-1] if kind == "photo" else content[kind]
            file = world.files[shape["file_id"]]
            shown = {"kind": kind, "url": f"/sim/media/{file.id}", "name": file.name, "mime": file.mime, "size": len(file.data)}
            shown.update({name: shape[name] for name in ("width", "height", "duration") if shape.get(name)})
            return shown
    if "location" in content:
        return {"kind": "location", **{name: content["location"][name] for name in ("latitude", "longitude")}}
    if "contact" in content:
        contact = content["contact"]
        return {"kind": "contact", "name": contact["first_name"], "phone_number": contact["phone_number"]}
    return None


def _service(world: World, message: Message) -> Json | None:
    content = message.content

    def service(kind: str, word: str = "") -> Json:
        return {"kind": kind, "text": _SERVICE_TEXT[kind].format(word), "about": word}

    for field, kind in (("forum_topic_closed", "topic_closed"), ("forum_topic_reopened", "topic_reopened")):
        if field in content:
            return service(kind)
    if "forum_topic_created" in content:
        return service("topic_created", content["forum_topic_created"]["name"])
    if "forum_topic_edited" in content:
        return service("topic_edited", content["forum_topic_edited"].get("name", ""))
    if "pinned_message" in content:
        return service("pinned")
    if "new_chat_members" in content:
        return service("joined", "、".join(one["first_name"] for one in content["new_chat_members"]))
    if "left_chat_member" in content:
        return service("left", content["left_chat_member"]["first_name"])
    return None
