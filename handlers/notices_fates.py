"""What became of the letters of notices: each recipient's row gets the fate of its letter, in the transaction that records it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Table, bindparam, select, update

from handlers.world import World
from models.journal import Outbox
from models.notice_delivery import FAILED, QUEUED, SENT, UNKNOWN, UNREACHABLE, NoticeRecipient
from models.prepared import Prepared

OUTBOX: Table = Outbox.__table__  # type: ignore[assignment]
RECIPIENT: Table = NoticeRecipient.__table__  # type: ignore[assignment]
LETTER, DIGEST_LETTER = "notice:", "digest:"
STATES = {"sent": SENT, "unreachable": UNREACHABLE, "unknown": UNKNOWN, "failed": FAILED}

# Built once: they run at every letter of a broadcast.
_IDS = Prepared(select(OUTBOX.c.message_ids, OUTBOX.c.error).where(OUTBOX.c.id == bindparam("row")))
_FATE: dict[Any, Any] = {
    "state": bindparam("fate"), "message_id": bindparam("message"), "error": bindparam("why"), "settled_at": bindparam("moment"),
}  # fmt: skip
_ONE = Prepared(
    update(RECIPIENT)
    .where(
        RECIPIENT.c.notice_id == bindparam("notice"),
        RECIPIENT.c.version == bindparam("of_version"),
        RECIPIENT.c.recipient == bindparam("whom"),
        RECIPIENT.c.state == QUEUED,
    )
    .values(_FATE)
)
_OF_DIGEST = Prepared(
    update(RECIPIENT)
    .where(RECIPIENT.c.chat == bindparam("to"), RECIPIENT.c.letter == bindparam("key"), RECIPIENT.c.state == QUEUED)
    .values(_FATE)
)


def notice_settled(world: World, row: Row[Any], fate: str) -> None:
    """The letter `row` of one recipient, or of a digest, was sent or given up."""
    known = _IDS.first(world.session, row=row.id)
    ids = known.message_ids or []
    values = {
        "fate": STATES.get(fate, FAILED), "message": int(ids[0]) if ids else None, "why": str(known.error or "")[:120] if fate != "sent" else "",
        "moment": world.now,
    }  # fmt: skip
    if row.idem.startswith(LETTER):
        _, notice_id, version, recipient = row.idem.split(":", 3)
        _ONE.run(world.session, notice=notice_id, of_version=int(version), whom=recipient, **values)
    elif row.idem.startswith(DIGEST_LETTER):
        _OF_DIGEST.run(world.session, to=row.chat, key=row.idem, **values)
