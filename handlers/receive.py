"""Where every stored event enters: drop what is nobody's, find the person, look for danger, send it to dialog, staff room or group.

The order is fixed (domain.md 3.5): danger, then words that work at any time, then the open dialog.
"""

from __future__ import annotations

from sqlalchemy import select, update

from dialogs.alarm import hears
from dialogs.emergency import Finding, detect
from dialogs.understand import command
from dialogs.words import Chose, Commanded, ContactSent, Event, Hazarded, MediaSent, Opened, PlaceSent, Said, Toast, Woke
from handlers import groups, notices_acts, notices_entry, prompts, staff
from handlers.alarm_numbers import Danger, show_numbers
from handlers.contexts import context_for, who_is
from handlers.inbound import Command, Edit, Inbound, Media, Other, Phone, Reach, Spot, Start, Tap, Tick, Words
from handlers.meeting import meet, reachable, take_invite
from handlers.turn import Talk, load_talk, run, save_talk, speak
from handlers.world import World
from models.claims import LIMITER
from models.community import chat_of
from models.journal import Conversation
from models.media import Media as MediaRow
from models.person import Known, Person

STAFF_KINDS = frozenset({"mc", "mc-s"})
CARD_DATA, PROMPT_DATA, NOTICE_DATA = "c:", "p:", "n:"
ANYTIME_COMMANDS = {"menu": "menu", "cancel": "cancel", "help": "menu", "cases": "progress", "human": "human", "back": "back"}
OPENED_COMMANDS = {"privacy": "privacy", "lang": "lang", "language": "lang", "home": "bind"}


def receive(world: World, inbound: Inbound, *, urgent: bool = False) -> None:
    """Handle one event. Everything it leads to is written in the caller's transaction."""
    if isinstance(inbound.body, Tick):
        _tick(world, inbound, inbound.body)
        return
    if not inbound.chat or not inbound.actor:
        return
    if isinstance(inbound.body, Reach):
        reachable(world, inbound, inbound.body)
        return
    person = meet(world, inbound)
    if isinstance(inbound.body, Tap) and inbound.body.data.startswith(CARD_DATA):
        staff.on_tap(world, inbound, person.id, inbound.body.data)
        return
    if isinstance(inbound.body, Tap) and inbound.body.data.startswith(NOTICE_DATA):
        notices_acts.on_tap(world, inbound, person.id, inbound.body.data)
        return
    if inbound.private:
        _private(world, inbound, person, urgent)
        return
    room = chat_of(world.session, world.account, inbound.chat)
    if isinstance(inbound.body, Command) and inbound.body.name == "bind":
        groups.bind(world, inbound, person.id)
    elif room is not None and room.kind in STAFF_KINDS:
        staff.on_message(world, inbound, person.id)
    elif not notices_entry.on_group(world, inbound, person, room):
        groups.on_message(world, inbound, person, room)


def _tick(world: World, inbound: Inbound, tick: Tick) -> None:
    """A timer: a stale one (the conversation went on meanwhile) is ignored."""
    row = world.session.get(Conversation, tick.conversation_id)
    if row is None or row.version != tick.version or row.wake_kind != tick.kind:
        return
    world.session.execute(
        update(Conversation)
        .where(Conversation.id == row.id)
        .values(wake_at=None, wake_kind=None)
        .execution_options(synchronize_session=False)
    )
    row.wake_at, row.wake_kind = None, None
    talk = Talk(world, row)
    _turn(world, talk, Woke(tick.kind), met=True)


def _private(world: World, inbound: Inbound, person: Known, urgent: bool) -> None:
    _clear_unreachable(world, inbound, person)
    if staff.on_private(world, inbound, person.id):
        return
    talk = load_talk(world, inbound.chat, inbound.actor, person.id)
    met = talk.row.version > 0
    tap_id = inbound.body.tap_id if isinstance(inbound.body, Tap) else ""
    begins = notices_entry.opening(world, inbound, person.id, talk.stack[-1].dialog if talk.stack else "")
    event = begins[0] if begins is not None else _event(world, inbound, talk, person)
    if event is None:
        _over(world, talk, person, tap_id)
        return
    if isinstance(inbound.body, Start) and inbound.body.payload and take_invite(world, inbound, person, inbound.body.payload):
        save_talk(world, talk)
        return
    finding = _danger(world, inbound, talk, urgent)
    if finding is not None:
        in_alarm = _in_alarm(talk)
        if in_alarm and not finding.check and isinstance(event, Said):
            # Another danger while one is open: the alarm must hear which, not only the words.
            event = Hazarded(finding.kind, inbound.text, True)
        opening = None if in_alarm else ("alarm", _alarm_draft(finding, inbound.text))
        _turn(world, talk, event, met=met, opening=opening, tap_id=tap_id)
        return
    _turn(world, talk, event, met=met, opening=begins[1] if begins is not None else None, tap_id=tap_id)


def take_turn(
    world: World, talk: Talk, event: Event, *, opening: tuple[str, dict[str, object]] | None = None, tap_id: str = ""
) -> None:
    """A turn of a conversation in a work chat."""
    _turn(world, talk, event, met=True, opening=opening, tap_id=tap_id)


