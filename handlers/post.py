"""The only door to the outbox: write a letter, or ask for a living card to be drawn anew. Nothing is sent here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from handlers.world import Button, Letter, World
from models.journal import QUEUED, Card, Outbox, Topic
from models.prepared import Prepared

OUTBOX: Table = Outbox.__table__  # type: ignore[assignment]
LANES = ("emergency", "words", "card", "notice")


_INSERTS: dict[tuple[str, str, tuple[str, ...]], Prepared] = {}


def insert_or_skip(session: Session, table: Table, **values: Any) -> bool:
    """Insert a row unless its unique key is there already; says whether it was inserted."""
    name = session.get_bind().dialect.name
    known = _INSERTS.get((name, table.name, tuple(values)))
    if known is None:
        make = pg_insert if name == "postgresql" else sqlite_insert
        # The row itself is asked for: psycopg's row count of such a statement is -1, whatever happened.
        statement = make(table).on_conflict_do_nothing().returning(*table.primary_key.columns)
        known = _INSERTS[name, table.name, tuple(values)] = Prepared(statement, tuple(values))
    return known.first(session, **values) is not None


def _button(button: Button) -> dict[str, Any]:
    return {name: value for name, value in vars(button).items() if value}


def post(world: World, letter: Letter, *, key: str = "", after_id: int | None = None) -> str:
    """Queue `letter`; returns its idem key. The same event redone gives the same key, so nothing is queued twice."""
    idem = key or world.next_key()
    if letter.topic:
        ensure_topic(world, letter.chat, letter.topic, letter.priority, "emergency" if letter.lane == "emergency" else "words")
    lifetimes = world.book.settings["expiry_hours"]
    body = {
        "data": letter.data,
        "rows": [[_button(b) for b in row] for row in letter.rows],
        "media": list(letter.media),
        "language": letter.language,
        "reply_to": letter.reply_to,
        "silent": letter.silent,
        "protect": letter.protect,
        "status_of": letter.status_of,
    }
    insert_or_skip(
        world.session,
        OUTBOX,
        account=world.account,
        idem=idem,
        op="send",
        chat=letter.chat,
        topic=letter.topic,
        lane=letter.lane,
        priority=letter.priority,
        weight=letter.weight,
        after_id=after_id,
        due_at=letter.due_at or world.now,
        expires_at=letter.expires_at or world.now + timedelta(hours=lifetimes.get(letter.weight, lifetimes["receipt"])),
        not_before=0.0,
        state=QUEUED,
        key=letter.key,
        body=world.ring.seal(world.session, "outbox", "outbox:body", idem, body),
        case_id=letter.case_id,
        link=letter.link,
        fold=letter.fold,
        attempts=0,
        plain=False,
        resent=False,
    )
    return idem


def ensure_topic(world: World, chat: str, case_id: str, priority: int, lane: str = "words") -> None:
    """Have the forum topic of a case made in `chat`, once; the name is drawn from the database when it is sent."""
    table: Table = Topic.__table__  # type: ignore[assignment]
    if insert_or_skip(world.session, table, chat=chat, case_id=case_id, account=world.account, thread=None, generation=0):
        # Of equal rank with what waits for it: ranked higher, thirty new topics would use up the minute before the first card.
        queue_op(world, "topic", chat, f"topic:{chat}:{case_id}:0", topic=case_id, priority=priority, lane=lane)


def queue_op(
    world: World, op: str, chat: str, idem: str, *, topic: str = "", priority: int = 40, lane: str = "words", **fields: Any
) -> None:
    """Queue an outgoing act that is no letter: topic, close, reopen, card."""
    insert_or_skip(
        world.session,
        OUTBOX,
        account=world.account,
        idem=idem,
        op=op,
        chat=chat,
        topic=topic,
        lane=lane,
        priority=priority,
        weight="card",
        due_at=world.now,
        expires_at=world.now + timedelta(days=30),
        not_before=fields.pop("not_before", 0.0),
        state=QUEUED,
        key=fields.pop("key", op),
        body=world.ring.seal(world.session, "outbox", "outbox:body", idem, fields.pop("body", {})),
        case_id=topic or fields.pop("case_id", ""),
        link="",
        fold="",
        attempts=0,
        plain=False,
        resent=False,
    )


def touch(world: World, kind: str, case_id: str, chat: str, *, topic: bool = True, language: str = "zh", urgent: bool = False) -> None:
    """Ask that the living card of `case_id` in `chat` be drawn anew (made, when it isn't there yet).

    A first card goes in the words lane, right behind its topic; a redraw is a card edit of the lowest priority.
    """
    key = f"{kind}:{case_id}:{chat}"
    table: Table = Card.__table__  # type: ignore[assignment]
    if topic:
        ensure_topic(world, chat, case_id, 90 if urgent else 44, "emergency" if urgent else "words")
    if insert_or_skip(
        world.session, table, key=key, account=world.account, kind=kind, case_id=case_id, chat=chat, topic=case_id if topic else "",
        message_id=None, wanted_rev=1, sent_rev=0, sent_mark=0.0, language=language,
    ):  # fmt: skip
        lane = "emergency" if urgent else "words"
        queue_op(world, "card", chat, f"card:{key}:1", topic=case_id if topic else "", priority=90 if urgent else 44, lane=lane, key=key)
        return
    world.session.execute(update(table).where(table.c.key == key).values(wanted_rev=table.c.wanted_rev + 1))
    waiting = select(OUTBOX.c.id).where(OUTBOX.c.op == "card", OUTBOX.c.key == key, OUTBOX.c.state == QUEUED)
    if world.session.execute(waiting.limit(1)).first() is None:
        rev = world.session.execute(select(table.c.wanted_rev).where(table.c.key == key)).scalar_one()
        lane, priority = ("emergency", 85) if urgent else ("card", 10)
        queue_op(world, "card", chat, f"card:{key}:{rev}", topic=case_id if topic else "", priority=priority, lane=lane, key=key)
