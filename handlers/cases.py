"""Wishes about a new matter: its promise, filing it, handing it to staff, being phoned, a hand from a neighbour, undo."""

from __future__ import annotations

from dialogs.understand import understand
from dialogs.wishes import AskHelp, AskStaff, CallMe, OpenCase, Quote, UndoCase
from dialogs.words import Answered, Refused
from handlers import desk
from handlers.contexts import community_facts
from handlers.filing import (
    Filing,
    answer_of,
    as_reporter,
    file_case,
    has_consented,
    iso,
    promise_for,
    responsible_for,
    too_many,
)
from handlers.post import post
from handlers.world import Json, Letter, World
from models.case import Case, CaseTask
from models.effects import terms
from models.moves import IllegalMove, move
from models.person import Person, chat_of_person, name_of
from models.place import Building, find_building
from models.reporter import place_of
from models.role import holders
from models.states import is_open
from models.timeline import record

GENERAL = "AD02"
"""Where a matter goes that nobody has understood yet."""

HELPERS = ("building_director", "unit_lead", "grid_leader")


def quote(world: World, person_id: str, wish: Quote) -> Answered | Refused:
    promise = promise_for(world, Filing(person_id, wish.category, ""))
    value = {
        "contact_by": iso(promise.contact_by),
        "answer_by": iso(promise.answer_by),
        "sla": promise.sla,
        "party": responsible_for(world, wish.category, wish.place).lead.name,
    }
    return Answered("Quote", value)


def open_case(world: World, person_id: str, wish: OpenCase) -> Answered | Refused:
    """Urgent matters are filed first and consent is asked after; a public place needs none (domain.md 3.17-10)."""
    known = world.book.categories.get(wish.category)
    if known is None or not _has_place(world, wish):
        return Refused("OpenCase", "place_missing")
    urgent = bool(wish.hazard) or known["class"] in {"E0", "E1"}
    public_place = not wish.place.get("building") and bool(wish.place.get("spot"))
    if not urgent and not public_place and not wish.flags.get("call_me") and not has_consented(world, person_id):
        return Refused("OpenCase", "consent_missing")
    if not wish.hazard and known["class"] != "E0" and too_many(world, person_id):
        return Refused("OpenCase", "too_many", {"limit": world.book.sla["limits"]["new_cases_an_hour"]})
    filing = Filing(person_id, wish.category, wish.words, wish.place, wish.media, wish.flags, hazard=wish.hazard)
    return Answered("OpenCase", answer_of(world, _filed(world, filing)))


def _filed(world: World, filing: Filing) -> Case:
    case = file_case(world, filing)
    desk.case_opened(world, case, filing.words, tuple(filing.media))
    return case


def _has_place(world: World, wish: OpenCase) -> bool:
    """A building that exists, or a public spot; matters of a person (aid, certificates, questions) need none."""
    building, spot = wish.place.get("building"), wish.place.get("spot")
    if building:
        return find_building(world.session, world.community_id, str(building)) is not None
    needs = world.book.settings.get("request", {}).get("needs", {})
    personal = world.book.categories[wish.category].get("sensitivity") == "H"
    return bool(spot) or personal or needs.get(wish.category) == []


def undo_case(world: World, person_id: str, wish: UndoCase) -> Answered | Refused:
    case = world.session.get(Case, wish.case_id, populate_existing=True)
    if case is None or case.reporter_id != person_id:
        return Refused("UndoCase", "not_found")
    try:
        event = move(world, case, "undo", as_reporter(person_id))
    except IllegalMove as illegal:
        return Refused("UndoCase", "too_late" if illegal.why == "just_filed" else "already_handled")
    desk.case_changed(world, case, event)
    return Answered("UndoCase")


