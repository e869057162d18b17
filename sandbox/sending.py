"""The methods that send: one path from a call to a new message of the bot, whatever it carries."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sandbox import media, shapes
from sandbox.access import chat_for, find_chat, may_send, message_for, topic_for
from sandbox.box import Box
from sandbox.errors import refuse
from sandbox.feed import is_service
from sandbox.markup import read_markup
from sandbox.model import Chat, Json, Message
from sandbox.params import Call
from sandbox.text import call_caption, caption, formatted, message_text

ACTIONS = frozenset(
    [
        "cancel",
        "typing",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "record_audio",
        "upload_audio",
        "upload_photo",
        "upload_document",
        "find_location",
        "pick_up_location",
        "choose_sticker",
        "record_video_note",
        "upload_video_note",
        "choose_contact",
    ]
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: checked, nothing written yet."""

    chat: Chat
    thread: int | None
    reply_to: int | None
    quote: Json | None


def place_for(box: Box, call: Call) -> Place:
    """Where the call wants its message. Raises ApiError."""
    chat = chat_for(box.world, call)
    thread = topic_for(chat, call)
    may_send(box.world, chat)
    reply_to, quote = _reply(box, call, chat, thread)
    if thread is None and reply_to:
        thread = chat.messages[reply_to].thread  # an answer goes where the question stands
    return Place(chat, thread, reply_to, quote)


def post(box: Box, call: Call, place: Place, content: Json, markup: Json | None, **more: Any) -> Message:
    world, chat = box.world, place.chat
    message = Message(
        chat.id, 0, world.bot.id, world.clock.now(), content, thread=place.thread, reply_to=place.reply_to,
        quote=place.quote, markup=markup, protected=call.flag("protect_content"), **more,
    )  # fmt: skip
    if chat.type == "channel":
        message.sender, message.sender_chat = None, chat.id
    if place.reply_to and place.thread is None and chat.type == "supergroup":
        target = chat.messages[place.reply_to]
        message.root = target.root or target.id
    return world.post(chat, message)


def _send(box: Box, call: Call, content: Json) -> Json:
    markup = read_markup(call)
    return shapes.message(box.world, post(box, call, place_for(box, call), content, markup))


def send_message(box: Box, call: Call) -> Json:
    return _send(box, call, message_text(box.world, call))


def _send_file(kind: str, box: Box, call: Call) -> Json:
    given = media.sent_file(box.world, call, kind)
    if given is None:
        raise refuse(f"There is no {kind} in the request")
    words, markup = call_caption(box.world, call), read_markup(call)
    place = place_for(box, call)
    content = {**media.content_for(box.world, call, kind, given), **words}
    if call.flag("has_spoiler") and kind != "voice":
        content["has_media_spoiler"] = True
    return shapes.message(box.world, post(box, call, place, content, markup))


def send_photo(box: Box, call: Call) -> Json:
    return _send_file("photo", box, call)


def send_voice(box: Box, call: Call) -> Json:
    return _send_file("voice", box, call)


def send_document(box: Box, call: Call) -> Json:
    return _send_file("document", box, call)


def send_video(box: Box, call: Call) -> Json:
    return _send_file("video", box, call)


def send_media_group(box: Box, call: Call) -> list[Json]:
    """An album: as many messages as items, one media_group_id, no keyboard. Nothing is sent when one item is bad."""
    world = box.world
    items = media.album_items(call)
    place = place_for(box, call)
    contents = []
    for number, item in enumerate(items, 1):
        given = media.sent_file(world, call, item["type"], str(item["media"]))
        if given is None:
            raise refuse(f'Failed to send message #{number} with the error message "MEDIA_INVALID"')
        words = caption(world, item.get("caption") or "", item.get("parse_mode") or "", item.get("caption_entities"))
        contents.append({**media.content_for(world, call, item["type"], given), **words})
    album = str(secrets.randbits(60)) if len(items) > 1 else None
    return [shapes.message(world, post(box, call, place, content, None, album=album)) for content in contents]


