"""Is it solved? The resident is asked with the party's answer, and the press opens the verdict of their own cases.

The question stands for days, so its buttons are signed ones: a prompt would be closed by the resident's next question.
"""

from __future__ import annotations

from sqlalchemy import select

from dialogs.cases import entry
from dialogs.words import Chose
from handlers import desk
from handlers.card_buttons import card_button, standing
from handlers.contexts import context_for, who_is
from handlers.filing import party_of
from handlers.inbound import Inbound, Tap
from handlers.post import post
from handlers.rooms import private_room
from handlers.turn import load_talk, run, save_talk, speak
from handlers.world import Letter, World
from models.access import capacities
from models.case import Case, CaseEvent
from models.media import CaseMedia
from models.person import Person
from models.states import NEVER_LISTED
from models.timeline import words_of

VERDICTS = ("solved", "partly", "not_solved")


def ask(world: World, case: Case) -> None:
    """Give everybody the answer; ask the reporter whether it is solved. A person at risk is never asked (script 7)."""
    if case.emergency in NEVER_LISTED:
        return
    query = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.event == "answer").order_by(CaseEvent.seq.desc())
    event = world.session.scalars(query.limit(1)).one()
    media = tuple(world.session.scalars(select(CaseMedia.media_id).where(CaseMedia.event_id == event.id).order_by(CaseMedia.id)))
    data = {"party": party_of(world, case), "words": words_of(world, event), "result": str(event.data.get("result", ""))}
    desk.tell_followers(world, case, "desk.answered", data, but=case.reporter_id)
    room = private_room(world, case.reporter_id) if case.reporter_id is not None else None
    if room is None:
        return
    at = standing(world, case.id)
    row = tuple(card_button(world, case, room.chat, at, verdict, f"desk.verdict.{verdict}") for verdict in VERDICTS)
    person = world.session.get_one(Person, case.reporter_id)
    letter = Letter(
        chat=room.chat, key="desk.confirm", data={**data, "number": case.number, **({"elder": True} if person.elder else {})},
        rows=(row[:2], row[2:]), media=media, language=room.language, priority=60, weight="receipt", case_id=case.id, link="confirm",
    )  # fmt: skip
    post(world, letter)


def on_verdict(world: World, inbound: Inbound, person_id: str, case: Case, verdict: str, *, fresh: bool) -> None:
    """The resident pressed a verdict: the dialog of their cases takes it on (stars, reason), above whatever is open."""
    tap_id = inbound.body.tap_id if isinstance(inbound.body, Tap) else ""
    who = who_is(world, person_id)
    theirs = "resident" in capacities(world.session, person_id, case, world.now).capacities
    opening = entry(f"confirm:{case.id}:{verdict}")
    if not fresh or not theirs or not inbound.private or opening is None:
        key = "service.question_over" if theirs else "staff.refused.not_yours"
        world.ephemeral.append({"do": "answer", "tap": tap_id, "key": key, "data": {}, "language": who.language, "alert": True})
        return
    talk = load_talk(world, inbound.chat, inbound.actor, person_id)
    said = run(world, talk, Chose(f"confirm:{case.id}:{verdict}"), context_for(world, person_id, met=True), opening)
    speak(world, talk, said, who.language, who.elder, tap_id)
    save_talk(world, talk)