def call_me(world: World, person_id: str, wish: CallMe) -> Answered | Refused:
    """Marks one's own open case; else files one, in the category that the words tell best."""
    case = world.session.get(Case, wish.case_id, populate_existing=True) if wish.case_id else None
    if case is not None and case.reporter_id == person_id and is_open(case.state):
        case.call_me = True
        event = record(world, case, "call_me", as_reporter(person_id), public=True, text=wish.words or None, media=wish.media)
        desk.case_changed(world, case, event)
        if wish.words or wish.media:
            desk.resident_wrote(world, case, person_id, wish.words, wish.media)
    else:
        category = _guess(world, wish.words, wish.place)
        filing = Filing(person_id, category, wish.words, wish.place, wish.media, {"call_me": True}, source="call")
        case = _filed(world, filing)
    return Answered("CallMe", {"case_id": case.id, "number": case.number, "contact_by": iso(case.contact_by)})


def _guess(world: World, words: str, place: Json) -> str:
    """The category of an ordinary or urgent matter told in these words; the general one for anything delicate or unclear."""
    if not words or not (place.get("building") or place.get("spot")):
        return GENERAL
    found = understand(words, world.book.lexicon, community_facts(world)[0]).categories
    code = found[0][0] if found else GENERAL
    row = world.book.categories.get(code)
    return code if row is not None and row.get("sensitivity") != "H" and row["class"] in {"E1", "N2"} else GENERAL


def ask_staff(world: World, person_id: str, wish: AskStaff) -> Answered | Refused:
    category = wish.category if wish.category in world.book.categories else GENERAL
    case = _filed(world, Filing(person_id, category, wish.words, wish.place, wish.media, source="question"))
    on_duty = terms(world).calendar.is_open(world.now)
    value = {key: answer_of(world, case)[key] for key in ("case_id", "number", "answer_by", "contact_by")}
    return Answered("AskStaff", {**value, "on_duty": on_duty})


def ask_help(world: World, person_id: str, wish: AskHelp) -> Answered | Refused:
    """Ask the building's director, else the grid leader: what and where, never why (domain.md script 2)."""
    case = world.session.get(Case, wish.case_id)
    if case is None or case.reporter_id != person_id or not is_open(case.state) or case.building_id is None:
        return Refused("AskHelp", "nobody")
    building = world.session.get_one(Building, case.building_id)
    found = _helper(world, building, person_id)
    if found is None:
        return Refused("AskHelp", "nobody")
    helper, role, chat = found
    place = {"building": building.number, "floor": place_of(world, case)["floor"]}
    task_id = world.new_id()
    sealed = world.ring.seal(world.session, person_id, "case_task:place", task_id, place)
    task = CaseTask(id=task_id, community_id=case.community_id, case_id=case.id, helper_id=helper.id, what=wish.what[:24], place=sealed)
    task.asked_at = world.now
    world.session.add(task)
    record(world, case, "help", as_reporter(person_id), what=wish.what[:24])
    data = {"what": wish.what[:24], "place": place, "number": case.number}
    post(world, Letter(chat=chat, key="case.help.task", data=data, language=helper.language or "zh", case_id=case.id, priority=60))
    return Answered("AskHelp", {"helper": _called(world, helper, role)})


def _called(world: World, helper: Person, role: str) -> dict[str, str]:
    """By name if the helper opted in to it, else by role."""
    if helper.name_public and helper.name:
        name = name_of(world.session, world.ring, helper)
        return {"zh": name, "en": name}
    label = world.book.labels
    return {language: label(f"case.role.{role}", {}, language) if label else role for language in ("zh", "en")}


def _helper(world: World, building: Building, person_id: str) -> tuple[Person, str, str] | None:
    for role in HELPERS:
        scope = building.grid_id if role == "grid_leader" else building.id
        for helper_id in holders(world.session, world.community_id, role, world.now, scope):
            chat = chat_of_person(world.session, world.account, helper_id)
            if helper_id != person_id and chat is not None:
                return world.session.get_one(Person, helper_id), role, chat
    return None
