"""Where a case is dealt with: the staff chat of its desk, or the private chats of the auditors (domain.md 3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.world import World
from models.access import desk_people
from models.case import Case
from models.community import chat_of, community_of, find_chat
from models.person import Person, chat_of_person
from models.states import desk_of

AUDITOR = "auditor"


class NoDesk(RuntimeError):
    """No chat is bound where this case could be dealt with: bind the staff chats with /bind mc and /bind mc-s"""


@dataclass(frozen=True)
class Room:
    """One chat in which a case is worked on. `topics`: it has a forum topic of its own there."""

    chat: str
    topics: bool
    language: str


def staff_language(world: World) -> str:
    """The language of staff chats: the community's."""
    return community_of(world.session, world.community_id).language


def rooms_of(world: World, case: Case) -> list[Room]:
    """The chats of the case's desk. Raises NoDesk rather than let a case be dealt with nowhere."""
    language = staff_language(world)
    desk = desk_of(case)
    if desk != AUDITOR:
        chat = find_chat(world.session, case.community_id, desk)
        if chat is None:
            raise NoDesk(desk)
        return [Room(chat.chat, True, language)]
    rooms = [private for person_id in desk_people(world.session, case, world.now) if (private := private_room(world, person_id))]
    if not rooms:
        raise NoDesk(desk)
    return rooms


def private_room(world: World, person_id: str) -> Room | None:
    """The private chat of somebody, None when they have no account here."""
    chat = chat_of_person(world.session, world.account, person_id)
    if chat is None:
        return None
    person = world.session.get_one(Person, person_id)
    return Room(chat, False, person.language or staff_language(world))


def belongs(world: World, case: Case, chat: str) -> bool:
    """Whether the case is dealt with in `chat` now: a group of its desk, or a private chat (whose person is checked by the caller)."""
    room = chat_of(world.session, world.account, chat)
    return room is None or room.kind == desk_of(case)
