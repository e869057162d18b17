"""What the desk and the residents hear of a case: the one seam through which use cases speak to staff.

An ordinary case has its topic in `mc`. A sensitive or confidential one and every emergency are in `mc-s` only, a complaint about
staff in the auditors' private chats; elsewhere there is no trace of it, not even its number (domain.md 3.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from handlers.card_facts import may_read_words
from handlers.dispatching import party_rooms
from handlers.mirror import line, mirror
from handlers.post import post, touch
from handlers.redraw import redraw
from handlers.rooms import NoDesk, Room, private_room, rooms_of
from handlers.world import Letter, World
from models.access import desk_people
from models.case import Case, CaseEvent, Follower
from models.community import Party
from models.person import Person
from models.states import desk_of
from models.timeline import words_of

TOLD = frozenset(
    {
        "withdraw", "undo", "solved", "partly", "not_solved", "understood", "reopen", "appeal", "hurry", "says_safe", "step_back",
        "escalate", "call_me",
    }
)  # fmt: skip
"""Events of residents that the desk reads as a line; every other change shows on the card."""

UNSEEN = frozenset({"rate", "note", "reply"})
"""Events that change nothing on any card: a redraw would only spend one of the group's 20 calls a minute."""

HANDLED = frozenset({"assigned", "in_progress", "paused"})
"""States in which a party's people read along."""


def case_opened(world: World, case: Case, words: str, media: Sequence[str] = ()) -> None:
    """A case was filed: its topic and card, then the resident's own words. Raises NoDesk."""
    for room in rooms_of(world, case):
        touch(world, "case", case.id, room.chat, topic=room.topics, language=room.language)
        if words or media:
            mirror(world, case, room, case.reporter_id, words, media)


def case_changed(world: World, case: Case, event: CaseEvent) -> None:
    """A case changed: every card of it is drawn anew, and what a resident decided is told as a line. Raises NoDesk."""
    rooms = rooms_of(world, case)
    if event.event in UNSEEN:
        return
    kind = "alarm" if case.emergency else "case"
    danger = event.event == "raise_class" and bool(case.hazard)
    for room in rooms:
        touch(world, kind, case.id, room.chat, topic=room.topics, language=room.language, urgent=danger)
    redraw(world, case.id, but=frozenset(f"{kind}:{case.id}:{room.chat}" for room in rooms))
    if event.event in TOLD:
        for room in rooms:
            line(world, case, room, "desk.event", event=event.event, words=words_of(world, event))


def resident_wrote(world: World, case: Case, person_id: str, words: str, media: Sequence[str] = ()) -> None:
    """A resident wrote about a case: mirrored to the desk, and to the party's people who handle it. Raises NoDesk."""
    for room in rooms_of(world, case):
        mirror(world, case, room, person_id, words, media, urgent=bool(case.emergency))
    party = world.session.get(Party, case.lead_id) if case.lead_id else None
    if party is None or case.state not in HANDLED or not may_read_words(case):
        return
    for room in party_rooms(world, party):
        mirror(world, case, room, person_id, words, media)


def alarm_raised(world: World, case: Case, words: str) -> None:
    """An emergency: an urgent card with its words in the sensitive chat, and a card with 【我来】 to every duty officer in private.

    Raises NoDesk when nobody at all could be told.
    """
    duty = [room for person_id in desk_people(world.session, case, world.now) if (room := private_room(world, person_id))]
    try:
        rooms: list[Room] = rooms_of(world, case)
    except NoDesk:
        if not duty:
            raise
        rooms = []
    for room in rooms:
        touch(world, "alarm", case.id, room.chat, topic=room.topics, language=room.language, urgent=True)
        mirror(world, case, room, case.reporter_id, words, urgent=True)
    if desk_of(case) != "auditor":
        for room in duty:
            touch(world, "alarm", case.id, room.chat, topic=False, language=room.language, urgent=True)
    case.alerted_at = case.alerted_at or world.now


def tell_followers(world: World, case: Case, key: str, data: dict[str, Any], but: str | None = None) -> None:
    """Tell everybody whose matter it is, in their own language; `but` is the one who knows already."""
    query = select(Follower.person_id).where(Follower.case_id == case.id, Follower.left_at.is_(None)).order_by(Follower.joined_at)
    for person_id in world.session.scalars(query):
        if person_id != but:
            tell_person(world, case, person_id, key, data)


def tell_person(world: World, case: Case, person_id: str, key: str, data: dict[str, Any], *, link: str = "told") -> str:
    """Tell one resident about their case; returns the letter's idem key, "" for somebody who has no account here."""
    room = private_room(world, person_id)
    if room is None:
        return ""
    person = world.session.get_one(Person, person_id)
    letter = Letter(
        chat=room.chat, key=key, data={"number": case.number, **({"elder": True} if person.elder else {}), **data}, language=room.language,
        priority=60, weight="receipt", case_id=case.id, link=link,
    )  # fmt: skip
    return post(world, letter)
