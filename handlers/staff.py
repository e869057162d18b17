"""The door of staff: messages in the staff chats, replies in private chats, and presses of card buttons from anywhere.

Being in a staff chat gives no right: each act is checked through models/access.py for the person who acts. Anonymous admins and
channel identities carry no right at all, because nobody knows who speaks.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs.emergency import detect
from dialogs.understand import command
from handlers import asking_desk, asking_files, staff_answers, staff_moves, staff_words
from handlers.card_buttons import read_press, standing
from handlers.contexts import who_is
from handlers.inbound import Edit, Inbound, Media, Other, Phone, Spot, Tap, Words
from handlers.mirror import MIRRORED
from handlers.own_words import open_question, resident_replied
from handlers.post import post
from handlers.redraw import redraw
from handlers.resident_asked import VERDICTS, on_verdict
from handlers.rooms import Room, staff_language
from handlers.staff_linked import Linked, find_linked
from handlers.turn import load_talk
from handlers.world import Letter, World
from models.access import Grant, NotAllowed, may
from models.case import Case
from models.moves import IllegalMove

STAFF_SIDE = frozenset({"card", "note"})
"""What staff and handlers reply to in their private chats; every other link there is a resident's."""


def on_message(world: World, inbound: Inbound, person_id: str) -> None:
    """Something was written in a staff chat."""
    body = inbound.body
    if isinstance(body, Tap):
        if asking_desk.is_desk_press(body.data):
            asking_desk.on_tap(world, inbound, person_id, body.data)
        else:
            _toast(world, inbound, "staff.toast.over")
        return
    if not isinstance(body, Words | Media | Spot | Edit | Other | Phone):
        return
    if inbound.hidden:
        _hint(world, inbound, "staff.hint.hidden", inbound.chat)
        return
    linked = find_linked(world, inbound)
    if isinstance(body, Other | Phone):
        if linked is not None and _goes_out(linked):
            _hint(world, inbound, "staff.hint.not_carried", str(inbound.message_id))
        return
    if linked is None:
        if not isinstance(body, Edit) and not asking_files.on_document(world, inbound, person_id):
            _hint(world, inbound, "staff.hint.no_case", inbound.chat)
        return
    _take(world, inbound, person_id, linked)


def on_private(world: World, inbound: Inbound, person_id: str) -> bool:
    """A private message that belongs to a case already: a reply to staff or to a mirrored message, or the answer to a question
    of the desk. Says whether it was taken; everything else is for the dialogs."""
    if not isinstance(inbound.body, Words | Media):
        return False
    linked = find_linked(world, inbound)
    if linked is not None and (linked.kind in STAFF_SIDE or _goes_out(linked)):
        _take(world, inbound, person_id, linked)
        return True
    talk = None
    if linked is None:
        question = open_question(world, person_id)
        if question is None:
            return False
        talk = load_talk(world, inbound.chat, inbound.actor, person_id)
        if talk.stack or command(inbound.text, world.book.lexicon) is not None:
            return False
        linked = Linked(question, "asked", None)
    # Danger first: such words go the way of an alarm, and so does everything while one is open.
    if detect(inbound.text, world.book.emergency) is not None:
        return False
    talk = talk or load_talk(world, inbound.chat, inbound.actor, person_id)
    if talk.stack and talk.stack[-1].dialog == "alarm":
        return False
    return resident_replied(world, inbound, person_id, linked.case)


