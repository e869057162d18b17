"""What is written into a case's own place in a staff chat: residents' words, mirrored, and single lines of the service.

A mirrored message remembers who wrote it, so that a reply to it finds the way back, however old it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.post import post
from handlers.rooms import Room
from handlers.world import Button, Letter, World
from models.case import Case

MIRRORED = "resident_words"
"""Link kind of a mirrored message of a resident: a reply to it is written to that resident."""

STAFF_LANE = "staff"
"""Order of its own in a staff chat: what staff wait for is not held up behind a burst of new cases."""


def mirror(
    world: World, case: Case, room: Room, person_id: str | None, words: str, media: Sequence[str] = (), *, urgent: bool = False
) -> None:
    """Show a resident's words in `room`. Words of one burst fold into one message, in order; pictures go with their own words."""
    who = "reporter" if person_id is not None and person_id == case.reporter_id else "follower"
    letter = Letter(
        chat=room.chat,
        key="desk.resident_words",
        data={"who": who, "words": words, "from": person_id or "", "alarm": urgent},
        media=tuple(media),
        language=room.language,
        topic=case.id if room.topics else "",
        lane="emergency" if urgent else "words",
        priority=88 if urgent else 44,
        weight="emergency" if urgent else "receipt",
        case_id=case.id,
        link=MIRRORED,
        fold="" if media else f"{case.id}:{person_id}",
    )
    post(world, letter)


def line(
    world: World, case: Case, room: Room, key: str, *, rows: tuple[tuple[Button, ...], ...] = (), link: str = "", reply_to: str = "",
    idem: str = "", **data: Any,
) -> str:  # fmt: skip
    """Say one line about a case in `room`; returns its idem key."""
    letter = Letter(
        chat=room.chat, key=key, data=data, rows=rows, language=room.language, topic=case.id if room.topics else "", lane=STAFF_LANE,
        priority=65, weight="receipt", case_id=case.id, link=link, reply_to=reply_to,
    )  # fmt: skip
    return post(world, letter, key=idem)
