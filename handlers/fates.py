"""What follows when a letter's fate is known: shown to the staff member who wrote it, and noted where a resident can't be reached.

Called by the outbox for every row that is sent or given up, in the transaction that records it; so most rows must leave at once.
"""

from __future__ import annotations

import contextlib
from typing import Any

from sqlalchemy import Row, Table, select, update

from handlers import status
from handlers.mirror import MIRRORED, line
from handlers.notices_fates import notice_settled
from handlers.post import OUTBOX
from handlers.redraw import redraw
from handlers.rooms import NoDesk, rooms_of
from handlers.world import World
from models.case import Case
from models.journal import MessageLink
from models.person import find_person

LINK: Table = MessageLink.__table__  # type: ignore[assignment]

STAFF = "staff"
"""The weight of a letter that carries a staff member's words."""
NOTICE = "notice"


def letter_settled(world: World, row: Row[Any], status_of: str, fate: str) -> None:
    """`fate` of `row`: sent, unreachable, failed or unknown. `status_of`: idem key of the status line, where it is known."""
    if fate == "unreachable":
        _unreachable(world, row)
    if row.link == MIRRORED and fate == "sent":
        _remember_writer(world, row)
    if row.weight == NOTICE:
        notice_settled(world, row, fate)
    if row.weight == STAFF:
        line_key = status_of or world.ring.open(world.session, "outbox:body", row.idem, row.body)["status_of"]
        if line_key:
            status.settle(world, line_key, fate)
            if fate == "sent":
                _stamp_contact(world, row.case_id)


def _remember_writer(world: World, row: Row[Any]) -> None:
    """A mirrored message stands for the resident who wrote it, so that a reply finds the way back."""
    writer = world.ring.open(world.session, "outbox:body", row.idem, row.body)["data"].get("from")
    ids = world.session.execute(select(OUTBOX.c.message_ids).where(OUTBOX.c.id == row.id)).scalar() or []
    if writer and ids:
        mine = (LINK.c.account == row.account, LINK.c.chat == row.chat, LINK.c.message_id.in_(ids))
        world.session.execute(update(LINK).where(*mine, LINK.c.person_id.is_(None)).values(person_id=writer))


def _stamp_contact(world: World, case_id: str) -> None:
    """The first words of a human that arrive are the contact that was promised; a bot's receipt is none.

    Written past the version guard: a moment that is set once can't overwrite what another turn decides meanwhile.
    """
    first = (Case.id == case_id, Case.first_contact_at.is_(None))
    if world.session.execute(update(Case).where(*first).values(first_contact_at=world.now)).rowcount:  # type: ignore[attr-defined]
        redraw(world, case_id)


def _unreachable(world: World, row: Row[Any]) -> None:
    """A person has stopped the bot: remembered, and shown on the card of the case this was about."""
    person = find_person(world.session, world.account, row.chat)
    if person is None:
        return
    known, person.blocked = person.blocked, True
    # The row of a private card names no case, because it stands in no topic; its key does (kind:case:chat).
    case_id = row.case_id or (row.key.split(":")[1] if row.op == "card" else "")
    case = world.session.get(Case, case_id) if case_id else None
    if case is None:
        return
    if row.op == "card":
        _desk_must_phone(world, case, "desk.duty_unreachable" if row.key.startswith("alarm:") else "desk.handler_unreachable", row.chat)
    elif not known and case.reporter_id == person.id:
        redraw(world, case.id)


def _desk_must_phone(world: World, case: Case, key: str, chat: str) -> None:
    """Somebody who should act on the case did not get its card."""
    with contextlib.suppress(NoDesk):  # the desk's chat may be gone too; the outbox must go on all the same
        for room in rooms_of(world, case):
            line(world, case, room, key, idem=f"unreachable:{case.id}:{chat}:{room.chat}")
