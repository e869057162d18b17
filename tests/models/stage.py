"""A stage for use cases: the demo community in a real database, a world at a given moment, and people by their keys."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.book import read_book
from handlers.community import import_community, with_accounts
from handlers.contexts import forget_communities
from handlers.world import Book, World
from models.case import Case
from models.journal import Outbox
from models.migrate import upgrade
from models.person import find_person
from models.seal import KeyRing
from tests.databases import prepare

ROOT = Path(__file__).resolve().parents[2]
ZONE = ZoneInfo("Asia/Shanghai")
ACCOUNT = "tg990101"
START = datetime(2026, 11, 23, 20, 5, tzinfo=ZONE)
"""Monday evening of script 1."""

USERS = {
    key: number
    for number, key in enumerate(
        ("wang", "li", "amy", "zhang", "chen", "zhou", "liu", "zhao", "sun", "qian", "an", "he", "du", "wu", "shi"), start=700001
    )
}


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


@cache
def book() -> Book:
    """The program's real data; nobody changes it."""
    return read_book()[0]


@dataclass
class Stage:
    """One database with the demo community. `now` is moved by tests."""

    engine: Engine
    book: Book = field(default_factory=book)
    ring: KeyRing = field(default_factory=lambda: KeyRing(b"m" * 32))
    now: datetime = START
    community_id: str = ""
    causes: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def set_up(self) -> Stage:
        """Takes a copy of a stage that was set up before, with its numbers."""
        forget_communities()
        model = prepare(self.engine, "stage", lambda engine: Stage(engine, self.book).build())
        self.community_id, self.ids, self.causes = model.community_id, copy(model.ids), copy(model.causes)
        return self

    def build(self) -> Stage:
        """Fills an empty database."""
        upgrade(self.engine)
        data = toml("bot/demo_community.toml")
        chats = {row["key"]: -1001000000000 - number for number, row in enumerate(data["chats"], start=1)}
        with self.world() as world:
            import_community(world, with_accounts(data, USERS, chats))
            self.community_id = world.community_id
        return self

    def new_id(self) -> str:
        return f"id{next(self.ids):020d}"

    def make_world(self, session: Session, cause: str = "") -> World:
        cause = cause or f"cause{next(self.causes)}"
        return World(session, self.now, self.new_id, self.ring, ACCOUNT, self.community_id, self.book, cause)

    @contextmanager
    def world(self, cause: str = "") -> Iterator[World]:
        """One committed turn."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield self.make_world(session, cause)

    def person(self, world: World, key: str) -> str:
        """The id of a persona."""
        found = find_person(world.session, ACCOUNT, str(USERS[key]))
        assert found is not None, key
        return found.id

    def case(self, world: World, case_id: str) -> Case:
        return world.session.get_one(Case, case_id, populate_existing=True)


def at(day: int, clock: str) -> datetime:
    """A moment of November 2026 in the community's zone."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@dataclass(frozen=True)
class Letter:
    """An outgoing letter as it stands in the outbox."""

    chat: str
    key: str
    data: dict[str, Any]
    lane: str


def letters(world: World, who: str = "") -> list[Letter]:
    """The letters queued so far, opened; `who`: only those into this persona's private chat."""
    rows = world.session.execute(select(Outbox).where(Outbox.op == "send").order_by(Outbox.id)).scalars()
    chat = str(USERS[who]) if who else ""
    return [
        Letter(row.chat, row.key, world.ring.open(world.session, "outbox:body", row.idem, row.body)["data"], row.lane)
        for row in rows
        if row.chat == chat or not chat
    ]
