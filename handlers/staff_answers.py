"""Replies to the bot's "reply to this message …": what was asked for with a button is done with the words and pictures.

So nothing has to be remembered between the press and the reply: the message replied to says what it is for.
"""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

from sqlalchemy import select

from handlers import asking_entries, desk, resident_asked
from handlers.card_buttons import card_button, standing
from handlers.mirror import line
from handlers.rooms import Room
from handlers.staff_words import HERE, StaffWords, deliver, note, say, stamp_contact
from handlers.world import Button, World
from models.access import Grant
from models.case import Case, CaseEvent
from models.moves import IllegalMove, move
from models.scene import RULE
from models.states import NEVER_LISTED
from models.timeline import words_of

RESULTS = ("solved", "partly", "not")


def ask_here(world: World, case: Case, room: Room, purpose: str) -> None:
    """Ask for the words that a button needs; other results of an answer are one press away."""
    rows: tuple[tuple[Button, ...], ...] = ()
    if purpose in RESULTS:
        at = standing(world, case.id)
        others = [card_button(world, case, room.chat, at, f"result.{r}", f"card.button.result_{r}") for r in RESULTS if r != purpose]
        rows = (tuple(others),)
    line(world, case, room, f"staff.here.{purpose}", rows=rows, link=f"{HERE}{purpose}", number=case.number)


def use(world: World, words: StaffWords, purpose: str) -> None:
    """Do what the message replied to was for. What can't be done any more is kept as a note, and said."""
    if not words.text and purpose not in {"photo", "reply", *RESULTS}:
        line(world, words.case, words.room, "staff.words_missing", reply_to=str(words.message_id or ""))
        return
    try:
        PURPOSES[purpose](world, words)
    except IllegalMove as illegal:
        note(world, words)
        key = f"staff.illegal.{illegal.why}"
        line(world, words.case, words.room, key, reply_to=str(words.message_id or ""), state=words.case.state)


def _reply(world: World, words: StaffWords) -> None:
    say(world, words, words.case.reporter_id)


def _ask_info(world: World, words: StaffWords) -> None:
    """One concrete question; the resident's next words answer it, and the clock stands until then."""
    case = words.case
    event = move(world, case, "ask_info", words.grant.actor, text=words.text, media=words.media)
    desk.case_changed(world, case, event)
    deliver(world, words, case.reporter_id, "desk.asked", link="asked")


def _progress(world: World, words: StaffWords) -> None:
    most = world.book.settings["staff"]["progress_characters"]
    if len(words.text) > most:
        line(world, words.case, words.room, "staff.too_long", reply_to=str(words.message_id or ""), most=most)
        return
    behalf = acts_for_party(words.grant)
    event = move(world, words.case, "progress", words.grant.actor, text=words.text, media=words.media, **behalf)
    stamp_contact(world, words.case)
    desk.case_changed(world, words.case, event)
    told(world, words.case, "desk.told.progress", words=words.text)
    line(world, words.case, words.room, "staff.done.progress", reply_to=str(words.message_id or ""))


def _answer_as(result: str) -> Callable[[World, StaffWords], None]:
    def use_answer(world: World, words: StaffWords) -> None:
        if not words.text and words.album and words.case.state in {"answered", "confirming"}:
            note(world, words)
            return
        if not words.text:
            line(world, words.case, words.room, "staff.words_missing", reply_to=str(words.message_id or ""))
            return
        try:
            answer(world, words.case, words.grant, words.text, words.media, result)
        except IllegalMove as illegal:
            if illegal.why != "photo_missing":
                raise
            note(world, words, draft=result)
            rows = ((card_button(world, words.case, words.room.chat, standing(world, words.case.id), "no_photo"),),)
            line(world, words.case, words.room, "staff.here.photo", rows=rows, link=f"{HERE}photo", number=words.case.number)
            return
        _said(world, words)

    return use_answer


def _photo(world: World, words: StaffWords) -> None:
    """The picture that an answer still lacked; its words were kept as a note."""
    draft = drafted(world, words.case)
    if draft is None or not words.media:
        line(world, words.case, words.room, "staff.photo_missing", reply_to=str(words.message_id or ""))
        return
    text, result = draft
    answer(world, words.case, words.grant, words.text or text, words.media, result)
    _said(world, words)


def _verify_fail(world: World, words: StaffWords) -> None:
    event = move(world, words.case, "verify_fail", words.grant.actor, reason="words", text=words.text, media=words.media)
    desk.case_changed(world, words.case, event)
    line(world, words.case, words.room, "staff.done.verify_fail", reply_to=str(words.message_id or ""))


def _said(world: World, words: StaffWords) -> None:
    key = "staff.answer_sent" if words.case.state == "confirming" else "staff.answer_checked_first"
    line(world, words.case, words.room, key, reply_to=str(words.message_id or ""))
    asking_entries.offer_own(world, words)


def drafted(world: World, case: Case) -> tuple[str, str] | None:
    """The words and result of an answer that waits for its picture."""
    query = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.event == "note").order_by(CaseEvent.seq.desc())
    draft = next((event for event in world.session.scalars(query) if event.data.get("draft")), None)
    return (words_of(world, draft), str(draft.data["draft"])) if draft is not None else None


def answer(
    world: World, case: Case, grant: Grant, text: str, media: tuple[str, ...], result: str, *, no_photo: bool = False
) -> None:
    """The party's answer with its result; then either somebody checks it, or the resident is asked. Raises IllegalMove."""
    behalf = acts_for_party(grant)
    event = move(world, case, "answer", grant.actor, text=text, media=media, result=result, no_photo=no_photo, **behalf)
    stamp_contact(world, case)
    if not must_be_checked(world, case, grant):
        event = move(world, case, "verify_skip", RULE)
    desk.case_changed(world, case, event)
    if case.state == "confirming":
        resident_asked.ask(world, case)


def must_be_checked(world: World, case: Case, grant: Grant) -> bool:
    """Every hazard and urgent matter; of the other answers of a party a share that its people can't foresee (domain.md 3.4)."""
    rules = world.book.settings["staff"]
    if case.hazard or case.sla in rules["checked_classes"]:
        return True
    if "staff" in grant.capacities:
        return False
    return crc32(case.id.encode()) % 100 < int(rules["checked_percent"])


def acts_for_party(grant: Grant) -> dict[str, bool]:
    """Staff who act for a party ("by phone with …"): stored so."""
    return {} if "handler" in grant.capacities else {"on_behalf": True}


def told(world: World, case: Case, key: str, **data: object) -> None:
    """Tell the case's residents of a step, unless they are at risk: such a person gets no notice of the service (script 7)."""
    if case.emergency not in NEVER_LISTED:
        desk.tell_followers(world, case, key, dict(data))


PURPOSES: dict[str, Callable[[World, StaffWords], None]] = {
    "reply": _reply,
    "ask_info": _ask_info,
    "progress": _progress,
    "photo": _photo,
    "verify_fail": _verify_fail,
    "entry": asking_entries.describe,
    **{result: _answer_as(result) for result in RESULTS},
}
