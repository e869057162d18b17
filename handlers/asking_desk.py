"""The desk's side of a question: the best passages under its card, each one press away from being the answer.

A quoted clause is an answer like any other: the case takes the usual way (taken over, answered, the resident is asked), and the
resident reads whose words it is and from when.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dialogs.policy_quote import excerpt
from handlers import asking_entries, asking_files
from handlers.asking_buttons import PREFIX, QUOTE, DeskPress, desk_button, read_desk_press
from handlers.contexts import community_facts, who_is
from handlers.dispatching import own_desk
from handlers.inbound import Inbound, Tap
from handlers.knowledge import quote
from handlers.post import post
from handlers.rooms import Room, rooms_of, staff_language
from handlers.world import Json, Letter, World
from models.access import NotAllowed, may
from models.case import Case
from models.moves import IllegalMove, move
from models.search import Finding

TAKEN_FROM = frozenset({"submitted", "accepted"})


def offer_passages(world: World, case: Case, question: str, ids: Sequence[int], reason: str) -> None:
    """Show the best passages in the case's own place, with buttons that quote them. Raises NoDesk."""
    findings = [found for found in (quote(world, number) for number in ids) if found is not None]
    limit = int(world.book.settings["asking"]["quote_characters"])
    shown = [{**facts_of(found, _today(world)), "quote": excerpt(found.text, question, limit)} for found in findings]
    for room in rooms_of(world, case):
        rows = tuple(
            (desk_button(world, room.chat, QUOTE, case.id, str(found.id), key="policy_desk.button.quote", n=n, title=found.title),)
            for n, found in enumerate(findings, 1)
            if not shown[n - 1]["over"]
        )
        # Behind the resident's own words, in their lane: the staff lane would overtake the card.
        letter = Letter(
            chat=room.chat, key="policy_desk.passages", data={"passages": shown, "reason": reason}, rows=rows, language=room.language,
            topic=case.id if room.topics else "", lane="words", priority=43, weight="receipt", case_id=case.id, link="card",
        )  # fmt: skip
        post(world, letter)


def facts_of(found: Finding, day: date) -> Json:
    """Title, section, source and dates as texts want them; `over`: it may not be quoted any more."""
    over = bool(found.replaced_by) or (found.valid_until is not None and found.valid_until < day)
    return {
        "title": found.title,
        "section": found.section,
        "source": found.source,
        "issued": found.issued.isoformat() if found.issued else "",
        "valid_until": found.valid_until.isoformat() if found.valid_until else "",
        "over": over,
    }


def _today(world: World) -> date:
    return world.now.astimezone(community_facts(world)[2]).date()


def is_desk_press(data: str) -> bool:
    return data.startswith(PREFIX)


def on_tap(world: World, inbound: Inbound, person_id: str, data: str) -> None:
    """A button of this file or its neighbours was pressed in a staff chat. The press is answered with a toast in any case."""
    press = read_desk_press(world, data, inbound.chat)
    values: Json = {}
    try:
        if press is None:
            key = "staff.toast.not_valid"
        elif inbound.hidden:
            key = "staff.toast.hidden"
        else:
            key, values = _carry_out(world, inbound, person_id, press)
    except NotAllowed as refused:
        key = f"staff.refused.{refused.key}"
    except IllegalMove as illegal:
        key, values = f"staff.illegal.{illegal.why}", {"state": illegal.state}
    if isinstance(inbound.body, Tap):
        answer = {"do": "answer", "tap": inbound.body.tap_id, "key": key, "data": values, "alert": not key.startswith("policy_desk.done")}
        world.ephemeral.append({**answer, "language": staff_language(world)})


def _carry_out(world: World, inbound: Inbound, person_id: str, press: DeskPress) -> tuple[str, Json]:
    if press.act == QUOTE:
        return _quote(world, inbound, person_id, press)
    if press.act in asking_entries.ACTS:
        return asking_entries.press(world, inbound, person_id, press)
    return asking_files.press(world, inbound, person_id, press)


def _quote(world: World, inbound: Inbound, person_id: str, press: DeskPress) -> tuple[str, Json]:
    """The clause is the answer. Raises NotAllowed, IllegalMove."""
    from handlers.staff_answers import answer  # it imports asking_entries, which is this file's neighbour

    case = world.session.get(Case, press.subject, populate_existing=True)
    found = quote(world, int(press.choice)) if press.choice.isdigit() else None
    if case is None or found is None:
        return "policy_desk.toast.gone", {}
    grant = may(world.session, person_id, "answer", case, world.now)
    if facts_of(found, _today(world))["over"]:
        return "policy_desk.toast.over", {}
    if case.state in TAKEN_FROM:
        own = own_desk(world, case)
        move(world, case, "take_over", grant.actor, party_id=own.id if own is not None else "")
    answer(world, case, grant, _as_words(world, case, found), (), "solved")
    room = Room(inbound.chat, not inbound.private, staff_language(world))
    asking_entries.propose_quoted(world, case, grant, room, found)
    return "policy_desk.done.quoted", {}


def _as_words(world: World, case: Case, found: Finding) -> str:
    """The clause with its source and dates, in the resident's language."""
    language = who_is(world, case.reporter_id).language if case.reporter_id else staff_language(world)
    limit = int(world.book.settings["asking"]["quote_characters_desk"])
    facts = {**facts_of(found, _today(world)), "as_of": _today(world).isoformat()}
    quoted = excerpt(found.text, asking_entries.question_of(world, case), limit)
    return str(world.book.labels("policy_desk.quoted", {**facts, "quote": quoted}, language))
