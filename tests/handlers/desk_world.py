"""The staff rooms in tests: the demo community in memory, real handlers, and the outbox's own drawing and settling; no process.

`room.files("wang", …)`, `room.says("zhao", "mc", …)`, `room.taps("zhao", message, "受理")`; what left is in `room.messages`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.channels import Outcome, Profile
from bot.drawing import draw
from bot.fates import Result, settle
from bot.texts import Texts
from dialogs.wishes import Wish
from dialogs.words import Answered
from handlers.community import import_community, with_accounts
from handlers.contexts import forget_communities
from handlers.grants import grant
from handlers.inbound import Body, Inbound, Media, Tap, Words
from handlers.receive import receive
from handlers.world import Book, World
from models.base import sqlite_engine
from models.case import Case
from models.claims import claim_letters
from models.journal import Outbox
from models.permits import Limits
from models.person import Person, find_person
from models.seal import KeyRing
from models.tables import Base
from tests.databases import prepare
from tests.models.stage import book as program_book

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
PEOPLE = ("wang", "li", "amy", "zhang", "new", "chen", "zhou", "liu", "zhao", "sun", "qian", "an", "he", "du", "wu", "shi")
USERS = {name: str(700001 + number) for number, name in enumerate(PEOPLE)}
CHATS = {"mc": "-1001", "mc-s": "-1002", "gw-001": "-1011", "gw-002": "-1012", "lc": "-1021", "vc": "-1031", "pc": "-1041"}
OPEN_LIMITS = Limits(bot=[(999, 1.0)], private=[(999, 1.0)], group=[(999, 1.0)], emergency=[(999, 1.0)], is_group=lambda c: c.startswith("-"))
DEMO = Path(__file__).parents[2] / "bot" / "demo_community.toml"


@dataclass
class Sent:
    """A message as the messenger shows it now."""

    chat: str
    message_id: int
    text: str
    rows: tuple[tuple[dict[str, Any], ...], ...]
    media: tuple[dict[str, Any], ...] = ()
    thread: int | None = None
    reply_to: int | None = None
    edits: int = 0

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.rows for button in row]

    def data(self, label: str) -> str:
        return next(str(b["data"]) for row in self.rows for b in row if label in b["text"])


@dataclass
class StaffRooms:
    """The demo community with one open transaction, and a messenger that takes everything (but who has blocked the bot)."""

    session: Session
    book: Book
    texts: Texts
    ring: KeyRing
    now: datetime = MONDAY
    community_id: str = ""
    messages: list[Sent] = field(default_factory=list)
    topics: list[tuple[str, str]] = field(default_factory=list)
    toasts: list[tuple[str, str]] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    """Chats that the messenger makes us wait for (429)."""
    count: int = 0
    drawn: list[tuple[str, str]] = field(default_factory=list)
    """(chat, words) of every act that was drawn, so that a canary can be looked for."""

    def world(self, cause: str = "") -> World:
        self.count += 1
        name = cause or f"e{self.count}"
        ids = iter(range(10_000))
        return World(self.session, self.now, lambda: f"{name}.{next(ids)}"[:22], self.ring, "tg1", self.community_id, self.book, name)

    def person(self, name: str) -> Person:
        found = find_person(self.session, "tg1", USERS[name])
        assert found is not None
        return found

    def wish(self, who: str, wish: Wish) -> dict[str, Any]:
        answer = grant(self.world(), self.person(who).id, wish)
        assert isinstance(answer, Answered), answer
        self.deliver()
        return answer.value

    def case(self, number: str) -> Case:
        return self.session.scalars(select(Case).where(Case.number == number).execution_options(populate_existing=True)).one()

    # --- what people do ---

    def event(self, who: str, chat: str, body: Body, **more: Any) -> None:
        self.count += 1
        address = CHATS.get(chat, USERS.get(chat, chat))
        inbound = Inbound(
            key=f"u{self.count}", account="tg1", chat=address, private=not address.startswith("-"), actor=USERS.get(who, who), at=self.now,
            body=body, message_id=more.pop("message_id", self.count + 500_000), **more,
        )  # fmt: skip
        world = self.world(f"u{self.count}")
        receive(world, inbound)
        self.session.flush()
        for act in world.ephemeral:
            if act["do"] == "answer":
                self.toasts.append((act["key"], self.texts.render(act["key"], act["data"], act["language"]) if act["key"] else ""))
        self.deliver()

    def says(self, who: str, chat: str, text: str, *, reply: Sent | None = None, thread: int | None = None, hidden: bool = False) -> int:
        number = 600_000 + self.count
        reply_to = reply.message_id if reply else None
        self.event(who, chat, Words(text), reply_to=reply_to, thread=thread, hidden=hidden, message_id=number)
        return number

    def photo(self, who: str, chat: str, caption: str = "", *, reply: Sent | None = None, thread: int | None = None) -> None:
        body = Media("photo", f"file{self.count}", f"unique{self.count}", caption, "image/jpeg", 1000)
        self.event(who, chat, body, reply_to=reply.message_id if reply else None, thread=thread)

    def taps(self, who: str, message: Sent, label: str, *, hidden: bool = False) -> str:
        """Press a button as it is on the screen now; returns the toast."""
        return self.presses(who, message.chat, message.data(label), hidden=hidden)

    def presses(self, who: str, chat: str, data: str, *, hidden: bool = False) -> str:
        before = len(self.toasts)
        self.event(who, chat, Tap(f"tap{self.count}", data), hidden=hidden)
        assert len(self.toasts) == before + 1, "every press is answered once"
        return self.toasts[-1][1]

    # --- what the messenger shows ---

    def chat(self, name: str) -> list[Sent]:
        address = CHATS.get(name, USERS.get(name, name))
        return [message for message in self.messages if message.chat == address]

    def last(self, name: str, words: str = "") -> Sent:
        found = [m for m in self.chat(name) if words in m.text]
        assert found, f"nothing like {words!r} in {name}: {[m.text for m in self.chat(name)]}"
        return found[-1]

    def waits(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.deliver()

    def deliver(self) -> None:
        """Everything that is due leaves, in the order in which the outbox would send it."""
        for _ in range(200):
            machine = self.now.timestamp()
            world = self.world(f"o{self.count}")
            rows = claim_letters(self.session, "tg1", "me", self.now, machine, OPEN_LIMITS, 50)
            if not rows:
                return
            drawn = [(row, draw(world, row)) for row in rows]
            leads = [item for item in drawn if item[0].lead_id is None]
            for row, drawing in leads:
                folded = [item for item in drawn if item[0].lead_id == row.id]
                outcome, ids = self._send(row, drawing, [d for _, d in folded])
                settle(world, Result(row, drawing, outcome, ids, tuple(r for r, _ in folded), "me"), machine, OPEN_LIMITS)
        raise AssertionError("the outbox never comes to rest")

    def _send(self, row: Any, drawing: Any, folded: list[Any]) -> tuple[Outcome, tuple[int, ...]]:
        profile = Profile("test", text_limit=4096, caption_limit=1024)
        ids: list[int] = []
        for parcel in drawing.parcels(self.texts, folded, profile, plain=False, resent=False):
            self.drawn.append((parcel.chat, parcel.text + parcel.name))
            if parcel.chat in self.blocked:
                return Outcome("unreachable", error="Forbidden: bot was blocked by the user"), ()
            if parcel.chat in self.slow:
                return Outcome("later", seconds=60.0, error="Too Many Requests: retry after 60"), ()
            for button in (b for line in parcel.rows for b in line):
                assert len(button["data"].encode()) <= 64, button
            if parcel.op == "topic":
                self.topics.append((parcel.chat, parcel.name))
                ids.append(9000 + len(self.topics))
            elif parcel.op == "edit":
                shown = next(m for m in self.messages if m.chat == parcel.chat and m.message_id == parcel.message_id)
                shown.text, shown.rows, shown.edits = parcel.text, parcel.rows, shown.edits + 1
                ids.append(shown.message_id)
            else:
                number = 1000 + len(self.messages)
                self.messages.append(Sent(parcel.chat, number, parcel.text, parcel.rows, parcel.media, parcel.thread, parcel.reply_to))
                ids.append(number)
        return Outcome("sent", tuple(ids)), tuple(ids)

    def queued(self, chat: str) -> list[Outbox]:
        return list(self.session.scalars(select(Outbox).where(Outbox.chat == CHATS.get(chat, chat))))


def open_rooms() -> StaffRooms:
    """A fresh demo community."""
    forget_communities()
    engine = sqlite_engine(None)
    community_id = prepare(engine, "rooms", _move_in)
    rooms = _rooms(engine)
    rooms.community_id, rooms.count = community_id, 1
    return rooms


def _move_in(engine: Engine) -> str:
    """Fill an empty database → the community's id."""
    Base.metadata.create_all(engine)
    rooms = _rooms(engine)
    with DEMO.open("rb") as file:
        data = tomllib.load(file)
    chats = {**CHATS, **{row["key"]: f"-2{number:03}" for number, row in enumerate(data["chats"]) if row["key"] not in CHATS}}
    world = rooms.world("import")
    world.next_key()
    import_community(world, with_accounts(data, USERS, chats))
    rooms.session.commit()
    return world.community_id


def _rooms(engine: Engine) -> StaffRooms:
    book = program_book()
    texts = Texts(ZONE, book.categories, {"gas": "0999-96777", "pm": "0999-5551234", "lift": "96333", "area_suffix": "999"})
    book = replace(book, labels=lambda key, data, language: texts.render(key, data, language) if texts.has(key, language) else "")
    return StaffRooms(Session(engine, expire_on_commit=False), book, texts, KeyRing(b"k" * 32))
