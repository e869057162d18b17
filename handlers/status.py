"""What became of words that staff wrote to a resident, shown under them: one line, "sent ✓" or why not.

To save the group's 20 calls a minute the line is posted once, when the fate is known; "queued" is shown first only where that
takes longer than a few seconds (the line is due later, and is rewritten when the fate comes sooner).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from handlers.mirror import STAFF_LANE
from handlers.post import OUTBOX, post, queue_op
from handlers.rooms import Room
from handlers.world import Letter, World
from models.case import Case
from models.journal import QUEUED

KEYS = {
    "sent": "staff.status.sent",
    "unreachable": "staff.status.unreachable",
    "failed": "staff.status.failed",
    "unknown": "staff.status.unknown",
    "nobody": "staff.status.nobody",
}


def expect(world: World, case: Case, room: Room, message_id: int | None, about: str) -> str:
    """Prepare the status line of the words of message `message_id`; `about` names the letter. Returns the line's idem key."""
    delay = timedelta(seconds=world.book.settings["staff"]["queued_seconds"])
    letter = Letter(
        chat=room.chat, key="staff.status.queued", language=room.language, topic=case.id if room.topics else "", lane=STAFF_LANE,
        priority=62, weight="receipt", case_id=case.id, reply_to=str(message_id or ""), due_at=world.now + delay, silent=True,
    )  # fmt: skip
    return post(world, letter, key=f"status:{about}")


def settle(world: World, line: str, fate: str) -> None:
    """The fate of the words that `line` stands under is known."""
    key = KEYS.get(fate, KEYS["failed"])
    row = world.session.execute(select(OUTBOX).where(OUTBOX.c.idem == line)).first()
    if row is None or row.key == key:
        return
    if row.state == QUEUED:
        mine = (OUTBOX.c.id == row.id, OUTBOX.c.state == QUEUED)
        world.session.execute(update(OUTBOX).where(*mine).values(key=key, due_at=world.now))
        return
    body = world.ring.open(world.session, "outbox:body", row.idem, row.body)
    if row.message_ids:
        edit_letter(world, row.chat, int(row.message_ids[0]), key, {}, body["language"])
        return
    # The line is on its way at this very moment: the final one follows it.
    letter = Letter(
        chat=row.chat, key=key, language=body["language"], topic=row.topic, lane=STAFF_LANE, priority=62, weight="receipt",
        case_id=row.case_id, reply_to=body["reply_to"], silent=True,
    )  # fmt: skip
    post(world, letter, key=f"{line}:{fate}", after_id=row.id)


def edit_letter(world: World, chat: str, message_id: int, key: str, data: dict[str, Any], language: str) -> None:
    """Queue that message `message_id` of `chat` now reads `key`."""
    body = {
        "data": data, "rows": [], "media": [], "language": language, "reply_to": "", "silent": True, "protect": False, "status_of": "",
        "edit": message_id,
    }  # fmt: skip
    idem = f"edit:{world.next_key()}"
    queue_op(world, "send", chat, idem, lane=STAFF_LANE, priority=62, key=key, body=body)
