"""A resident's private words that belong to a case already: a reply to what staff wrote, or the answer to their question."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from dialogs.wishes import AddNote
from dialogs.words import Refused
from handlers import desk
from handlers.inbound import Inbound, Media
from handlers.own_cases import add_note
from handlers.world import World
from models.access import capacities
from models.case import Case
from models.prepared import Prepared
from models.scene import Actor
from models.timeline import record

_ASKED = Prepared(
    select(Case.id).where(Case.reporter_id == bindparam("person"), Case.state == "need_info").order_by(Case.info_asked_at.desc()).limit(1)
)


def open_question(world: World, person_id: str) -> Case | None:
    """The case in which the desk waits for this resident's answer, the latest question first."""
    asked = _ASKED.first(world.session, person=person_id)
    return world.session.get(Case, asked.id, populate_existing=True) if asked is not None else None


def resident_replied(world: World, inbound: Inbound, person_id: str, case: Case) -> bool:
    """Add the words to the case; says whether they were taken (not when the case isn't this person's)."""
    if "resident" not in capacities(world.session, person_id, case, world.now).capacities:
        return False
    media: tuple[str, ...] = ()
    if isinstance(inbound.body, Media):
        from handlers.receive import keep_media

        media = (keep_media(world, inbound, inbound.body, person_id),)
    asked = case.state == "need_info"
    answer = add_note(world, person_id, AddNote(case.id, inbound.text, media))
    key = "desk.info_taken" if asked else "desk.passed_on"
    if isinstance(answer, Refused):
        # A closed case: the words still reach the desk, and the resident hears how to have it reopened.
        actor = Actor(person_id, "resident", frozenset({"resident"}))
        record(world, case, "note", actor, text=inbound.text or None, media=media, owner=person_id)
        desk.resident_wrote(world, case, person_id, inbound.text, media)
        key = "desk.passed_on_closed"
    data = {"answer_by": case.answer_by.isoformat() if case.answer_by is not None else ""}
    desk.tell_person(world, case, person_id, key, data)
    return True
