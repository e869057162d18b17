"""What words of staff mean (domain.md 3.3): an internal note, unless they reply to a resident's mirrored message, to the bot's
"reply to this message", or begin with "@居民".

The one mistake to avoid in both directions: a note that reaches the resident, and an answer that silently stays a note. So each
outgoing message shows its fate under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from handlers import asking_entries, status
from handlers.mirror import line
from handlers.post import OUTBOX, post
from handlers.redraw import redraw
from handlers.rooms import Room, private_room
from handlers.world import Letter, World
from models.access import Grant
from models.case import Case, CaseEvent
from models.journal import QUEUED, SENT
from models.moves import move
from models.person import Person, name_of
from models.states import NEVER_LISTED, desk_of, is_open
from models.timeline import record

HERE = "here:"


@dataclass(frozen=True)
class StaffWords:
    """One message of somebody who works on a case: its words and media, where it stands and who may do what."""

    case: Case
    grant: Grant
    room: Room
    message_id: int | None
    text: str
    media: tuple[str, ...] = ()
    album: str = ""


def note(world: World, words: StaffWords, **data: Any) -> CaseEvent:
    """Keep the words inside: only staff see them in the timeline."""
    if is_open(words.case.state):
        return move(world, words.case, "note", words.grant.actor, text=words.text or None, media=words.media, **data)
    return record(world, words.case, "note", words.grant.actor, text=words.text or None, media=words.media, **data)


def say(world: World, words: StaffWords, to: str | None) -> None:
    """Write to a resident in the name of the role, and prepare the line that shows what became of it."""
    case = words.case
    if case.emergency and case.sla == "E0" and case.acked_by != words.grant.person_id:
        # One voice for a person in danger: only whoever has taken it on writes to them.
        note(world, words)
        key = "staff.only_acker" if case.acked_by else "staff.ack_first"
        line(world, case, words.room, key, reply_to=str(words.message_id or ""))
        return
    _record_reply(world, words)
    deliver(world, words, to, "staff.says", link="answer")
    asking_entries.offer_own(world, words)


def deliver(world: World, words: StaffWords, to: str | None, key: str, *, link: str) -> None:
    """Send the words to a resident as text `key`, and show under them what became of that."""
    case = words.case
    about = letter_key(world, words.room.chat, words.message_id)
    status_line = status.expect(world, case, words.room, words.message_id, about)
    room = private_room(world, to) if to is not None else None
    if room is None:
        status.settle(world, status_line, "nobody")
        return
    if to is not None and world.session.get_one(Person, to).blocked:
        # The outbox would pass over it in silence: nothing leaves for a chat that is known to be closed.
        status.settle(world, status_line, "unreachable")
        redraw(world, case.id)
        return
    data = {"role": _shown_role(words), "name": _public_name(world, words.grant), "words": words.text, "number": _number(case)}
    letter = Letter(
        chat=room.chat, key=key, data=data, media=words.media, language=room.language, priority=70, weight="staff",
        case_id=case.id, link=link, status_of=status_line,
    )  # fmt: skip
    post(world, letter, key=about)


def _record_reply(world: World, words: StaffWords) -> None:
    """The public line of the timeline. It is no move: the contact it may prove is stamped when the words have arrived."""
    record(world, words.case, "reply", words.grant.actor, public=True, text=words.text or None, media=words.media)


def stamp_contact(world: World, case: Case) -> None:
    """A handler's report of progress or an answer proves a contact; mere words do once they are delivered (handlers/fates.py)."""
    case.first_contact_at = case.first_contact_at or world.now


def letter_key(world: World, chat: str, message_id: int | None) -> str:
    """The idem key of the letter that carries a staff message: found again when the message is edited."""
    return f"say:{world.account}:{chat}:{message_id}" if message_id is not None else world.next_key()


def correct(world: World, words: StaffWords) -> None:
    """A staff message was edited: what the resident has is edited too; on its way it is changed; otherwise it is a note."""
    about = letter_key(world, words.room.chat, words.message_id)
    row = world.session.execute(select(OUTBOX).where(OUTBOX.c.idem == about)).first()
    text = after_mark(world, words.text) or words.text
    if row is None:
        note(world, words, corrected=True)
        return
    record(world, words.case, "reply", words.grant.actor, public=True, text=text, corrected=True)
    body = world.ring.open(world.session, "outbox:body", row.idem, row.body)
    data = {**body["data"], "words": text}
    if row.state == QUEUED:
        sealed = world.ring.seal(world.session, "outbox", "outbox:body", row.idem, {**body, "data": data})
        world.session.execute(update(OUTBOX).where(OUTBOX.c.id == row.id, OUTBOX.c.state == QUEUED).values(body=sealed))
    elif row.state == SENT and row.message_ids and not body["media"]:
        status.edit_letter(world, row.chat, int(row.message_ids[0]), row.key, data, body["language"])
    else:
        letter = Letter(chat=row.chat, key=row.key, data=data, language=body["language"], priority=70, case_id=words.case.id, link="answer")
        post(world, letter)


def after_mark(world: World, text: str) -> str | None:
    """What follows "@居民", None when the message doesn't begin so."""
    mark = next((m for m in world.book.settings["staff"]["resident_marks"] if text.startswith(m)), None)
    return text.removeprefix(mark).lstrip(" :：,，\n") if mark is not None else None


def _shown_role(words: StaffWords) -> str:
    """Somebody who is both is on duty only for what the duty officer does; to others they write as staff."""
    duty_as_staff = words.grant.role == "duty" and desk_of(words.case) == "mc"
    return "community_staff" if duty_as_staff and "staff" in words.grant.capacities else words.grant.role


def _public_name(world: World, grant: Grant) -> str:
    """A private name only of those who opted in; everybody else is shown by role (domain.md 3.1)."""
    person = world.session.get_one(Person, grant.person_id)
    return name_of(world.session, world.ring, person) if person.name_public else ""


def _number(case: Case) -> str:
    """No case number to a person at risk, whose phone somebody else may read."""
    return "" if case.emergency in NEVER_LISTED else case.number

