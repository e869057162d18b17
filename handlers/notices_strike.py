"""Posts that no longer hold: after a correction or a recall what arrived is edited, what has not left is stopped. In chunks, resumable."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, exists, or_, select, update

from handlers.notices_cards import version_of
from handlers.notices_fanout import PRIORITY, RECIPIENT, URGENT_PRIORITY, parts_of
from handlers.post import OUTBOX, queue_op
from handlers.world import World
from models.journal import QUEUED as IN_QUEUE
from models.journal import SKIPPED
from models.notice import Notice, NoticeVersion
from models.notice_delivery import DIGEST, QUEUED, SENT, STOPPED, STRUCK, UNKNOWN, WAITING
from models.notice_delivery import NoticeRecipient as Row

AT_ONCE = 20


def stop(world: World, notice: Notice, version: int) -> None:
    """Nothing of this version leaves any more; what is being sent at this very moment is edited when it has arrived.

    A digest goes out all the same: it carries other notices too.
    """
    mine = (RECIPIENT.c.notice_id == notice.id, RECIPIENT.c.version == version)
    waiting = select(RECIPIENT.c.letter).where(*mine, RECIPIENT.c.state == QUEUED, RECIPIENT.c.letter.like("notice:%"))
    queued = OUTBOX.c.idem.in_(waiting), OUTBOX.c.state == IN_QUEUE
    world.session.execute(update(OUTBOX).where(*queued).values(state=SKIPPED, error="stopped"))
    stopped = exists().where(OUTBOX.c.idem == RECIPIENT.c.letter, OUTBOX.c.state == SKIPPED, OUTBOX.c.error == "stopped")
    gone = or_(RECIPIENT.c.state.in_((WAITING, DIGEST)), and_(RECIPIENT.c.state == QUEUED, stopped))
    world.session.execute(update(RECIPIENT).where(*mine, gone).values(state=STOPPED, settled_at=world.now))


def _to_strike(world: World) -> Any:
    """Notices of which some post stands that no longer holds."""
    behind = exists().where(
        Row.notice_id == Notice.id, Row.version < Notice.version, Row.state.in_((SENT, UNKNOWN)), Row.message_id.is_not(None)
    )
    recalled = exists().where(Row.notice_id == Notice.id, Row.state.in_((SENT, UNKNOWN)), Row.message_id.is_not(None))
    corrected = Notice.state.in_(("delivering", "confirming"))
    return select(Notice).where(
        Notice.community_id == world.community_id,
        or_(and_(corrected, Notice.version > 1, behind), and_(Notice.state == "recalled", recalled)),
    )


def strike(world: World) -> int:
    """Have the next chunk of such posts edited; says how many."""
    count = 0
    for notice in world.session.scalars(_to_strike(world).limit(AT_ONCE).with_for_update(skip_locked=True)).all():
        count += _strike(world, notice)
    return count


def anything_to_strike(world: World) -> bool:
    return world.session.scalars(_to_strike(world).limit(1)).first() is not None


def _strike(world: World, notice: Notice) -> int:
    wrong = [RECIPIENT.c.notice_id == notice.id, RECIPIENT.c.state.in_((SENT, UNKNOWN)), RECIPIENT.c.message_id.is_not(None)]
    if notice.state != "recalled":
        wrong.append(RECIPIENT.c.version < notice.version)
    limit = world.book.settings["notices"]["limits"]["post_chunk"]
    rows = world.session.execute(select(RECIPIENT).where(*wrong).order_by(RECIPIENT.c.id).limit(limit)).all()
    words: dict[int, Any] = {}
    for row in rows:
        if row.version not in words:
            of = (NoticeVersion.notice_id == notice.id, NoticeVersion.version == row.version)
            words[row.version] = parts_of(world, world.session.scalars(select(NoticeVersion).where(*of)).one())
        if row.letter.startswith("notice:"):
            _edit(world, notice, words[row.version], row)
    world.session.execute(update(RECIPIENT).where(RECIPIENT.c.id.in_([row.id for row in rows])).values(state=STRUCK))
    if rows and notice.state != "recalled" and version_of(world, notice).standing == "current":
        behind = (NoticeVersion.notice_id == notice.id, NoticeVersion.version < notice.version, NoticeVersion.standing == "correcting")
        world.session.execute(update(NoticeVersion).where(*behind).values(standing="superseded"))
    return len(rows)


def _edit(world: World, notice: Notice, words: dict[tuple[str, str], tuple[str, str]], row: Any) -> None:
    title, text = words.get((row.building_id, row.language)) or words[row.building_id, "zh"]
    recalled = notice.state == "recalled"
    body = {
        "data": {"number": notice.number, "title": title, "body": text, "reason": notice.reason if recalled else ""}, "rows": [], "media": [],
        "language": row.language, "reply_to": "", "silent": True, "protect": False, "status_of": "", "edit": row.message_id,
    }  # fmt: skip
    key = "reach.recalled" if recalled else "reach.corrected"
    priority = (URGENT_PRIORITY if notice.urgent else PRIORITY) + 1
    queue_op(world, "send", row.chat, f"strike:{row.id}", lane="notice", priority=priority, key=key, body=body)
