"""A raw Telegram update → `Peek` (a few keys, no validation) and → `Inbound` (validated by aiogram's types)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aiogram.types import CallbackQuery, Message, Update
from pydantic import ValidationError

from bot.channels import Peek
from handlers.inbound import Body, Command, Edit, Inbound, Media, Other, Phone, Reach, Spot, Start, Tap, Words

Json = dict[str, Any]

ANONYMOUS = frozenset({1087968824, 136817688, 777000})
"""Identities behind which anybody may stand: anonymous admin, channel, service notifications (reliability.md 6.1)."""

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")


class Unreadable(ValueError):
    """The update does not follow the messenger's own description"""


def peek(account: str, raw: Json) -> Peek | None:
    """The keys of an update, taken without trusting its shape; None when it has no number to acknowledge."""
    number = raw.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    kind, body = next(((k, v) for k, v in raw.items() if k != "update_id" and isinstance(v, dict)), ("", {}))
    message = body.get("message") if kind == "callback_query" else body
    chat = _dict(_dict(message).get("chat"))
    actor = _dict(body.get("from"))
    text = _dict(message).get("text") or _dict(message).get("caption") if kind in ("message", "edited_message") else ""
    chat_id = str(chat.get("id", actor.get("id", "")))[:40]
    actor_id = str(actor.get("id", ""))[:40]
    private = chat.get("type") == "private"
    language = str(actor.get("language_code") or "")
    return Peek(str(number), f"{chat_id}:{actor_id}", chat_id, private, actor_id, text if isinstance(text, str) else "", language[:8])


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def parse(account: str, raw: Json, key: str, username: str, aliases: tuple[str, ...]) -> Inbound:
    """The event in an update. Raises Unreadable."""
    if isinstance(raw.get("my_chat_member"), dict):
        return _reach(account, key, raw["my_chat_member"])
    try:
        update = Update.model_validate(raw)
    except (ValidationError, RecursionError) as error:
        raise Unreadable(type(error).__name__) from None
    if update.callback_query is not None:
        return _tap(account, key, update.callback_query)
    message = update.message or update.edited_message
    if message is None:
        kind = next((name for name in raw if name != "update_id"), "empty")
        return Inbound(key, account, "", False, "", datetime.fromtimestamp(0, UTC), Other(str(kind)[:40]))
    body = Edit(message.text or message.caption or "") if update.edited_message else _body(message, username, aliases)
    return _inbound(account, key, message, body)


def _inbound(account: str, key: str, message: Message, body: Body) -> Inbound:
    user = message.from_user
    hidden = user is None or user.id in ANONYMOUS or (message.sender_chat is not None)
    reply = message.reply_to_message
    starts_topic = reply is not None and reply.forum_topic_created is not None
    return Inbound(
        key=key,
        account=account,
        chat=str(message.chat.id),
        private=message.chat.type == "private",
        actor=str(user.id) if user else "",
        at=message.date,
        body=body,
        actor_name=user.full_name if user else "",
        actor_language=(user.language_code or "") if user else "",
        hidden=hidden,
        thread=message.message_thread_id if message.is_topic_message else None,
        message_id=message.message_id,
        # In a forum every message "replies" to the line that made its topic; that is no reply to anybody.
        reply_to=reply.message_id if reply is not None and not starts_topic else None,
    )


def _body(message: Message, username: str, aliases: tuple[str, ...]) -> Body:
    if message.text is not None:
        return _words(message.text, username, aliases)
    caption = message.caption or ""
    album = message.media_group_id or ""
    if message.photo:
        best = max(message.photo, key=lambda size: size.width * size.height)
        return Media("photo", best.file_id, best.file_unique_id, caption, "image/jpeg", best.file_size or 0, album=album)
    if message.voice is not None:
        v = message.voice
        return Media("voice", v.file_id, v.file_unique_id, caption, v.mime_type or "audio/ogg", v.file_size or 0, seconds=v.duration)
    if message.video is not None:
        w = message.video
        return Media(
            "video", w.file_id, w.file_unique_id, caption, w.mime_type or "", w.file_size or 0, w.file_name or "", w.duration, album
        )
    if message.document is not None:
        d = message.document
        return Media("document", d.file_id, d.file_unique_id, caption, d.mime_type or "", d.file_size or 0, d.file_name or "", 0, album)
    if message.location is not None:
        return Spot(message.location.latitude, message.location.longitude)
    if message.contact is not None:
        own = message.from_user is not None and message.contact.user_id == message.from_user.id
        return Phone(message.contact.phone_number, own)
    return Other(str(message.content_type))


def _words(text: str, username: str, aliases: tuple[str, ...]) -> Body:
    if text.startswith("/"):
        head, _, rest = text.partition(" ")
        name, _, whom = head[1:].partition("@")
        if whom and whom.casefold() != username.casefold():
            return Other("other_bots_command")
        if name.casefold() == "start":
            return Start(rest.strip())
        return Command(name.casefold(), rest.strip())
    folded = text.casefold()
    mention = f"@{username.casefold()}" in folded or any(alias in text for alias in aliases)
    return Words(text, mention)


def _tap(account: str, key: str, query: CallbackQuery) -> Inbound:
    message = query.message
    chat = str(message.chat.id) if message is not None else str(query.from_user.id)
    return Inbound(
        key=key,
        account=account,
        chat=chat,
        private=message is None or message.chat.type == "private",
        actor=str(query.from_user.id),
        at=datetime.fromtimestamp(0, UTC),
        body=Tap(query.id, query.data or ""),
        actor_name=query.from_user.full_name,
        actor_language=query.from_user.language_code or "",
        hidden=query.from_user.id in ANONYMOUS,
        thread=getattr(message, "message_thread_id", None) if getattr(message, "is_topic_message", False) else None,
        message_id=message.message_id if message is not None else None,
    )


def _reach(account: str, key: str, change: Json) -> Inbound:
    """Read by hand: each version of the API adds *required* rights of administrators, and a server that is older or newer
    than our types must not make us deaf to having been blocked or added."""
    try:
        user, chat, status = change["from"], change["chat"], str(change["new_chat_member"]["status"])
        return Inbound(
            key=key,
            account=account,
            chat=str(int(chat["id"])),
            private=chat["type"] == "private",
            actor=str(int(user["id"])),
            at=datetime.fromtimestamp(int(change["date"]), UTC),
            body=Reach(status not in ("kicked", "left"), status),
            actor_name=str(user.get("first_name", "")),
            actor_language=str(user.get("language_code", "")),
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise Unreadable(type(error).__name__) from None
