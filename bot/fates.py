"""What became of a sent row, and what follows: the one table of outcomes (reliability.md 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, bindparam, func, select, update

from bot.channels import Outcome
from bot.drawing import Drawing
from handlers.fates import letter_settled
from handlers.post import insert_or_skip, queue_op
from handlers.world import World
from models.claims import BOT, LIMITER, OUTBOX, TOPIC
from models.community import Chat
from models.journal import FAILED, LEASED, QUEUED, SENT, SKIPPED, UNKNOWN, Card, Conversation, MessageLink
from models.permits import Limits
from models.prepared import Prepared

CARD: Table = Card.__table__  # type: ignore[assignment]
LINK: Table = MessageLink.__table__  # type: ignore[assignment]
CHAT: Table = Chat.__table__  # type: ignore[assignment]
CONVERSATION: Table = Conversation.__table__  # type: ignore[assignment]

MAX_ATTEMPTS = 8
SENT_AGAIN = frozenset({"receipt", "staff", "emergency", "notice", "card"})
"""Weights sent once more when their fate is unknown; a reminder or a menu is rather lost than said twice."""

STORM_CHATS = 3
CARD_SECONDS = 5.0


@dataclass(frozen=True)
class Result:
    """One send and its outcome; `folded` rows travelled in the same message."""

    row: Row[Any]
    drawing: Drawing
    outcome: Outcome
    message_ids: tuple[int, ...]
    folded: tuple[Row[Any], ...]
    me: str


_SENT: dict[Any, Any] = {"state": SENT, "message_ids": bindparam("ids"), "sent_at": bindparam("now"), "error": None, "lease_by": None, "lease_until": None}
_TOGETHER = Prepared(update(OUTBOX).where(OUTBOX.c.id == bindparam("row")).values(_SENT))
_DELIVERED = Prepared(
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("row"), OUTBOX.c.state == LEASED, OUTBOX.c.lease_by == bindparam("me"))
    .values(_SENT)
)
_MADE = Prepared(
    update(TOPIC).where(TOPIC.c.chat == bindparam("to"), TOPIC.c.case_id == bindparam("case")).values(thread=bindparam("made"))
)
_DRAWN = Prepared(
    update(CARD)
    .where(CARD.c.key == bindparam("card"))
    .values(sent_rev=bindparam("rev"), sent_mark=bindparam("mark"), message_id=func.coalesce(bindparam("shown"), CARD.c.message_id))
    .returning(CARD)
)


def _write(world: World, result: Result, **values: Any) -> bool:
    """Record on the row and its folded ones, if this replica still holds the lease (a late one must not overwrite)."""
    own = OUTBOX.c.id == result.row.id
    still = update(OUTBOX).where(own, OUTBOX.c.state == LEASED, OUTBOX.c.lease_by == result.me)
    held = world.session.execute(still.values(**values, lease_by=None, lease_until=None))
    if held.rowcount != 1:  # type: ignore[attr-defined]
        return False
    if result.folded:
        freed = {"lead_id": None} if values.get("state") == QUEUED else {}
        followers = OUTBOX.c.id.in_([row.id for row in result.folded])
        world.session.execute(update(OUTBOX).where(followers).values(**values, **freed, lease_by=None, lease_until=None))
    return True


def settle(world: World, result: Result, machine: float, limits: Limits) -> None:
    """Write the outcome of one send and do what it asks for."""
    outcome, row = result.outcome, result.row
    ids = list(result.message_ids) or None
    match outcome.fate:
        case "sent" | "not_modified":
            _sent(world, result, machine)
        case "later":
            _later(world, result, machine, limits)
        case "not_written":
            if row.attempts >= MAX_ATTEMPTS:
                _give_up(world, result, FAILED, outcome.error)
            else:
                pause = min(300.0, 0.5 * 2.0**row.attempts)
                _write(world, result, state=QUEUED, not_before=machine + pause, error=outcome.error[:200], message_ids=ids)
        case "unknown":
            _unknown(world, result, machine, ids)
        case "unreachable":
            _unreachable(world, result)
        case "migrated":
            _write(world, result, state=QUEUED, attempts=max(0, row.attempts - 1), error="migrated")
            migrate(world, row.chat, outcome.chat)
        case "revoked":
            _write(world, result, state=QUEUED, attempts=max(0, row.attempts - 1), error="revoked")
        case "thread_gone":
            _thread_gone(world, result)
        case "thread_closed" if row.topic:
            # Somebody closed the topic by hand: a resident's words must still arrive in it.
            _write(world, result, state=QUEUED, not_before=machine + 1.0, error="topic closed")
            queue_op(world, "reopen", row.chat, f"reopen:{row.idem}"[:128], topic=row.topic, priority=row.priority + 1, lane=row.lane)
        case "message_gone" if result.drawing.card_key:
            world.session.execute(update(CARD).where(CARD.c.key == result.drawing.card_key).values(message_id=None))
            _write(world, result, state=QUEUED, error=outcome.error[:200])
        case _:
            _give_up(world, result, FAILED, outcome.error or outcome.fate)


def _sent(world: World, result: Result, machine: float) -> None:
    row, drawing = result.row, result.drawing
    ids = list(result.message_ids)
    if _DELIVERED.run(world.session, row=row.id, me=result.me, ids=ids, now=world.now) != 1:
        return
    _TOGETHER.many(world.session, [{"row": folded.id, "ids": ids, "now": world.now} for folded in result.folded])
    if row.op == "topic" and ids:
        _MADE.run(world.session, to=row.chat, case=row.case_id, made=ids[0])
        return
    if drawing.card_key:
        _card_sent(world, drawing, ids, machine)
        ids = ids or ([drawing.message_id] if drawing.message_id else [])
    for sent in (row, *result.folded):
        if sent.link and sent.case_id:
            for message_id in ids:
                insert_or_skip(
                    world.session, LINK, account=row.account, chat=row.chat, message_id=message_id, case_id=sent.case_id, kind=sent.link
                )
    for sent in (row, *result.folded):
        letter_settled(world, sent, drawing.status_of if sent is row else "", "sent")


def _card_sent(world: World, drawing: Drawing, ids: list[int], machine: float) -> None:
    shown = ids[0] if ids else None
    card = _DRAWN.first(world.session, card=drawing.card_key, rev=drawing.card_rev, mark=machine, shown=shown)
    if card.wanted_rev > drawing.card_rev:
        queue_op(
            world, "card", card.chat, f"card:{card.key}:{card.wanted_rev}:next", topic=card.topic, lane="card", priority=10, key=card.key,
            not_before=machine + CARD_SECONDS,
        )  # fmt: skip


def _later(world: World, result: Result, machine: float, limits: Limits) -> None:
    """429: not an attempt; the chat sleeps, not the worker. Three chats at once mean that the bot as a whole is too fast."""
    row, seconds = result.row, result.outcome.seconds / limits.pace
    until = machine + seconds + 0.1
    _write(world, result, state=QUEUED, not_before=until, attempts=max(0, row.attempts - 1), error=result.outcome.error[:200])
    pause(world, f"chat:{row.chat}", until)
    sleeping = LIMITER.c.account == row.account, LIMITER.c.scope != BOT, LIMITER.c.paused_until > machine
    if len(world.session.execute(select(LIMITER.c.scope).where(*sleeping)).all()) >= STORM_CHATS:
        pause(world, BOT, until)


def pause(world: World, scope: str, until: float) -> None:
    """Let nothing leave in this scope before `until` (machine time)."""
    insert_or_skip(world.session, LIMITER, account=world.account, scope=scope, recent=[], paused_until=0.0)
    mine = (LIMITER.c.account == world.account, LIMITER.c.scope == scope, LIMITER.c.paused_until < until)
    world.session.execute(update(LIMITER).where(*mine).values(paused_until=until))


def _unknown(world: World, result: Result, machine: float, ids: list[int] | None) -> None:
    row = result.row
    if row.weight in SENT_AGAIN and not row.resent:
        marked = row.op == "send"
        _write(world, result, state=QUEUED, resent=marked, not_before=machine + 0.5, error=result.outcome.error[:200], message_ids=ids)
        return
    _give_up(world, result, UNKNOWN, result.outcome.error)


def _unreachable(world: World, result: Result) -> None:
    """Blocked, kicked, never met: one attempt, then everything queued for this chat is set aside until it is heard from again."""
    row, why = result.row, result.outcome.error[:40]
    _give_up(world, result, SKIPPED, result.outcome.error)
    insert_or_skip(world.session, LIMITER, account=row.account, scope=f"chat:{row.chat}", recent=[], paused_until=0.0)
    world.session.execute(
        update(LIMITER).where(LIMITER.c.account == row.account, LIMITER.c.scope == f"chat:{row.chat}").values(unreachable=why)
    )
    waiting = select(OUTBOX).where(OUTBOX.c.account == row.account, OUTBOX.c.chat == row.chat, OUTBOX.c.state == QUEUED)
    for other in world.session.execute(waiting).all():
        world.session.execute(update(OUTBOX).where(OUTBOX.c.id == other.id).values(state=SKIPPED, error=why))
        letter_settled(world, other, "", "unreachable")


def _thread_gone(world: World, result: Result) -> None:
    """The topic was deleted: it is made again, and what waited for it goes there (the database holds the history)."""
    row = result.row
    _write(world, result, state=QUEUED, attempts=max(0, row.attempts - 1), error="topic gone")
    mine = (TOPIC.c.chat == row.chat, TOPIC.c.case_id == row.topic)
    topic = world.session.execute(select(TOPIC).where(*mine)).first()
    if topic is None or topic.thread != result.drawing.thread:
        return
    world.session.execute(update(TOPIC).where(*mine).values(thread=None, generation=TOPIC.c.generation + 1))
    world.session.execute(update(CARD).where(CARD.c.chat == row.chat, CARD.c.topic == row.topic).values(message_id=None))
    lane = "emergency" if row.lane == "emergency" else "words"
    again = f"topic:{row.chat}:{row.topic}:{topic.generation + 1}"
    queue_op(world, "topic", row.chat, again, topic=row.topic, priority=max(50, row.priority), lane=lane)


def _give_up(world: World, result: Result, state: str, why: str) -> None:
    if not _write(world, result, state=state, error=why[:200], message_ids=list(result.message_ids) or None):
        return
    if result.row.op == "topic":
        # No forum, no right to make topics: the case is still told, in the chat itself.
        mine = (TOPIC.c.chat == result.row.chat, TOPIC.c.case_id == result.row.case_id)
        world.session.execute(update(TOPIC).where(*mine).values(thread=0))
    for row in (result.row, *result.folded):
        letter_settled(world, row, result.drawing.status_of if row is result.row else "", "unreachable" if state == SKIPPED else state)


def migrate(world: World, old: str, new: str) -> None:
    """A group became a supergroup: its number is replaced everywhere, in one transaction."""
    for table in (OUTBOX, TOPIC, CARD, CONVERSATION, CHAT):
        column = table.c.chat if "chat" in table.c else table.c.chat_id
        world.session.execute(update(table).where(column == old).values({column.name: new}))


def recover_expired(world: World, machine: float) -> None:
    """Rows whose sender died while it held them: nobody knows whether they arrived."""
    gone = select(OUTBOX).where(OUTBOX.c.state == LEASED, OUTBOX.c.account == world.account, OUTBOX.c.lease_until < machine)
    _release(world, world.session.execute(gone).all())


def recover_own(world: World, me: str) -> None:
    """At start: the rows that an earlier life of this replica held."""
    held = select(OUTBOX).where(OUTBOX.c.state == LEASED, OUTBOX.c.account == world.account, OUTBOX.c.lease_by == me)
    _release(world, world.session.execute(held).all())


def _release(world: World, rows: Any) -> None:
    for row in rows:
        again = row.weight in SENT_AGAIN and not row.resent
        values: dict[str, Any] = {"state": QUEUED, "resent": row.op == "send"} if again else {"state": UNKNOWN, "error": "sender died"}
        world.session.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(**values, lead_id=None, lease_by=None, lease_until=None))
