"""What a card says: plain data drawn from the database as it is now; how it reads is in locales/*/card.toml."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from handlers.world import World
from models.access import Grant
from models.case import Case, CaseEvent
from models.community import Party
from models.person import Person
from models.reporter import place_of, place_view, registered_home, reporter_view, words_of_case
from models.states import desk_of, is_open

Json = dict[str, Any]

UNSHOWN: Json = {"shown": "none", "name": "", "home": None, "phone": ""}


def desk_facts(world: World, case: Case) -> Json:
    """The card in the desk's own chat, the same for everybody there: names stay out of the sensitive chat (domain.md 3.3)."""
    named = desk_of(case) == "mc"
    facts = common_facts(world, case)
    facts["place"] = place_view(world, case, None)
    facts["reporter"] = {**UNSHOWN, **(reporter_view(world, case, None) if named else {"shown": "hidden"})}
    facts["blocked"] = _is_blocked(world, case.reporter_id)
    return facts


def party_facts(world: World, case: Case, viewer: Grant) -> Json:
    """The card of somebody who handles the case for a party: as much of place and reporter as this person may know."""
    facts = common_facts(world, case)
    facts["place"] = place_view(world, case, viewer)
    facts["reporter"] = {**UNSHOWN, **reporter_view(world, case, viewer)}
    facts["words"] = words_of_case(world, case) if may_read_words(case) else ""
    return facts


def alarm_facts(world: World, case: Case, *, exact: bool) -> Json:
    """The card of an emergency. `exact`: with the words and the place, for the chat of the people who may read them."""
    place = place_of(world, case)
    # Nobody in danger spells out an address: where they live is where to look first, and is not what they said.
    home = registered_home(world, case) if exact and is_open(case.state) and not any(place.values()) else None
    return {
        "number": case.number,
        "kind": case.emergency,
        "place": place if exact else {"building": case.building},
        "home": home,
        "words": words_of_case(world, case) if exact else "",
        "at": _iso(case.opened_at),
        "acked_at": _iso(case.acked_at),
        "acked_role": _role_of_acker(world, case),
        "handed_over_at": _iso(case.handed_over_at),
        "handed_over_to": case.handed_over_to,
        "arrived_at": _iso(case.arrived_at),
        "safe_at": _iso(case.safe_at),
        "says_safe_at": _iso(case.says_safe_at),
        "false_alarm": case.false_alarm,
        "open": is_open(case.state),
        "exact": exact,
        "blocked": _is_blocked(world, case.reporter_id),
    }


def common_facts(world: World, case: Case) -> Json:
    """What every card of a case shows."""
    open_now = is_open(case.state)
    late = open_now and case.answer_by is not None and case.answer_by < world.now
    lead = world.session.get(Party, case.lead_id) if case.lead_id else None
    return {
        "number": case.number,
        "tail": case.tail,
        "state": case.state,
        "outcome": case.outcome,
        "open": open_now,
        "sla": case.sla,
        "category": case.category,
        "contact_by": _iso(case.contact_by),
        "answer_by": _iso(case.answer_by),
        "contacted_at": _iso(case.first_contact_at),
        "contact_late": open_now and case.first_contact_at is None and case.contact_by < world.now,
        "overdue": case.overdue or late,
        "hazard": case.hazard,
        "level": case.escalation_level,
        "confidential": case.confidential,
        "needs_help": case.needs_help,
        "call_me": case.call_me,
        "unit_unknown": case.unit_unknown,
        "followers": case.follower_count,
        "lead": {"name": lead.name, "phone": lead.phone} if lead is not None else None,
        "reopened": case.reopen_count,
        "reworked": case.rework_count,
    }


def may_read_words(case: Case) -> bool:
    """Whether the handlers of a party may read residents' own words: not where the words could tell who spoke."""
    return desk_of(case) == "mc"


def _is_blocked(world: World, person_id: str | None) -> bool:
    return bool(person_id and world.session.scalar(select(Person.blocked).where(Person.id == person_id)))


def _role_of_acker(world: World, case: Case) -> str:
    if case.acked_by is None:
        return ""
    query = select(CaseEvent.actor_role).where(CaseEvent.case_id == case.id, CaseEvent.event == "ack")
    return world.session.scalar(query.order_by(CaseEvent.seq).limit(1)) or "duty"


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""
