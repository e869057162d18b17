"""Papers of notices that were asked for: report as picture and table, A4 sheet for the lobby. Drawn outside the loop, sent as media.

An order is a row of `notice_reminder` (step papers or poster); it is done in the transaction that stores what was drawn.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.database import LATER, Database
from bot.ids import new_id
from bot.texts import Texts
from handlers.notices_cards import version_of, words_of
from handlers.notices_report import figures
from handlers.post import post
from handlers.rooms import private_room, staff_language
from handlers.world import Letter, World
from models.media import STORED, Media
from models.notice import Notice
from models.notice_delivery import NoticeReminder

log = structlog.get_logger()

Json = dict[str, Any]
PAUSE_SECONDS = 2.0
STEPS = ("papers", "poster")
FALLBACK = "en"
"""The language that every font can write."""
SHEET = ("building", "target", "delivered", "confirmed", "offline", "unconfirmed", "failed", "all")


@dataclass(frozen=True)
class Order:
    """What is to be drawn, with everything that the database knows."""

    key: tuple[str, int, str, int]
    language: str
    number: str
    words: dict[str, tuple[str, str]]
    """Title and body by language."""
    figures: Json
    link: str


@dataclass(frozen=True)
class Paper:
    """One drawn piece."""

    kind: str
    mime: str
    content: bytes


class Papers:
    """Draws what was ordered, one after another."""

    def __init__(
        self, database: Database, make_world: Callable[[Session, datetime, str], World], clock: Clock, folder: Path, texts: Texts,
        told: Callable[[], None],
    ) -> None:  # fmt: skip
        """`told`: called when there is something to send."""
        self.database, self.make_world, self.clock, self.folder, self.texts, self.told = database, make_world, clock, folder, texts, told

    async def serve(self) -> None:
        """Run until cancelled. What was ordered before a restart is drawn after it."""
        while True:
            orders = await self.database.run(self._orders, LATER)
            for order in orders:
                try:
                    drawn = await asyncio.to_thread(self.draw, order)
                except Exception as failure:
                    log.error("paper_not_drawn", notice=order.number, kind=type(failure).__name__, detail=str(failure)[:120])
                    drawn = []
                await self.database.run(partial(self._keep, order=order, drawn=drawn), LATER)
                self.told()
            with contextlib.suppress(TimeoutError):
                await asyncio.sleep(0 if orders else PAUSE_SECONDS)

    def _orders(self, session: Session) -> list[Order]:
        waiting = select(NoticeReminder).where(NoticeReminder.done_at.is_(None), NoticeReminder.step.in_(STEPS))
        rows = session.scalars(waiting.order_by(NoticeReminder.due_at).limit(5)).all()
        return [self._order(self.make_world(session, self.clock.now(), "papers"), row) for row in rows]

    def _order(self, world: World, row: NoticeReminder) -> Order:
        notice = world.session.get_one(Notice, row.notice_id)
        words = {language: words_of(world, version_of(world, notice), language) for language in (staff_language(world), FALLBACK)}
        link = f"https://t.me/{world.book.settings.get('bot_username', '')}?start=nq_{notice.id}"
        key = (row.notice_id, row.version, row.step, row.round)
        return Order(key, staff_language(world), notice.number, words, figures(world, notice), link)

    def draw(self, order: Order) -> list[Paper]:
        """The pieces of an order; takes a second, so not in the loop."""
        # Loaded when it is first needed: it takes a while, and the fonts of the machine are looked through.
        from bot.notice_drawing import chinese_font, poster, report_picture, report_table

        language = order.language if chinese_font() else FALLBACK
        title, body = order.words[language]

        def word(name: str, **data: Any) -> str:
            return self.texts.render(f"reach.{name}", data, language)

        words = {name: word(f"sheet.{name}") for name in SHEET}
        if order.key[2] == "poster":
            picture, pages = poster(title, body, order.number, word("sheet.scan"), order.link)
            return [Paper("photo", "image/png", picture), Paper("document", "application/pdf", pages)]
        heading = word("chart.title", number=order.number, title=title)
        return [
            Paper("photo", "image/png", report_picture(order.figures, words, heading)),
            Paper("document", "text/csv", report_table(order.figures, words)),
        ]

    def _keep(self, session: Session, order: Order, drawn: list[Paper]) -> None:
        notice_id, version, step, count = order.key
        world = self.make_world(session, self.clock.now(), f"papers:{':'.join(map(str, order.key))}")
        mine = (
            NoticeReminder.notice_id == notice_id,
            NoticeReminder.version == version,
            NoticeReminder.step == step,
            NoticeReminder.round == count,
        )
        done = session.execute(update(NoticeReminder).where(*mine, NoticeReminder.done_at.is_(None)).values(done_at=world.now))
        if done.rowcount != 1:  # type: ignore[attr-defined]
            return  # Another replica has drawn it.
        notice = session.get_one(Notice, notice_id)
        room = private_room(world, notice.author_id)
        chat, language = (room.chat, room.language) if room is not None else (notice.origin_chat, staff_language(world))
        for paper in drawn:
            media = self._store(world, paper)
            letter = Letter(
                chat=chat, key=f"reach.{step}", data={"number": order.number}, media=(media,), language=language, priority=44, weight="receipt"
            )  # fmt: skip
            post(world, letter)

    def _store(self, world: World, paper: Paper) -> str:
        row_id = new_id()
        sealed = world.ring.seal_bytes(world.session, "media", "media:content", row_id, paper.content)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / row_id
        path.touch(mode=0o600)
        path.write_bytes(sealed)
        world.session.add(
            Media(
                id=row_id, community_id=world.community_id, account=world.account, kind=paper.kind, channel_ref="", mime=paper.mime,
                size=len(paper.content), state=STORED, created_at=world.now,
            )
        )  # fmt: skip
        world.session.flush()
        return row_id
