"""Living cards: one message that shows a case as it is now, with the moves that are legal now. Drawn when it is sent.

A messenger shows a card to everybody alike, so it offers what is legal for its desk; the right of whoever presses is checked
again at the press (models/access.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from handlers import card_facts, notices_knock, notices_progress
from handlers.card_buttons import card_button, standing
from handlers.dispatching import candidates
from handlers.rooms import belongs, staff_language
from handlers.world import Button, World
from models.access import Grant, capacities
from models.case import Case
from models.community import chat_of
from models.moves import clock_of, legal_moves
from models.person import find_person

Json = dict[str, Any]
Rows = tuple[tuple[Json, ...], ...]
Drawn = tuple[str, Json, Rows]

DESK = frozenset({"staff", "verifier"})
ALARM_DESK = frozenset({"duty", "staff"})
WORKING = DESK | ALARM_DESK | {"handler"}
PER_ROW = 2
"""Buttons a row: two are wide enough to be read and hit on a phone."""


def draw_card(world: World, kind: str, case_id: str, chat: str) -> Drawn:
    """The card of `kind` (case, party, alarm) for `chat` → key, data, rows of buttons as plain data."""
    if kind == notices_progress.KIND:
        return notices_progress.draw_progress(world, case_id, chat)
    if kind.startswith(f"{notices_knock.KIND}."):
        return notices_knock.draw_list(world, kind, case_id, chat)
    case = world.session.get_one(Case, case_id)
    if not belongs(world, case, chat):
        # It was raised to another desk meanwhile: nothing of it stays readable here.
        return "card.moved", {}, ()
    if chat_of(world.session, world.account, chat) is None and not _works_on(world, case, chat):
        # Dispatched elsewhere, or a role that ended: whoever had it before keeps no copy of it.
        return "card.not_yours", {"number": case.number}, ()
    return KINDS[kind](world, case, chat)


def topic_title(world: World, case_id: str) -> tuple[str, Json, str]:
    """The name of a case's forum topic: number, building and category; never a name."""
    case = world.session.get_one(Case, case_id)
    data = {"number": case.number, "building": case.building or "", "category": case.category, "kind": case.emergency}
    return "card.topic", data, staff_language(world)


def _case(world: World, case: Case, chat: str) -> Drawn:
    legal = set(legal_moves(case, DESK, clock_of(world)))
    at = standing(world, case.id)
    buttons = [card_button(world, case, chat, at, move) for move in ("accept", "take_over") if move in legal]
    if "dispatch" in legal or "accept" in legal:
        buttons += [card_button(world, case, chat, at, f"dispatch.{p.kind}", party=p.name) for p in candidates(world, case)]
    buttons += _handling(world, case, chat, at, legal)
    buttons += [card_button(world, case, chat, at, move) for move in ("verify_ok", "verify_fail", "ask_info", "reply", "decline") if move in legal]
    facts = card_facts.desk_facts(world, case)
    if facts["reporter"]["shown"] == "hidden" and case.reporter_id is not None:
        buttons.append(card_button(world, case, chat, at, "who"))
    return "card.case", facts, _rows(buttons)


def _viewer(world: World, case: Case, chat: str) -> Grant | None:
    """What the person of a private chat is to the case."""
    person = find_person(world.session, world.account, chat)
    return capacities(world.session, person.id, case, world.now) if person is not None else None


def _works_on(world: World, case: Case, chat: str) -> bool:
    viewer = _viewer(world, case, chat)
    return viewer is not None and bool(viewer.capacities & WORKING)


def _party(world: World, case: Case, chat: str) -> Drawn:
    viewer = _viewer(world, case, chat)
    assert viewer is not None, "draw_card has looked"
    legal = set(legal_moves(case, frozenset({"handler"}), clock_of(world)))
    at = standing(world, case.id)
    buttons = _handling(world, case, chat, at, legal)
    if "reply" in legal and case.signed_at is not None:
        buttons.append(card_button(world, case, chat, at, "reply"))
    return "card.party", card_facts.party_facts(world, case, viewer), _rows(buttons)


def _alarm(world: World, case: Case, chat: str) -> Drawn:
    in_group = chat_of(world.session, world.account, chat) is not None
    legal = set(legal_moves(case, ALARM_DESK, clock_of(world)))
    at = standing(world, case.id)
    buttons = [card_button(world, case, chat, at, "ack")] if "ack" in legal else []
    if "handover" in legal:
        services = world.book.settings["staff"]["handovers"]
        buttons += [card_button(world, case, chat, at, f"handover.{number}", service=number) for number in services]
    buttons += [card_button(world, case, chat, at, move) for move in ("arrived", "safe", "false_alarm", "settle") if move in legal]
    if in_group and "reply" in legal and case.acked_at is not None:
        buttons.append(card_button(world, case, chat, at, "reply"))
    return "card.alarm", card_facts.alarm_facts(world, case, exact=in_group), _rows(buttons)


def _handling(world: World, case: Case, chat: str, at: int, legal: set[str]) -> list[Button]:
    """What the lead party's people do, and staff for them."""
    buttons = [card_button(world, case, chat, at, move) for move in ("sign", "resume") if move in legal]
    if "contact" in legal and case.first_contact_at is None:
        buttons += [card_button(world, case, chat, at, f"contact.{how}", f"card.button.contact_{how}") for how in ("phone", "visit")]
    return buttons + [card_button(world, case, chat, at, move) for move in ("progress", "answer") if move in legal]


def _rows(buttons: Sequence[Button]) -> Rows:
    plain = [{name: value for name, value in vars(button).items() if value} for button in buttons]
    return tuple(tuple(plain[start : start + PER_ROW]) for start in range(0, len(plain), PER_ROW))


KINDS: dict[str, Callable[[World, Case, str], Drawn]] = {"case": _case, "party": _party, "alarm": _alarm}
