"""Claims: which inbox row may be handled now, and which outbox rows may be sent now. A claim of the outbox is also a permit.

The laws of this file: one update in flight per order key; one leased row per (chat, lane); order by id inside (chat, lane);
permits of bot and chat are taken here, by priority, in the transaction of the claim (reliability.md 0.4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Float, Table, and_, bindparam, case, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from models.journal import LEASED, NEW, QUEUED, SKIPPED, Inbox, Limiter, Outbox, Topic
from models.permits import Limits, Permits
from models.prepared import Prepared

INBOX: Table = Inbox.__table__  # type: ignore[assignment]
OUTBOX: Table = Outbox.__table__  # type: ignore[assignment]
LIMITER: Table = Limiter.__table__  # type: ignore[assignment]
TOPIC: Table = Topic.__table__  # type: ignore[assignment]

LEASE_SECONDS = 60.0
CANDIDATES = 40
FOLDED = 20
BOT = "bot"

OnSkip = Callable[[Any], None]

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
_PERMITS = select(LIMITER).where(LIMITER.c.account == bindparam("account"), LIMITER.c.scope == bindparam("scope"))
_PERMIT = Prepared(_PERMITS)
_BOT_PERMIT = Prepared(_PERMITS.with_for_update())
_OFFER = Prepared(_CLAIM_UPDATE)
_OFFERS = Prepared(_CANDIDATES)
_TAKEN = ("account", "scope", "recent", "paused_until", "unreachable")
_TAKE = {
    name: Prepared(
        (fresh := make(LIMITER)).on_conflict_do_update(index_elements=["account", "scope"], set_={"recent": fresh.excluded.recent}), _TAKEN
    )
    for name, make in (("postgresql", pg_insert), ("sqlite", sqlite_insert))
}
_OWN = OUTBOX.c.id == bindparam("row")
_SKIP = Prepared(update(OUTBOX).where(_OWN).values(state=SKIPPED, error=bindparam("why")))
_PUT_OFF = Prepared(update(OUTBOX).where(_OWN).values(not_before=bindparam("later")))
_LEASED = {"lease_by": bindparam("me"), "lease_until": bindparam("moment"), "attempts": OUTBOX.c.attempts + 1}
_LEASE = Prepared(update(OUTBOX).where(_OWN).values(state=LEASED, lead_id=bindparam("lead"), **_LEASED))
_BEHIND = Prepared(
    select(OUTBOX)
    .where(
        OUTBOX.c.account == bindparam("account"), OUTBOX.c.chat == bindparam("chat"), OUTBOX.c.lane == bindparam("lane"),
        OUTBOX.c.state == QUEUED,
    )
    .order_by(OUTBOX.c.id)
    .limit(FOLDED)
)  # fmt: skip
_NEXT_MOMENT = Prepared(
    select(
        func.min(case((OUTBOX.c.not_before > bindparam("machine"), OUTBOX.c.not_before), else_=bindparam("machine", type_=Float))).label("at")
    ).where(OUTBOX.c.account == bindparam("account"), OUTBOX.c.state == QUEUED, OUTBOX.c.due_at <= bindparam("now"))
)


def claim_update(session: Session, account: str, machine: float) -> Any:
    """The next inbox row that may be handled, locked for this transaction; urgent ones first.

    A row is only offered when no older one of its order key is still new, so a locked older row holds back the later ones.
    """
    return _OFFER.first(session, account=account, machine=machine)


def claim_letters(
    session: Session, account: str, me: str, now: datetime, machine: float, limits: Limits, room: int, on_skip: OnSkip = lambda row: None
) -> list[Any]:
    """Lease up to `room` outbox rows with their permits; folded rows follow their lead in the list.

    A row that can't be sent any more (nobody there, too old) is set aside and handed to `on_skip`.
    """
    # The lock on the bot's row makes claims of several replicas take turns.
    bot_row = _BOT_PERMIT.first(session, account=account, scope=BOT)
    rows = _OFFERS.all(session, account=account, now=now, machine=machine)
    if not rows:
        return []
    known = [_PERMIT.first(session, account=account, scope=scope) for scope in {f"chat:{row.chat}" for row in rows}]
    permits = Permits(limits, machine, {r.scope: (r.recent, r.paused_until, r.unreachable) for r in (*known, bot_row) if r is not None})
    chosen: list[Any] = []
    lanes: set[tuple[str, str]] = set()
    for row in rows:
        scope = f"chat:{row.chat}"
        if (row.chat, row.lane) in lanes:
            # A topic and a letter, or two topics, of one lane: the second one waits for the first.
            continue
        why = permits.unreachable(scope) or ("too old" if row.expires_at <= now else None)
        if why is not None:
            _SKIP.run(session, row=row.id, why=why)
            on_skip(row)
            continue
        if len(chosen) >= room or permits.wait(BOT, limits.bot) > 0:
            break
        wait = permits.wait(scope, limits.rules(row.chat, row.lane))
        if wait > 0:
            # Out of the candidates until its permit is due, so that one slow chat does not fill the list.
            _PUT_OFF.run(session, row=row.id, later=machine + wait + 0.001)
            continue
        permits.take(scope)
        permits.take(BOT)
        lanes.add((row.chat, row.lane))
        chosen.append(row)
    _store(session, account, permits)
    return _lease(session, chosen, me, machine)


def _store(session: Session, account: str, permits: Permits) -> None:
    taken = [dict(zip(_TAKEN, (account, scope, *permits.rows[scope]), strict=True)) for scope in sorted(permits.changed)]
    _TAKE[session.get_bind().dialect.name].many(session, taken)


def _lease(session: Session, rows: Sequence[Any], me: str, machine: float) -> list[Any]:
    """The rows of this claim, each followed by those that travel in its message."""
    result: list[Any] = []
    leases: list[Mapping[str, Any]] = []
    until = machine + LEASE_SECONDS
    for row in rows:
        behind = _fold(session, row) if row.fold and row.op == "send" and row.attempts == 0 else ()
        for leased, lead in ((row, None), *((other, row.id) for other in behind)):
            leases.append({"row": leased.id, "lead": lead, "me": me, "moment": until})
            taken = {"state": LEASED, "attempts": leased.attempts + 1, "lease_by": me, "lease_until": until, "lead_id": lead}
            result.append(leased._replace(**taken))
    _LEASE.many(session, leases)
    return result


def _fold(session: Session, lead: Any) -> list[Any]:
    """The queued rows that may travel in the message of `lead`: the unbroken run behind it with the same fold."""
    run: list[Any] = []
    for row in _BEHIND.all(session, account=lead.account, chat=lead.chat, lane=lead.lane):
        if row.id == lead.id:
            continue
        if row.fold != lead.fold or row.topic != lead.topic or row.resent:
            break
        run.append(row)
    return run


_ANY_QUEUED = Prepared(
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
    return _ANY_QUEUED.first(session, account=account, now=now, machine=machine) is not None


def next_moment(session: Session, account: str, now: datetime, machine: float) -> float | None:
    """Machine time at which a queued, due row may next be tried; None when nothing is due."""
    soonest = _NEXT_MOMENT.first(session, account=account, now=now, machine=machine).at
    return None if soonest is None else float(soonest)


def next_due(session: Session, account: str, now: datetime) -> datetime | None:
    """World time at which the next letter now held back for its date is due."""
    return session.execute(
        select(func.min(OUTBOX.c.due_at)).where(and_(OUTBOX.c.account == account, OUTBOX.c.state == QUEUED, OUTBOX.c.due_at > now))
    ).scalar()
