"""Danger found at intake: which it is, and the numbers, queued before anything else may fail or wait (design.md law 7)."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.emergency import Finding, detect
from handlers.contexts import community_facts
from handlers.post import post
from handlers.world import Letter, World
from models.community import chat_of
from models.person import find_person

STAFF_ROOMS = frozenset({"mc", "mc-s", "lc"})
"""There people talk about dangers all day; what they write is no call for help."""

GROUP_PRIORITY, OWN_PRIORITY = 95, 99


@dataclass(frozen=True)
class Danger:
    """A finding in one message, and the language of its writer."""

    finding: Finding
    language: str


def find_danger(world: World, chat: str, private: bool, actor: str, text: str) -> Danger | None:
    """Whether this message tells of a danger. Staff rooms are not searched."""
    finding = detect(text, world.book.emergency)
    if finding is None:
        return None
    if not private:
        room = chat_of(world.session, world.account, chat)
        if room is not None and room.kind in STAFF_ROOMS:
            return None
    person = find_person(world.session, world.account, actor)
    return Danger(finding, person.language or "" if person is not None else "")


def show_numbers(world: World, danger: Danger, chat: str, private: bool, told_language: str = "") -> None:
    """Queue the numbers of this danger for the chat it was written in."""
    _, contacts, _, community_language = community_facts(world)
    language = danger.language or ("en" if told_language.startswith("en") else community_language)
    finding = danger.finding
    # What is said to one person may invite an answer that must not be given in a group.
    discreet = not private and finding.kind in world.book.settings["emergency"].get("discreet_in_groups", ())
    letter = Letter(
        chat=chat,
        key=f"alarm.{'numbers_group' if discreet else 'numbers'}.{finding.kind}",
        data={"contacts": contacts, "check": finding.check},
        language=language,
        lane="emergency",
        priority=OWN_PRIORITY if private else GROUP_PRIORITY,
        weight="emergency",
    )
    post(world, letter, key=f"{world.cause}:numbers")
    if not private:
        post(
            world,
            Letter(chat=chat, key="service.group_alarm", language=language, lane="emergency", priority=GROUP_PRIORITY, weight="emergency"),
        )
