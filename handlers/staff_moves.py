"""What a press of a card button does: one small function for each, in one table. The right to it has been checked.

Each returns the toast that the presser sees. An illegal move raises IllegalMove and nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers import desk, resident_asked
from handlers.card_buttons import Press, card_button, standing
from handlers.dispatching import candidates, own_desk, tell_party
from handlers.mirror import line
from handlers.rooms import Room
from handlers.staff_answers import acts_for_party, answer, ask_here, drafted, told
from handlers.world import World
from models.access import SEE, Grant
from models.case import Case
from models.moves import IllegalMove, move
from models.reporter import place_of, reporter_view

Toast = tuple[str, dict[str, Any]]
Act = Callable[[World, Case, Grant, Press, Room], Toast]

ASKS = {"reply": "reply", "ask_info": "ask_info", "progress": "progress", "verify_fail": "verify_fail", "answer": "solved"}
"""Buttons that need words: what the reply is then used for."""

RIGHTS = {"who": SEE, "result": "answer", "no_photo": "answer"}
"""Buttons whose right is not that of a move of the same name."""


def right_for(word: str) -> str:
    """The act that the presser needs the right to."""
    return RIGHTS.get(word, word)


def press(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    """Carry out a press → the toast's key and data. Raises IllegalMove."""
    if pressed.word in ASKS:
        ask_here(world, case, room, ASKS[pressed.word])
        return "staff.toast.reply_here", {}
    act = ACTS.get(pressed.word)
    if act is None:
        raise IllegalMove(pressed.word, case.state, "no_such_move")
    return act(world, case, grant, pressed, room)


def _result(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    ask_here(world, case, room, pressed.choice)
    return "staff.toast.reply_here", {}


def _simple(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    desk.case_changed(world, case, move(world, case, pressed.word, grant.actor))
    return f"staff.done.{pressed.word}", {}


def _accept(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    desk.case_changed(world, case, move(world, case, "accept", grant.actor))
    told(world, case, "desk.told.accept", answer_by=_promise(case))
    return "staff.done.accept", {}


def _take_over(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    own = own_desk(world, case)
    if own is None:
        raise IllegalMove("take_over", case.state, "unknown_party")
    desk.case_changed(world, case, move(world, case, "take_over", grant.actor, party_id=own.id))
    told(world, case, "desk.told.take_over", party=own.name, answer_by=_promise(case))
    return "staff.done.take_over", {}


def _dispatch(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    """Accepting and dispatching may be one press, in one transaction."""
    party = next((p for p in candidates(world, case) if p.kind == pressed.choice), None)
    if party is None:
        raise IllegalMove("dispatch", case.state, "unknown_party")
    if case.state == "submitted":
        move(world, case, "accept", grant.actor)
    event = move(world, case, "dispatch", grant.actor, party_id=party.id)
    desk.case_changed(world, case, event)
    tell_party(world, case, party)
    told(world, case, "desk.told.dispatch", party=party.name, answer_by=_promise(case))
    return "staff.done.dispatch", {"party": party.name}


def _sign(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    desk.case_changed(world, case, move(world, case, pressed.word, grant.actor, **acts_for_party(grant)))
    return f"staff.done.{pressed.word}", {}


def _contact(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    """Contact proof: how, when, by whom; staff may say it for a party."""
    desk.case_changed(world, case, move(world, case, "contact", grant.actor, how=pressed.choice, **acts_for_party(grant)))
    return "staff.done.contact", {}


def _verify_ok(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    desk.case_changed(world, case, move(world, case, "verify_ok", grant.actor))
    resident_asked.ask(world, case)
    return "staff.done.verify_ok", {}


def _no_photo(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    draft = drafted(world, case)
    if draft is None:
        raise IllegalMove("answer", case.state, "missing")
    answer(world, case, grant, draft[0], (), draft[1], no_photo=True)
    return "staff.done.answer", {}


def _who(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    """Who reported it and where exactly, to this person alone; the look was noted in the audit."""
    view = reporter_view(world, case, grant)
    data = {"name": view.get("name", ""), "home": view.get("home"), "phone": view.get("phone", ""), "place": place_of(world, case)}
    return "staff.who", data


def _ack(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    desk.case_changed(world, case, move(world, case, "ack", grant.actor))
    told(world, case, "desk.told.ack")
    return "staff.done.ack", {}


def _handover(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    desk.case_changed(world, case, move(world, case, "handover", grant.actor, to=pressed.choice))
    return "staff.done.handover", {"service": pressed.choice}


def _decline(world: World, case: Case, grant: Grant, pressed: Press, room: Room) -> Toast:
    """First which reason, then the resident is told it and whom to turn to: nobody is sent away without an address."""
    reasons = list(world.book.sla["decline_reasons"].items())
    if not pressed.choice:
        at = standing(world, case.id)
        buttons = [replace(card_button(world, case, room.chat, at, f"decline.{n}"), literal=row[room.language]) for n, (_, row) in enumerate(reasons)]
        line(world, case, room, "staff.here.decline", rows=tuple((button,) for button in buttons), number=case.number)
        return "staff.toast.choose", {}
    code, row = reasons[int(pressed.choice)]
    referral = {"zh": row["refer_zh"], "en": row["refer_en"]}
    event = move(world, case, "decline", grant.actor, reason=code, text=referral[room.language])
    desk.case_changed(world, case, event)
    told(world, case, "desk.told.decline", reason={"zh": row["zh"], "en": row["en"]}, referral=referral)
    return "staff.done.decline", {}


def _promise(case: Case) -> str:
    return case.answer_by.isoformat() if case.answer_by is not None else ""


ACTS: dict[str, Act] = {
    "accept": _accept,
    "take_over": _take_over,
    "dispatch": _dispatch,
    "sign": _sign,
    "resume": _sign,
    "contact": _contact,
    "result": _result,
    "no_photo": _no_photo,
    "verify_ok": _verify_ok,
    "who": _who,
    "decline": _decline,
    "ack": _ack,
    "handover": _handover,
    "arrived": _simple,
    "safe": _simple,
    "false_alarm": _simple,
    "settle": _simple,
}
