"""Wishes about a matter that others may have reported already: finding it, and joining it with own words and pictures."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, select

from dialogs.wishes import FindSimilar, JoinCase
from dialogs.words import Answered, Refused
from handlers import desk
from handlers.filing import iso, party_of
from handlers.post import post
from handlers.world import Json, Letter, World
from models.case import Case, CaseEvent, Follower
from models.community import Party
from models.moves import IllegalMove, move
from models.parties import people_of
from models.person import Person, chat_of_person
from models.place import find_building
from models.reporter import place_of
from models.role import holders
from models.scene import RULE, Actor
from models.states import CLOSED, desk_of

SHOWN = 3


def find_similar(world: World, person_id: str, wish: FindSimilar) -> Answered | Refused:
    """Open cases of the same category at the same building or spot, young enough, and nobody's private matter."""
    row = world.book.categories.get(wish.category, {})
    here = _same_place(world, wish.place)
    if here is None or row.get("sensitivity") not in {None, "", "none"}:
        return Answered("FindSimilar", {"cases": []})
    limits = world.book.sla["limits"]
    urgent = row.get("class") in {"E0", "E1"} or wish.category.startswith("SF")
    young = timedelta(hours=limits["similar_urgent_hours"]) if urgent else timedelta(days=limits["similar_days"])
    mine = select(Follower.case_id).where(Follower.person_id == person_id, Follower.left_at.is_(None))
    query = (
        select(Case)
        .where(Case.community_id == world.community_id, Case.category == wish.category, here)
        .where(Case.state.not_in(CLOSED), Case.opened_at >= world.now - young, Case.id.not_in(mine))
        .where(Case.sensitive.is_(False), Case.confidential.is_(False), Case.emergency == "")
        .order_by(Case.opened_at)
        .limit(SHOWN)
    )
    return Answered("FindSimilar", {"cases": [_shown(world, case) for case in world.session.scalars(query)]})


def _same_place(world: World, place: Json) -> ColumnElement[bool] | None:
    if place.get("building"):
        return Case.building == str(place["building"])
    if place.get("spot"):
        return Case.spot_index == world.ring.blind_index(f"spot:{str(place['spot']).casefold()}")
    return None


def _shown(world: World, case: Case) -> Json:
    """Only what every resident may know: no room, no floor."""
    place = place_of(world, case)
    return {
        "case_id": case.id,
        "number": case.number,
        "category": case.category,
        "state": case.state,
        "answer_by": iso(case.answer_by),
        "party": party_of(world, case),
        "place": {"building": place["building"], "unit": None, "floor": None, "room": None, "spot": place["spot"]},
    }


def join_case(world: World, person_id: str, wish: JoinCase) -> Answered | Refused:
    """The person becomes a follower with own words and media; a danger they tell of raises the class at once."""
    case = _living(world, wish.case_id)
    if case is None or desk_of(case) != "mc" or case.community_id != world.community_id:
        return Refused("JoinCase", "not_found")
    if case.state in CLOSED:
        return Refused("JoinCase", "case_closed")
    actor = Actor(person_id, "resident", frozenset({"anyone", "resident"}))
    _follow(world, case, person_id, wish.words)
    event = move(world, case, "follow", actor, text=wish.words or None, media=wish.media, owner=person_id)
    raised = _raise(world, case, wish.hazard) if wish.hazard else None
    if raised is not None:
        desk.case_changed(world, case, raised)
        _tell_of_danger(world, case, person_id)
    else:
        desk.case_changed(world, case, event)
    if wish.words or wish.media:
        desk.resident_wrote(world, case, person_id, wish.words, wish.media)
    value = {
        "case_id": case.id,
        "number": case.number,
        "contact_by": iso(case.contact_by),
        "answer_by": iso(case.answer_by),
        "sla": case.sla,
        "raised": raised is not None,
    }
    return Answered("JoinCase", value)


def _living(world: World, case_id: str) -> Case | None:
    """The case, or the master it was merged into."""
    case = world.session.get(Case, case_id, populate_existing=True)
    while case is not None and case.state == "merged" and case.master_id is not None:
        case = world.session.get(Case, case.master_id, populate_existing=True)
    return case


def _follow(world: World, case: Case, person_id: str, words: str) -> None:
    known = world.session.scalar(select(Follower).where(Follower.case_id == case.id, Follower.person_id == person_id))
    if known is None:
        known = Follower(id=world.new_id(), community_id=case.community_id, case_id=case.id, person_id=person_id, own=False)
        known.joined_at = world.now
        world.session.add(known)
        case.follower_count += 1
    elif known.left_at is not None:
        known.left_at = None
        case.follower_count += 0 if known.own else 1
    if words and known.words is None:
        known.words = world.ring.seal(world.session, person_id, "follower:words", known.id, words)


def _raise(world: World, case: Case, hazard: str) -> CaseEvent | None:
    """Raise to E1 for a danger; None when it was that urgent for this danger before."""
    try:
        return move(world, case, "raise_class", RULE, sla="E1", hazard=hazard)
    except IllegalMove:
        return None


def _tell_of_danger(world: World, case: Case, teller_id: str) -> None:
    """The earlier reporter, the party in charge and the grid leader hear of it at once, in private."""
    data: Json = {
        "number": case.number,
        "hazard": case.hazard,
        "category": case.category,
        "contact_by": iso(case.contact_by),
        "answer_by": iso(case.answer_by),
    }
    desk.tell_followers(world, case, "case.told.raised", data, but=teller_id)
    place = {**place_of(world, case), "room": None}
    for helper_id in _in_charge(world, case):
        chat = chat_of_person(world.session, world.account, helper_id)
        if chat is not None and helper_id != teller_id:
            person = world.session.get_one(Person, helper_id)
            letter = Letter(
                chat=chat, key="case.told.raised_handlers", data={**data, "place": place}, language=person.language or "zh",
                lane="emergency", priority=80, weight="staff", case_id=case.id, link="note",
            )  # fmt: skip
            post(world, letter)


def _in_charge(world: World, case: Case) -> list[str]:
    party = world.session.get(Party, case.lead_id or case.proposed_id or "")
    people = people_of(world.session, party, world.now) if party is not None else []
    if case.building is not None:
        building = find_building(world.session, case.community_id, case.building)
        grid = building.grid_id if building is not None else None
        people += holders(world.session, case.community_id, "grid_leader", world.now, grid)
    return list(dict.fromkeys(people))