def send_location(box: Box, call: Call) -> Json:
    place: Json = {}
    for name, most in (("latitude", 90), ("longitude", 180)):
        if not call.text(name).strip():
            raise refuse(f"{name} is empty")
        try:
            place[name] = float(call.text(name))
        except ValueError:
            place[name] = 0.0
        if not -most <= place[name] <= most:
            raise refuse("Wrong location specified")
    return _send(box, call, {"location": place})


def send_contact(box: Box, call: Call) -> Json:
    contact = {"phone_number": call.required("phone_number"), "first_name": call.required("first_name")}
    if call.text("last_name"):
        contact["last_name"] = call.text("last_name")
    return _send(box, call, {"contact": contact})


def send_chat_action(box: Box, call: Call) -> bool:
    action = call.text("action").lower()
    if action not in ACTIONS:
        raise refuse("Wrong parameter action in request")
    chat = chat_for(box.world, call)
    may_send(box.world, chat)
    box.bus.action(chat, action, topic_for(chat, call))
    return True


def copy_message(box: Box, call: Call) -> Json:
    """The content without its author; an own caption and keyboard if given. Answers with the id only."""
    source = _source(box, call, "copy")
    content = source.content
    if "caption" in call.params and "text" not in content:
        content = {name: value for name, value in content.items() if not name.startswith("caption")}
        content.update(call_caption(box.world, call))
    markup = read_markup(call)
    return {"message_id": post(box, call, place_for(box, call), content, markup).id}


def forward_message(box: Box, call: Call) -> Json:
    source = _source(box, call, "forward")
    origin = source.origin
    if origin is None and source.sender is None:
        place = box.world.chats[source.chat_id]
        origin = {"type": "channel", "chat": shapes.chat(box.world, place), "message_id": source.id}
    elif origin is None:
        origin = {"type": "user", "sender_user": shapes.user_of(box.world, source.sender or 0)}
    origin.setdefault("date", int(source.at))
    return shapes.message(box.world, post(box, call, place_for(box, call), source.content, None, origin=origin))


def _source(box: Box, call: Call, verb: str) -> Message:
    call.required("from_chat_id")
    origin = chat_for(box.world, call, "from_chat_id", write=False)
    source = message_for(box.world, origin, call.integer("message_id"), f"message to {verb}")
    past = {"copy": "copied", "forward": "forwarded"}[verb]
    if source.protected:
        raise refuse(f"Message has protected content and can't be {past}")
    if is_service(source):
        raise refuse(f"Message can't be {past}")
    return source


def _reply(box: Box, call: Call, chat: Chat, thread: int | None) -> tuple[int | None, Json | None]:
    """The message that is answered and the quoted part. Raises ApiError when it is gone and must not be."""
    wish = call.json("reply_parameters", "Can't parse reply parameters JSON object")
    if wish is None:
        number, without = call.integer("reply_to_message_id"), call.flag("allow_sending_without_reply")
        wish = {}
    else:
        if not isinstance(wish, dict):
            raise refuse("Object expected as reply parameters")
        if not wish:
            return None, None
        try:
            number = int(wish["message_id"])
        except (KeyError, TypeError, ValueError):
            raise refuse('Can\'t find field "message_id"') from None
        without = bool(wish.get("allow_sending_without_reply"))
    if number <= 0:
        return None, None
    elsewhere = str(wish.get("chat_id") or chat.id) != str(chat.id)
    there = find_chat(box.world, str(wish["chat_id"])) if elsewhere else chat
    target = there.messages.get(number) if there is not None else None
    if target is None or target.deleted:
        if without:
            return None, None
        raise refuse("message to be replied not found")
    if elsewhere or (thread is not None and target.thread != thread):
        return None, None  # the real server makes an external_reply of it, which isn't modelled
    if not wish.get("quote"):
        return number, None
    text, entities = formatted(box.world, str(wish["quote"]), str(wish.get("quote_parse_mode") or ""), wish.get("quote_entities"))
    whole = target.content.get("text") or target.content.get("caption") or ""
    if text not in whole:
        raise refuse("QUOTE_TEXT_INVALID")
    quote: Json = {"text": text, "position": len(whole[: whole.index(text)].encode("utf-16-le")) // 2, "is_manual": True}
    if entities:
        quote["entities"] = entities
    return number, quote
