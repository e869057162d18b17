"""Telegram as a channel: poll, carry out parcels, and map every answer of the API to one vocabulary of outcomes."""

from __future__ import annotations

from typing import Any

from bot.channels import Gallery, Outcome, Parcel, Peek, Profile, Showable
from bot.channels.telegram import parse as parsing
from bot.channels.telegram.api import Api, ApiError, FateUnknown, NotWritten
from handlers.inbound import Inbound

Json = dict[str, Any]

POLL_SECONDS = 30
PROFILE = Profile("telegram", text_limit=4096, caption_limit=1024)
MEDIA_METHODS = {
    "photo": ("sendPhoto", "photo"),
    "voice": ("sendVoice", "voice"),
    "video": ("sendVideo", "video"),
    "document": ("sendDocument", "document"),
}
NAMES = {"photo": "photo.jpg"}
"""Our copies have names that say nothing."""


class Telegram:
    """One bot account at Telegram (or at the local messenger that speaks like it)."""

    profile = PROFILE
    update_kinds = parsing.KINDS

    def __init__(self, api: Api, account: str, username: str = "", aliases: tuple[str, ...] = ()) -> None:
        self.api = api
        self.account = account
        self.username = username
        self.aliases = aliases
        self.gallery: Gallery | None = None

    def peek(self, raw: Json) -> Peek | None:
        return parsing.peek(self.account, raw)

    def parse(self, raw: Json, key: str) -> Inbound:
        return parsing.parse(self.account, raw, key, self.username, self.aliases)

    async def poll(self, offset: int | None) -> list[Json]:
        allowed = list(parsing.KINDS)
        result = await self.api.call(
            "getUpdates", POLL_SECONDS + 10, offset=offset, timeout=POLL_SECONDS, limit=100, allowed_updates=allowed
        )
        return [update for update in result if isinstance(update, dict)]

    async def send(self, parcel: Parcel) -> Outcome:
        try:
            return Outcome("sent", await self._carry_out(parcel))
        except ApiError as error:
            return outcome_of(error)
        except NotWritten as error:
            return Outcome("not_written", error=str(error))
        except FateUnknown as error:
            return Outcome("unknown", error=str(error))

    async def _carry_out(self, parcel: Parcel) -> tuple[int, ...]:
        match parcel.op:
            case "topic":
                made = await self.api.call("createForumTopic", chat_id=parcel.chat, name=parcel.name)
                return (int(made["message_thread_id"]),)
            case "close" | "reopen":
                method = "closeForumTopic" if parcel.op == "close" else "reopenForumTopic"
                await self.api.call(method, chat_id=parcel.chat, message_thread_id=parcel.thread)
                return ()
            case "edit":
                await self.api.call(
                    "editMessageText", chat_id=parcel.chat, message_id=parcel.message_id, text=parcel.text,
                    parse_mode=None if parcel.plain else "HTML", reply_markup=_markup(parcel),
                )  # fmt: skip
                return (parcel.message_id or 0,)
        return await self._send(parcel)

    async def _send(self, parcel: Parcel) -> tuple[int, ...]:
        common: Json = {
            "chat_id": parcel.chat,
            "message_thread_id": parcel.thread,
            "disable_notification": parcel.silent or None,
            "protect_content": parcel.protect or None,
            "reply_parameters": {"message_id": parcel.reply_to, "allow_sending_without_reply": True} if parcel.reply_to else None,
        }
        mode = None if parcel.plain else "HTML"
        if not parcel.media:
            sent = await self.api.call("sendMessage", text=parcel.text, parse_mode=mode, reply_markup=_markup(parcel), **common)
            return (int(sent["message_id"]),)
        return (await self._show(parcel, mode, common),)

    async def _show(self, parcel: Parcel, mode: str | None, common: Json) -> int:
        """A picture, voice or file with its caption → the message's number."""
        item = parcel.media[0]
        piece = await self.gallery.showable(item) if self.gallery is not None else Showable(item["kind"], item["ref"])
        if piece is None:
            raise NotWritten("the picture is not there yet")
        more: Json = {"parse_mode": mode, "reply_markup": _markup(parcel), **common}
        if piece.note:
            text = "\n".join(part for part in (parcel.text, piece.note) if part)
            return int((await self.api.call("sendMessage", text=text, **more))["message_id"])
        method, field = MEDIA_METHODS.get(piece.kind, MEDIA_METHODS["document"])
        caption = parcel.text or None
        if piece.ref:
            by_ref: Json = {field: piece.ref, "caption": caption, **more}
            return int((await self.api.call(method, **by_ref))["message_id"])
        sent = await self.api.upload(method, field, piece.name or NAMES.get(piece.kind, "file"), piece.content, caption=caption, **more)
        if self.gallery is not None:
            shown = sent.get(piece.kind)
            await self.gallery.was_shown(item, str((shown[-1] if isinstance(shown, list) else shown or {}).get("file_id", "")))
        return int(sent["message_id"])

    async def answer_tap(self, tap_id: str, text: str, alert: bool) -> None:
        await self.api.call("answerCallbackQuery", callback_query_id=tap_id, text=text or None, show_alert=alert or None)

    async def typing(self, chat: str) -> None:
        await self.api.call("sendChatAction", chat_id=chat, action="typing")

    async def close(self) -> None:
        await self.api.close()


def _markup(parcel: Parcel) -> Json | None:
    if not parcel.rows:
        return None
    keyboard = [
        [{"text": b["text"], "url": b["url"]} if b.get("url") else {"text": b["text"], "callback_data": b["data"]} for b in row]
        for row in parcel.rows
    ]
    return {"inline_keyboard": keyboard}


UNREACHABLE = (
    "bot was blocked by the user", "user is deactivated", "bot can't initiate conversation", "bot was kicked", "bot is not a member",
    "the group chat was deleted", "chat not found",
)  # fmt: skip
MESSAGE_GONE = ("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID")
THREAD_GONE = ("message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID")


def outcome_of(error: ApiError) -> Outcome:
    """The outcome that an API error means; strings as in botapi.md 7."""
    text, told = error.description, error.parameters
    if "retry_after" in told:
        return Outcome("later", seconds=max(1.0, float(told["retry_after"])), error=text[:200])
    if "migrate_to_chat_id" in told:
        return Outcome("migrated", chat=str(told["migrate_to_chat_id"]), error=text[:200])
    if error.code == 401:
        return Outcome("revoked", error=text[:200])
    if error.code == 429:
        return Outcome("later", seconds=5.0, error=text[:200])
    if error.code >= 500:
        return Outcome("not_written", error=text[:200])
    for fate, marks in (("unreachable", UNREACHABLE), ("thread_gone", THREAD_GONE), ("message_gone", MESSAGE_GONE)):
        if any(mark in text for mark in marks):
            return Outcome(fate, error=text[:200])  # type: ignore[arg-type]
    if "TOPIC_CLOSED" in text:
        return Outcome("thread_closed", error=text[:200])
    if "can't parse entities" in text:
        return Outcome("bad_markup", error=text[:200])
    if "message is not modified" in text or "TOPIC_NOT_MODIFIED" in text:
        return Outcome("not_modified", error=text[:200])
    return Outcome("failed", error=f"{error.code} {text}"[:200])
