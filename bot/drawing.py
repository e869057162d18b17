"""From an outbox row to parcels: its sealed payload opened, its words rendered, split where the channel is too narrow.

`draw` reads the database in the claim's transaction; `Drawing.parcels` is pure, so that sending holds no transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.channels import Parcel, Profile
from bot.texts import Texts, without_markup
from handlers.cards import draw_card, topic_title
from handlers.world import World
from models.journal import Card, MessageLink, Topic
from models.media import media_refs
from models.prepared import Prepared

Json = dict[str, Any]


@dataclass(frozen=True)
class Drawing:
    """What a row says, with everything that the database knows; words are still keys."""

    op: str
    chat: str
    key: str
    data: Json = field(default_factory=dict)
    rows: tuple[tuple[Json, ...], ...] = ()
    media: tuple[Json, ...] = ()
    language: str = "zh"
    thread: int | None = None
    message_id: int | None = None
    reply_to: int | None = None
    silent: bool = False
    protect: bool = False
    card_key: str = ""
    card_rev: int = 0
    status_of: str = ""
    skip: bool = False
    """There is nothing to do any more (a card already drawn as it should be)."""

    def words(self, texts: Texts) -> str:
        elder = bool(self.data.get("elder"))
        return texts.render_or_fallback(self.key, self.data, self.language, elder=elder) if self.key else ""

    def parcels(self, texts: Texts, folded: Sequence[Drawing], profile: Profile, *, plain: bool, resent: bool) -> list[Parcel]:
        """The acts that carry this out, in order."""
        if self.skip:
            return []
        if self.op == "topic":
            return [Parcel("topic", self.chat, name=without_markup(self.words(texts))[:128])]
        if self.op in ("close", "reopen"):
            return [Parcel(self.op, self.chat, thread=self.thread)] if self.thread else []  # type: ignore[arg-type]
        text = "\n".join(part for part in (self.words(texts), *(other.words(texts) for other in folded)) if part)
        if resent:
            text = f"{text}\n{texts.render_or_fallback('service.resent', {}, self.language)}"
        if plain:
            text = without_markup(text)
        rows = tuple(tuple(_button(texts, b, self.language) for b in row) for row in self.rows)
        if self.message_id is not None:
            return [Parcel("edit", self.chat, text[: profile.text_limit], rows, message_id=self.message_id, plain=plain)]
        return self._letters(text, rows, profile, plain)

    def _letters(self, text: str, rows: tuple[tuple[Json, ...], ...], profile: Profile, plain: bool) -> list[Parcel]:
        base = {"thread": self.thread, "plain": plain, "silent": self.silent, "protect": self.protect}
        parcels: list[Parcel] = []
        media = list(self.media)
        if len(media) == 1 and len(text) <= profile.caption_limit:
            return [Parcel("send", self.chat, text, rows, (media[0],), reply_to=self.reply_to, **base)]  # type: ignore[arg-type]
        parts = split(text, profile.text_limit)
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            first = self.reply_to if number == 0 else None
            parcels.append(Parcel("send", self.chat, part, rows if last else (), reply_to=first, **base))  # type: ignore[arg-type]
        parcels.extend(Parcel("send", self.chat, "", (), (item,), **base) for item in media)  # type: ignore[arg-type]
        return parcels


def _button(texts: Texts, button: Json, language: str) -> Json:
    label = button.get("literal") or without_markup(texts.render_or_fallback(button["key"], button.get("values", {}), language))
    return {"text": label[:64] or "·", "data": button.get("data", ""), "url": button.get("url", "")}


def split(text: str, limit: int) -> list[str]:
    """`text` in parts of at most `limit` code points, cut at line ends where there are any; tags are never cut open."""
    parts: list[str] = []
    while len(text) > limit:
        cut = text.rfind("\n", 0, limit)
        if cut < limit // 2:
            cut = limit
            opened, closed = text.rfind("<", 0, cut), text.rfind(">", 0, cut)
            entity = text.rfind("&", cut - 8, cut)
            if opened > closed:
                cut = opened
            elif entity > 0 and ";" not in text[entity:cut]:
                cut = entity
        parts.append(text[:cut])
        text = text[cut:].lstrip("\n")
    parts.append(text)
    return parts


_TOPIC = Prepared(select(Topic.thread).where(Topic.chat == bindparam("chat"), Topic.case_id == bindparam("case")))
_CARD = Prepared(select(Card.__table__).where(Card.key == bindparam("card")))


def draw(world: World, row: Row[Any]) -> Drawing:
    """Everything that a row needs from the database, as it is now."""
    body: Json = world.ring.open(world.session, "outbox:body", row.idem, row.body)
    thread = _thread(world, row)
    if row.op == "topic":
        key, data, language = topic_title(world, row.case_id)
        return Drawing("topic", row.chat, key, data, language=language)
    if row.op in ("close", "reopen"):
        return Drawing(row.op, row.chat, "", thread=thread)
    if row.op == "card":
        return _draw_card(world, row, thread)
    return Drawing(
        op="send",
        chat=row.chat,
        key=row.key,
        data=body["data"],
        rows=tuple(tuple(line) for line in body["rows"]),
        media=tuple(media_refs(world.session, body["media"])) if body["media"] else (),
        language=body["language"],
        thread=thread,
        message_id=int(body["edit"]) if body.get("edit") else None,
        reply_to=_reply_target(world, row, body["reply_to"]) if body["reply_to"] else None,
        silent=body["silent"],
        protect=body["protect"],
        status_of=body["status_of"],
    )


def _thread(world: World, row: Row[Any]) -> int | None:
    if not row.topic:
        return None
    topic = _TOPIC.first(world.session, chat=row.chat, case=row.topic)
    return topic.thread or None if topic is not None else None


def _reply_target(world: World, row: Row[Any], reply_to: str) -> int | None:
    """`reply_to` is a message id of this chat, written as text."""
    known = world.session.get(MessageLink, (row.account, row.chat, int(reply_to))) if reply_to.isdigit() else None
    return int(reply_to) if known is not None or reply_to.isdigit() else None


def _draw_card(world: World, row: Row[Any], thread: int | None) -> Drawing:
    card = _CARD.first(world.session, card=row.key)
    if card is None or (card.sent_rev >= card.wanted_rev and card.message_id is not None):
        return Drawing("card", row.chat, "", skip=True)
    key, data, rows = draw_card(world, card.kind, card.case_id, card.chat)
    return Drawing(
        op="card", chat=row.chat, key=key, data=data, rows=rows, language=card.language, thread=thread,
        message_id=card.message_id, card_key=card.key, card_rev=card.wanted_rev,
    )  # fmt: skip
