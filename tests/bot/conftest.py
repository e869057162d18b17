"""A world to write letters in, and an outbox whose messenger is a scripted channel; the database is real."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.book import read_limits
from bot.channels import Outcome, Parcel, Profile
from bot.drawing import draw
from bot.fates import Result, recover_own, settle
from bot.texts import Texts
from handlers.world import Book, World
from models.base import make_engine
from models.claims import OUTBOX, claim_letters
from models.migrate import upgrade
from models.seal import KeyRing, load_master_key
from tests.databases import prepare
from tests.models.stage import book as program_book

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass
class Post:
    """A sorting office without a process: claims, draws, asks the script for the outcome, records."""

    engine: Engine
    ring: KeyRing
    book: Book
    texts: Texts
    now: datetime = NOW
    machine: float = 1_000_000.0
    me: str = "one"
    sent: list[Parcel] = field(default_factory=list)
    script: list[Outcome] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    causes: Iterator[int] = field(default_factory=itertools.count)

    def world(self, session: Session, cause: str = "") -> World:
        names = itertools.count()
        cause = cause or f"t{next(self.causes)}"
        return World(session, self.now, lambda: f"{cause}n{next(names)}"[:22], self.ring, "tg1", "c", self.book, cause)

    def do(self, work: Any) -> Any:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            return work(self.world(session))

    def claim(self, room: int = 20) -> list[Any]:
        limits = read_limits(1.0)
        return list(self.do(lambda w: claim_letters(w.session, "tg1", self.me, self.now, self.machine, limits, room)))

    def deliver(self, room: int = 20) -> list[str]:
        """One round: claim, draw, send each by the script (sent, when it is empty), record. Returns the texts sent."""
        limits = read_limits(1.0)
        texts: list[str] = []

        def work(world: World) -> None:
            rows = claim_letters(world.session, "tg1", self.me, self.now, self.machine, limits, room)
            groups: list[list[Any]] = []
            for row in rows:
                if row.lead_id is None:
                    groups.append([row])
                else:
                    groups[-1].append(row)
            for lead, *folded in groups:
                drawing = draw(world, lead)
                others = [draw(world, row) for row in folded]
                parcels = drawing.parcels(self.texts, others, Profile("test", 4096, 1024), plain=lead.plain, resent=lead.resent)
                outcome, ids = Outcome("sent"), []
                for parcel in parcels:
                    outcome = self.script.pop(0) if self.script else Outcome("sent", (next(self.ids),))
                    self.sent.append(parcel)
                    texts.append(parcel.text or parcel.name)
                    ids.extend(outcome.message_ids)
                settle(world, Result(lead, drawing, outcome, tuple(ids), tuple(folded), self.me), self.machine, limits)

        self.do(work)
        return texts

    def rows(self) -> list[Any]:
        return list(self.do(lambda w: w.session.execute(select(OUTBOX).order_by(OUTBOX.c.id)).all()))

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]

    def restart(self) -> None:
        self.do(lambda w: recover_own(w, self.me))


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Post]:
    """An empty sorting office on a migrated database of each kind."""
    from zoneinfo import ZoneInfo

    engine = make_engine(database_url)
    prepare(engine, "office", upgrade)
    book = program_book()
    texts = Texts(ZoneInfo("Asia/Shanghai"), book.categories)
    yield Post(engine, KeyRing(load_master_key(tmp_path / "keys")), book, texts)
    engine.dispose()
