"""Claims: which inbox row may be handled now, and which outbox rows may be sent now. A claim of the outbox is also a permit.

The laws of this file: one update in flight per order key; one leased row per (chat, lane); order by id inside (chat, lane);
permits of bot and chat are taken here, by priority, in the transaction of the claim (reliability.md 0.4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Float, Row, Table, and_, bindparam, case, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from models.journal import LEASED, NEW, QUEUED, SKIPPED, Inbox, Limiter, Outbox, Topic
from models.permits import Limits, Permits

INBOX: Table = Inbox.__table__  # type: ignore[assignment]
OUTBOX: Table = Outbox.__table__  # type: ignore[assignment]
LIMITER: Table = Limiter.__table__  # type: ignore[assignment]
TOPIC: Table = Topic.__table__  # type: ignore[assignment]

LEASE_SECONDS = 60.0
CANDIDATES = 40
FOLDED = 20
BOT = "bot"

OnSkip = Callable[[Row[Any]], None]

OUT_OF_TURN = ("topic", "reopen")
"""A topic is made, or opened again, out of turn: letters that wait for it may stand before it in the lane."""

# The statements are built once: building one costs more than running it, and these run at every turn and every send.
_older = INBOX.alias("older")
_CLAIM_UPDATE = (
    select(INBOX)
    .where(
        INBOX.c.state == NEW,
        INBOX.c.account == bindparam("account"),
        INBOX.c.not_before <= bindparam("machine"),
        ~exists().where(
            _older.c.account == INBOX.c.account,
            _older.c.order_key == INBOX.c.order_key,
            _older.c.state == NEW,
            _older.c.id < INBOX.c.id,
        ),
    )
    .order_by(INBOX.c.urgent.desc(), INBOX.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)

_busy, _first, _before = OUTBOX.alias("busy"), OUTBOX.alias("first"), OUTBOX.alias("before")
_LANE_BUSY = exists().where(
    _busy.c.account == OUTBOX.c.account, _busy.c.chat == OUTBOX.c.chat, _busy.c.lane == OUTBOX.c.lane,
    _busy.c.state == LEASED, _busy.c.lead_id.is_(None),
)  # fmt: skip
_LANE_EARLIER = exists().where(
    _first.c.account == OUTBOX.c.account, _first.c.chat == OUTBOX.c.chat, _first.c.lane == OUTBOX.c.lane,
    _first.c.state == QUEUED, _first.c.id < OUTBOX.c.id, _first.c.due_at <= bindparam("now"),
)  # fmt: skip
_WAITS = exists().where(_before.c.id == OUTBOX.c.after_id, _before.c.state.in_((QUEUED, LEASED)))
_TOPIC_READY = exists().where(TOPIC.c.chat == OUTBOX.c.chat, TOPIC.c.case_id == OUTBOX.c.topic, TOPIC.c.thread.is_not(None))
_CANDIDATES = (
    select(OUTBOX)
    .where(
        OUTBOX.c.state == QUEUED,
        OUTBOX.c.account == bindparam("account"),
        OUTBOX.c.due_at <= bindparam("now"),
        OUTBOX.c.not_before <= bindparam("machine"),
        ~_LANE_BUSY,
        or_(OUTBOX.c.op.in_(OUT_OF_TURN), ~_LANE_EARLIER),
        or_(OUTBOX.c.after_id.is_(None), ~_WAITS),
        or_(OUTBOX.c.topic == "", OUTBOX.c.op == "topic", _TOPIC_READY),
    )
    .order_by(OUTBOX.c.priority.desc(), OUTBOX.c.due_at, OUTBOX.c.id)
    .limit(CANDIDATES)
    .with_for_update(skip_locked=True)
)
_PERMITS = select(LIMITER).where(LIMITER.c.account == bindparam("account"), LIMITER.c.scope.in_(bindparam("scopes", expanding=True)))
_BOT_PERMITS = select(LIMITER).where(LIMITER.c.account == bindparam("account"), LIMITER.c.scope == BOT).with_for_update()
_NEXT_MOMENT = select(
    func.min(case((OUTBOX.c.not_before > bindparam("machine"), OUTBOX.c.not_before), else_=bindparam("machine", type_=Float)))
).where(OUTBOX.c.account == bindparam("account"), OUTBOX.c.state == QUEUED, OUTBOX.c.due_at <= bindparam("now"))


def claim_update(session: Session, account: str, machine: float) -> Row[Any] | None:
    """The next inbox row that may be handled, locked for this transaction; urgent ones first.

    A row is only offered when no older one of its order key is still new, so a locked older row holds back the later ones.
    """
    return session.execute(_CLAIM_UPDATE, {"account": account, "machine": machine}).first()


def claim_letters(
    session: Session, account: str, me: str, now: datetime, machine: float, limits: Limits, room: int, on_skip: OnSkip = lambda row: None
) -> list[Row[Any]]:
    """Lease up to `room` outbox rows with their permits; folded rows follow their lead in the list.

    A row that can't be sent any more (nobody there, too old) is set aside and handed to `on_skip`.
    """
    # The lock on the bot's row makes claims of several replicas take turns.
    bot_row = session.execute(_BOT_PERMITS, {"account": account}).first()
    rows = session.execute(_CANDIDATES, {"account": account, "now": now, "machine": machine}).all()
    if not rows:
        return []
    scopes = {f"chat:{row.chat}" for row in rows}
    known = session.execute(_PERMITS, {"account": account, "scopes": list(scopes)}).all()
    kept = {r.scope: (r.recent, r.paused_until, r.unreachable) for r in (*known, *([bot_row] if bot_row else []))}
    permits = Permits(limits, machine, kept)
    chosen: list[int] = []
    lanes: set[tuple[str, str]] = set()
    for row in rows:
        scope = f"chat:{row.chat}"
        if (row.chat, row.lane) in lanes:
            # A topic and a letter, or two topics, of one lane: the second one waits for the first.
            continue
        why = permits.unreachable(scope) or ("too old" if row.expires_at <= now else None)
        if why is not None:
            session.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(state=SKIPPED, error=why))
            on_skip(row)
            continue
        if len(chosen) >= room or permits.wait(BOT, limits.bot) > 0:
            break
        wait = permits.wait(scope, limits.rules(row.chat, row.lane))
        if wait > 0:
            # Out of the candidates until its permit is due, so that one slow chat does not fill the list.
            session.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(not_before=machine + wait + 0.001))
            continue
        permits.take(scope)
        permits.take(BOT)
        lanes.add((row.chat, row.lane))
        chosen.append(row.id)
    _store(session, account, permits)
    return _lease(session, chosen, me, machine)


def _store(session: Session, account: str, permits: Permits) -> None:
    make = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    for scope in permits.changed:
        recent, paused, unreachable = permits.rows[scope]
        values = {"account": account, "scope": scope, "recent": recent, "paused_until": paused, "unreachable": unreachable}
        statement = make(LIMITER).values(**values)
        session.execute(statement.on_conflict_do_update(index_elements=["account", "scope"], set_={"recent": recent}))


def _lease(session: Session, ids: list[int], me: str, machine: float) -> list[Row[Any]]:
    if not ids:
        return []
    lease: Mapping[str, Any] = {"state": LEASED, "lease_by": me, "lease_until": machine + LEASE_SECONDS, "attempts": OUTBOX.c.attempts + 1}
    leased = session.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(**lease).returning(OUTBOX)).all()
    by_id = {row.id: row for row in leased}
    result: list[Row[Any]] = []
    for row_id in ids:
        row = by_id[row_id]
        result.append(row)
        if row.fold and row.op == "send" and row.attempts == 1:
            result.extend(_fold(session, row, dict(lease)))
    return result


def _fold(session: Session, lead: Row[Any], lease: dict[str, Any]) -> Sequence[Row[Any]]:
    """Lease the queued rows that may travel in the message of `lead`: the unbroken run behind it with the same fold."""
    behind = session.execute(
        select(OUTBOX.c.id, OUTBOX.c.fold, OUTBOX.c.topic, OUTBOX.c.resent)
        .where(OUTBOX.c.account == lead.account, OUTBOX.c.chat == lead.chat, OUTBOX.c.lane == lead.lane, OUTBOX.c.state == QUEUED)
        .order_by(OUTBOX.c.id)
        .limit(FOLDED)
    ).all()
    run: list[int] = []
    for row in behind:
        if row.fold != lead.fold or row.topic != lead.topic or row.resent:
            break
        run.append(row.id)
    if not run:
        return []
    statement = update(OUTBOX).where(OUTBOX.c.id.in_(run)).values(**lease, lead_id=lead.id).returning(OUTBOX)
    return sorted(session.execute(statement).all(), key=lambda row: int(row.id))


_ANY_QUEUED = (
    select(OUTBOX.c.id)
    .where(
        OUTBOX.c.state == QUEUED,
        OUTBOX.c.account == bindparam("account"),
        OUTBOX.c.due_at <= bindparam("now"),
        OUTBOX.c.not_before <= bindparam("machine"),
    )
    .limit(1)
)


def anything_queued(session: Session, account: str, now: datetime, machine: float) -> bool:
    """Whether some row might be claimed: one look at an index, before the claim's heavier questions are asked."""
    return session.execute(_ANY_QUEUED, {"account": account, "now": now, "machine": machine}).first() is not None


def next_moment(session: Session, account: str, now: datetime, machine: float) -> float | None:
    """Machine time at which a queued, due row may next be tried; None when nothing is due."""
    soonest = session.execute(_NEXT_MOMENT, {"account": account, "now": now, "machine": machine}).scalar()
    return None if soonest is None else float(soonest)


def next_due(session: Session, account: str, now: datetime) -> datetime | None:
    """World time at which the next letter now held back for its date is due."""
    return session.execute(
        select(func.min(OUTBOX.c.due_at)).where(and_(OUTBOX.c.account == account, OUTBOX.c.state == QUEUED, OUTBOX.c.due_at > now))
    ).scalar()