def on_tap(world: World, inbound: Inbound, person_id: str, data: str) -> None:
    """A card button was pressed. The press is answered with a toast in any case."""
    language = _language(world, inbound, person_id)

    def toast(key: str, *, alert: bool = True, **data: object) -> None:
        _toast(world, inbound, key, language=language, alert=alert, **data)

    press = read_press(world, data, inbound.chat)
    case = world.session.get(Case, press.case_id, populate_existing=True) if press is not None else None
    if press is None or case is None:
        toast("staff.toast.not_valid")
        return
    if inbound.hidden:
        toast("staff.toast.hidden")
        return
    fresh = press.standing == standing(world, case.id)
    if press.word in VERDICTS:
        on_verdict(world, inbound, person_id, case, press.word, fresh=fresh)
        return
    try:
        grant = may(world.session, person_id, staff_moves.right_for(press.word), case, world.now)
    except NotAllowed as refused:
        toast(f"staff.refused.{refused.key}")
        return
    if not fresh:
        redraw(world, case.id, inbound.chat)
        toast("staff.toast.stale", state=case.state)
        return
    room = Room(inbound.chat, not inbound.private, language)
    try:
        key, values = staff_moves.press(world, case, grant, press, room)
    except IllegalMove as illegal:
        redraw(world, case.id, inbound.chat)
        toast(f"staff.illegal.{illegal.why}", state=case.state)
        return
    toast(key, alert=key.startswith("staff.who"), **values)


def _take(world: World, inbound: Inbound, person_id: str, linked: Linked) -> None:
    """Words of somebody who may work on this case, in the place of the case."""
    language = _language(world, inbound, person_id)
    room = Room(inbound.chat, not inbound.private, language)
    try:
        grant = may(world.session, person_id, "note", linked.case, world.now)
    except NotAllowed as refused:
        _hint(world, inbound, f"staff.refused.{refused.key}", f"{inbound.chat}:{person_id}")
        return
    words = _read(world, inbound, grant, linked.case, room)
    if isinstance(inbound.body, Edit):
        staff_words.correct(world, words)
    elif linked.kind.startswith(staff_words.HERE):
        staff_answers.use(world, words, linked.kind.removeprefix(staff_words.HERE))
    elif linked.kind == MIRRORED:
        staff_words.say(world, words, linked.person_id or linked.case.reporter_id)
    elif (marked := staff_words.after_mark(world, words.text)) is not None:
        staff_words.say(world, replace(words, text=marked), linked.case.reporter_id)
    else:
        staff_words.note(world, words)


def _read(world: World, inbound: Inbound, grant: Grant, case: Case, room: Room) -> staff_words.StaffWords:
    body = inbound.body
    text = f"{body.latitude}, {body.longitude}" if isinstance(body, Spot) else inbound.text.strip()
    media: tuple[str, ...] = ()
    album = ""
    if isinstance(body, Media):
        from handlers.receive import keep_media  # receive imports this file

        media, album = (keep_media(world, inbound, body, grant.person_id),), body.album
    return staff_words.StaffWords(case, grant, room, inbound.message_id, text, media, album)


def _goes_out(linked: Linked) -> bool:
    """Whether a reply to this message is meant for somebody outside the desk."""
    return linked.kind == MIRRORED or linked.kind.startswith(staff_words.HERE)


def _language(world: World, inbound: Inbound, person_id: str) -> str:
    return who_is(world, person_id).language if inbound.private else staff_language(world)


def _toast(world: World, inbound: Inbound, key: str, *, language: str = "", alert: bool = False, **data: object) -> None:
    if isinstance(inbound.body, Tap):
        answer = {"do": "answer", "tap": inbound.body.tap_id, "key": key, "data": data, "alert": alert}
        world.ephemeral.append({**answer, "language": language or staff_language(world)})


def _hint(world: World, inbound: Inbound, key: str, whom: str) -> None:
    """Say a helpful line, at most once in some minutes: a lively chat is not to be answered line by line."""
    minutes = world.book.settings["staff"]["hint_minutes"]
    window = int(world.now.timestamp() // (60 * minutes))
    letter = Letter(
        chat=inbound.chat, key=key, language=staff_language(world), lane="staff", priority=40, weight="reminder",
        reply_to=str(inbound.message_id or ""),
    )  # fmt: skip
    post(world, letter, key=f"hint:{key}:{whom}:{window}")
