"""Where a notice begins: “/通知 …” or “通知 …” of somebody who may write notices, in private or in the grid's work chat.

Residents' words are never taken for a notice, and in a work chat nothing but the author's own draft hears what is said.
"""

from __future__ import annotations

import re
from datetime import timedelta

from dialogs.emergency import detect
from dialogs.notice_lint import half_width
from dialogs.notice_read import opens, read_notice
from dialogs.words import Chose, Event, MediaSent, Opened, Said
from handlers import prompts
from handlers.contexts import community_facts, who_is
from handlers.inbound import Command, Inbound, Media, Tap, Words
from handlers.notices_asides import about_notice
from handlers.notices_block import on_linkage
from handlers.notices_change import correction, latest_own
from handlers.notices_rights import composing
from handlers.world import World
from models.community import Chat
from models.person import Known
from models.role import roles_of

COMMANDS = ("通知", "notice")
ACCESS_COMMANDS = ("准入", "access")
WORK_CHATS = ("gw",)
Opening = tuple[Event, tuple[str, dict[str, object]]]


def opening(world: World, inbound: Inbound, person_id: str, top: str = "") -> Opening | None:
    """The event and the dialog it opens, None where this is no beginning of a notice. `top`: the dialog that hears now."""
    body = inbound.body
    if isinstance(body, Command) and body.name.startswith(COMMANDS):
        rest = opens(f"/{body.name} {body.rest}", world.book.settings["notice_lexicon"])
        return (Said(rest) if rest else Opened("")), ("notice", {})
    if isinstance(body, Command) and body.name in ACCESS_COMMANDS:
        return Opened(""), ("access", {})
    if (about := about_notice(world, inbound)) is not None:
        return about
    if not isinstance(body, Words | Media) or inbound.hidden or top in ("notice", "alarm"):
        return None
    text = body.text if isinstance(body, Words) else body.caption
    if not text or not composing(world, person_id):
        return None
    if not _is_notice(world, text):
        return _correction(world, person_id, text)
    if isinstance(body, Media):
        from handlers.receive import keep_media  # receive imports this file

        return MediaSent(body.kind, keep_media(world, inbound, body, person_id), text, body.seconds), ("notice", {})
    return Said(text), ("notice", {})


def _correction(world: World, person_id: str, text: str) -> Opening | None:
    """“水务说改到后天” of an author whose notice is out: its correction is begun, nothing is sent before the preview."""
    data = world.book.settings["notices"]
    if re.search(data["correct"]["pattern"], half_width(text)) is None:
        return None
    notice = latest_own(world, person_id)
    if notice is None or notice.started_at is None or world.now - notice.started_at > timedelta(hours=data["limits"]["correct_hours"]):
        return None
    return Said(text), ("notice", correction(world, notice))


def _is_notice(world: World, text: str) -> bool:
    """The word that opens one, then a pause, or something that reads like a notice: “通知栏坏了” is none."""
    lex = world.book.settings["notice_lexicon"]
    rest = opens(text, lex)
    if rest is None:
        return False
    head = lex.fold(text)[: len(text) - len(rest)] if rest else text
    if text.lstrip().startswith("/") or not rest or head != head.rstrip(" :,"):
        return True
    places, _, zone, _ = community_facts(world)
    read = read_notice(rest, lex, places, world.now.astimezone(zone))
    return bool(read.template) and (read.houses.said or read.day is not None)


def on_group(world: World, inbound: Inbound, person: Known, room: Chat | None) -> bool:
    """A message in a work chat or the linkage chat. Says whether it was taken here."""
    if room is None or (inbound.text and detect(inbound.text, world.book.emergency) is not None):
        return False
    if room.kind == "lc" and on_linkage(world, inbound, person.id):
        return True
    if room.kind not in WORK_CHATS or inbound.hidden:
        return False
    from handlers.turn import load_talk

    body = inbound.body
    begins = opening(world, inbound, person.id)
    if not isinstance(body, Tap | Words | Media | Command) or not (begins or roles_of(world.session, person.id, world.now)):
        return False
    if isinstance(body, Command) and begins is None:
        return False
    talk = load_talk(world, inbound.chat, inbound.actor, person.id)
    draft = bool(talk.stack) and talk.stack[-1].dialog == "notice"
    if begins is None and not draft:
        return False
    event, opens_dialog = begins if begins is not None else (_follow_up(world, inbound, talk.row.id, person, _fresh(world, talk.row)), None)
    if event is None:
        return False
    if draft and opens_dialog is not None:
        opens_dialog = None
    from handlers.receive import take_turn

    tap_id = body.tap_id if isinstance(body, Tap) else ""
    take_turn(world, talk, event, opening=opens_dialog, tap_id=tap_id)
    return True


def _fresh(world: World, row: object) -> bool:
    """Whether the draft was touched a little while ago: its timer says when it will lapse."""
    limits = world.book.settings["notices"]["limits"]
    wake_at = getattr(row, "wake_at", None)
    if wake_at is None:
        return False
    touched = wake_at - timedelta(seconds=limits["draft_seconds"])
    return bool(world.now - touched <= timedelta(seconds=limits["group_seconds"]))


def _follow_up(world: World, inbound: Inbound, conversation: str, person: Known, fresh: bool) -> Event | None:
    """What an author says about the own draft in a work chat: taps, labels, replies, and words while the draft is fresh."""
    body = inbound.body
    if isinstance(body, Tap):
        resolved = prompts.resolve_tap(world, conversation, body.data)
        return Chose(resolved.value) if resolved.value is not None else None
    if isinstance(body, Words):
        value = prompts.resolve_words(world, conversation, body.text, who_is(world, person.id).language)
        if value is not None:
            return Chose(value)
        return Said(body.text) if fresh or inbound.reply_to is not None else None
    if isinstance(body, Media) and (fresh or inbound.reply_to is not None):
        from handlers.receive import keep_media

        return MediaSent(body.kind, keep_media(world, inbound, body, person.id), body.caption, body.seconds)
    return None
