"""Wishes about one's own cases: the list, one with its timeline, further words, withdrawing, the verdict."""

from __future__ import annotations

from sqlalchemy import select

from dialogs.wishes import AddNote, ConfirmCase, ListCases, ShowCase, WithdrawCase
from dialogs.words import Answered, Refused
from handlers import desk
from handlers.filing import iso, party_of
from handlers.world import Json, World
from models.access import Grant, capacities
from models.case import Case, Follower
from models.moves import IllegalMove, clock_of, legal_moves, move
from models.reporter import place_of
from models.scene import Actor
from models.states import NEVER_LISTED, is_open
from models.timeline import timeline

LISTED = 10
VERDICTS = ("solved", "partly", "not_solved")


def _own(world: World, person_id: str, case_id: str) -> tuple[Case, Grant] | None:
    """The case and what the person is to it, None when it isn't theirs."""
    case = world.session.get(Case, case_id, populate_existing=True)
    if case is None or case.community_id != world.community_id:
        return None
    grant = capacities(world.session, person_id, case, world.now)
    return (case, grant) if "resident" in grant.capacities else None


def _as_resident(grant: Grant) -> Actor:
    """Staff who reported something themselves act on it as residents here."""
    return Actor(grant.person_id, "resident", grant.capacities & {"anyone", "resident", "reporter"})


def list_cases(world: World, person_id: str, wish: ListCases) -> Answered | Refused:
    mine = select(Follower.case_id).where(Follower.person_id == person_id, Follower.left_at.is_(None))
    query = select(Case).where(Case.id.in_(mine), Case.emergency.not_in(NEVER_LISTED)).order_by(Case.opened_at.desc())
    cases = sorted(world.session.scalars(query.limit(LISTED * 5)), key=lambda case: not is_open(case.state))
    return Answered("ListCases", {"cases": [_line(case) for case in cases[:LISTED]]})


def _line(case: Case) -> Json:
    return {
        "case_id": case.id,
        "number": case.number,
        "category": case.category,
        "state": case.state,
        "building": case.building,
        "answer_by": iso(case.answer_by),
        "open": is_open(case.state),
    }


def show_case(world: World, person_id: str, wish: ShowCase) -> Answered | Refused:
    found = _own(world, person_id, wish.case_id)
    if found is None:
        return Refused("ShowCase", "not_found")
    case, grant = found
    lines: list[Json] = []
    for event, words in timeline(world, case, public_only=False):
        mine = event.actor_id == person_id
        if not event.public and not mine:
            continue
        # One resident never reads another's words, only staff's public ones and their own.
        text = words if mine or event.actor_role not in {"resident", "guest"} else ""
        lines.append({"at": iso(event.at), "event": event.event, "text": text})
    value = {
        **_line(case),
        "place": place_of(world, case) if case.reporter_id == person_id else {"building": case.building},
        "contact_by": iso(case.contact_by),
        "outcome": case.outcome,
        "party": party_of(world, case),
        "timeline": lines,
        "moves": _moves(world, case, grant),
    }
    return Answered("ShowCase", value)


def _moves(world: World, case: Case, grant: Grant) -> list[str]:
    """The moves of a resident in the words of dialogs: withdraw, confirm, reopen, note."""
    legal = legal_moves(case, _as_resident(grant).may, clock_of(world))
    named = {
        "withdraw": "withdraw" in legal or "step_back" in legal,
        "confirm": case.state == "confirming",
        "reopen": "reopen" in legal,
        "note": "note" in legal,
    }
    return [name for name, fits in named.items() if fits]


def add_note(world: World, person_id: str, wish: AddNote) -> Answered | Refused:
    """Further words. They answer an open question of the desk, and reopen what was closed because nobody answered."""
    found = _own(world, person_id, wish.case_id)
    if found is None:
        return Refused("AddNote", "not_found")
    case, grant = found
    actor = _as_resident(grant)
    asked = case.state == "need_info"
    event = "info_given" if asked else "note"
    if not is_open(case.state):
        if case.outcome != "no_response" or not wish.words:
            return Refused("AddNote", "case_closed", {"number": case.number})
        event = "reopen"
    try:
        line = move(world, case, event, actor, text=wish.words or None, media=wish.media, owner=person_id)
    except IllegalMove:
        return Refused("AddNote", "case_closed", {"number": case.number})
    if event != "note":
        desk.case_changed(world, case, line)
    desk.resident_wrote(world, case, person_id, wish.words, wish.media)
    return Answered("AddNote", {"number": case.number})


def withdraw_case(world: World, person_id: str, wish: WithdrawCase) -> Answered | Refused:
    """A danger to others, or a matter that others have joined, goes on without this resident."""
    found = _own(world, person_id, wish.case_id)
    if found is None:
        return Refused("WithdrawCase", "not_found")
    case, grant = found
    actor = _as_resident(grant)
    stays = bool(case.hazard) or case.follower_count > 0
    try:
        line = move(world, case, "step_back" if stays else "withdraw", actor)
    except IllegalMove:
        return Refused("WithdrawCase", "not_now", {"number": case.number})
    if stays:
        _leave(world, case, person_id)
    desk.case_changed(world, case, line)
    return Answered("WithdrawCase", {"number": case.number, "hazard_stays": stays})


def _leave(world: World, case: Case, person_id: str) -> None:
    """The reporter goes; the one who joined first, if any, is asked for the verdict instead."""
    rows = world.session.scalars(select(Follower).where(Follower.case_id == case.id, Follower.left_at.is_(None)).order_by(Follower.joined_at))
    heir = None
    for row in rows:
        if row.person_id == person_id:
            row.left_at, row.own = world.now, False
        elif heir is None:
            heir = row
    case.reporter_id = None
    if heir is not None:
        heir.own = True
        case.reporter_id = heir.person_id
        case.follower_count -= 1


def confirm_case(world: World, person_id: str, wish: ConfirmCase) -> Answered | Refused:
    found = _own(world, person_id, wish.case_id)
    if found is None or wish.outcome not in VERDICTS:
        return Refused("ConfirmCase", "not_found")
    case, grant = found
    actor = _as_resident(grant)
    event, needed = _verdict(case, wish)
    if not event and not wish.stars:
        return Refused("ConfirmCase", "not_now", {"number": case.number})
    standing = needed.pop("text", None)
    try:
        line = move(world, case, event or "rate", actor, text=wish.words or standing, owner=person_id, stars=wish.stars, **needed)
    except IllegalMove as illegal:
        return Refused("ConfirmCase", "not_now", {"number": case.number, "why": illegal.why})
    if wish.stars:
        _keep_stars(world, case, person_id, wish.stars)
    desk.case_changed(world, case, line)
    answer_by = iso(case.answer_by) if is_open(case.state) else None
    return Answered("ConfirmCase", {"number": case.number, "state": case.state, "answer_by": answer_by})


def _verdict(case: Case, wish: ConfirmCase) -> tuple[str, Json]:
    """The move that a verdict means now, and what the move needs beside the words; no move for stars given afterwards."""
    if wish.outcome == "solved":
        return ("solved", {}) if is_open(case.state) else ("", {})
    if is_open(case.state):
        return wish.outcome, {"reason": "words" if wish.words else "unsaid"}
    return "reopen", {"text": wish.outcome}


def _keep_stars(world: World, case: Case, person_id: str, stars: int) -> None:
    """Each resident of a case rates it for themselves; staff can't, and nothing is pre-filled."""
    row = world.session.scalar(select(Follower).where(Follower.case_id == case.id, Follower.person_id == person_id))
    if row is not None:
        row.stars = stars