def _turn(
    world: World, talk: Talk, event: Event, *, met: bool, opening: tuple[str, dict[str, object]] | None = None, tap_id: str = ""
) -> None:
    ctx = context_for(world, talk.row.person_id, met)
    said = run(world, talk, event, ctx, opening)
    now_is = who_is(world, talk.row.person_id)
    speak(world, talk, said, now_is.language, now_is.elder, tap_id)
    save_talk(world, talk)


def _over(world: World, talk: Talk, person: Known, tap_id: str) -> None:
    """A tap on a question that is over: say so over the button, and repeat the one that stands."""
    who = who_is(world, person.id)
    said: list[object] = [Toast("service.question_over")]
    if talk.stack:
        from dialogs import DIALOGS, kernel

        said.extend(kernel.resume(DIALOGS, talk.stack, context_for(world, person.id, True)).says)
    speak(world, talk, said, who.language, who.elder, tap_id)  # type: ignore[arg-type]
    save_talk(world, talk)


def _in_alarm(talk: Talk) -> bool:
    """An alarm is open and hears new dangers itself; a resting one does not."""
    return bool(talk.stack) and hears(talk.stack[-1])


def _alarm_draft(finding: Finding, text: str) -> dict[str, object]:
    return {"kind": finding.kind, "check": finding.check, "inform": finding.inform, "text": text, "shown": True, "group": False}


def _danger(world: World, inbound: Inbound, talk: Talk, urgent: bool) -> Finding | None:
    """The danger in this message, or in the fragments of the last minute taken together (then its numbers are shown now)."""
    text = inbound.text
    if not text or isinstance(inbound.body, Edit):
        return None
    joined = talk.remember(text, world.now)
    alone = detect(text, world.book.emergency)
    if alone is not None:
        return alone
    together = detect(joined, world.book.emergency) if joined != text and not _in_alarm(talk) else None
    # A check that was answered a moment ago is still among the last minute's words: it must not be asked again.
    if together is None or together.check:
        return None
    earlier = detect(joined.removesuffix(text).strip(), world.book.emergency)
    if earlier is not None:
        return None
    who = who_is(world, talk.row.person_id)
    show_numbers(world, Danger(together, who.language), inbound.chat, inbound.private)
    return together


def _event(world: World, inbound: Inbound, talk: Talk, person: Known) -> Event | None:
    """The channel's event as a dialog hears it; None for a tap whose question is over."""
    body = inbound.body
    match body:
        case Tap():
            resolved = prompts.resolve_tap(world, talk.row.id, body.data)
            return None if resolved.value is None else Chose(resolved.value)
        case Words():
            language = person.language or "zh"
            value = prompts.resolve_words(world, talk.row.id, body.text, language)
            if value is not None:
                return Chose(value)
            name = command(body.text, world.book.lexicon)
            return Commanded(name, body.text) if name is not None and name in ANYTIME_COMMANDS.values() else Said(body.text)
        case Command():
            return _slash(body)
        case Start():
            return Opened(body.payload)
        case Media():
            return MediaSent(body.kind, keep_media(world, inbound, body, person.id), body.caption, body.seconds)
        case Spot():
            return PlaceSent(body.latitude, body.longitude)
        case Phone():
            return ContactSent(body.number)
        case Edit():
            return Said(body.text)
    return Opened(f"unknown:{body.kind}") if isinstance(body, Other) else Opened("")


def _slash(body: Command) -> Event:
    if body.name in ANYTIME_COMMANDS:
        return Commanded(ANYTIME_COMMANDS[body.name], f"/{body.name}")
    if body.name in OPENED_COMMANDS:
        return Opened(OPENED_COMMANDS[body.name])
    return Said(body.rest) if body.rest else Opened("")


def keep_media(world: World, inbound: Inbound, body: Media, person_id: str) -> str:
    """Store the reference of a picture, voice or file; bot/media.py fetches it after the commit."""
    row_id = world.new_id()
    name = world.ring.seal(world.session, person_id, "media:name", row_id, body.name) if body.name else None
    world.session.add(
        MediaRow(
            id=row_id, community_id=world.community_id, account=world.account, person_id=person_id, kind=body.kind, channel_ref=body.ref[:200],
            channel_unique=body.unique[:96], mime=body.mime[:80], size=body.size, seconds=body.seconds, name=name, created_at=world.now,
        )
    )  # fmt: skip
    world.session.flush()
    world.ephemeral.append({"do": "fetch"})
    return row_id


def _clear_unreachable(world: World, inbound: Inbound, person: Known) -> None:
    """Whoever writes can be reached again."""
    if not person.blocked:
        return
    world.session.execute(update(Person).where(Person.id == person.id).values(blocked=False))
    scope = f"chat:{inbound.chat}"
    known = select(LIMITER.c.scope).where(LIMITER.c.account == world.account, LIMITER.c.scope == scope)
    if world.session.execute(known).first() is not None:
        world.session.execute(update(LIMITER).where(LIMITER.c.account == world.account, LIMITER.c.scope == scope).values(unreachable=None))
