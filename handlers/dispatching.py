"""Handing a case to a party: who comes into question, and telling its people in private (domain.md 3.4).

Whoever handles a case for a firm sees no identity beyond the room and the agreed contact: the card decides what is shown.
"""

from __future__ import annotations

from sqlalchemy import select

from handlers.card_facts import may_read_words
from handlers.mirror import line, mirror
from handlers.post import touch
from handlers.rooms import AUDITOR, Room, private_room, rooms_of
from handlers.world import World
from models.case import Case
from models.community import Party
from models.parties import FALLBACK_KIND, people_of, responsible
from models.place import Building
from models.states import desk_of
from models.timeline import media_of

AUDITOR_KIND = "AU"


def candidates(world: World, case: Case) -> list[Party]:
    """Parties the case may be dispatched to, the default first: lead, co-leads, backup. The desk's own is none: it takes over.

    A complaint about staff is dispatched to nobody.
    """
    if desk_of(case) == AUDITOR:
        return []
    building = world.session.get(Building, case.building_id) if case.building_id else None
    row = world.book.categories.get(case.category, {})
    who = responsible(world.session, case.community_id, case.category, row, building)
    named = [world.session.get(Party, case.proposed_id) if case.proposed_id else None, who.lead, *who.co, who.backup]
    # One button a kind: a button names the kind, because a party's id would not fit beside the case's.
    by_kind: dict[str, Party] = {}
    for party in named:
        if party is not None and party.kind != FALLBACK_KIND:
            by_kind.setdefault(party.kind, party)
    return list(by_kind.values())


def own_desk(world: World, case: Case) -> Party | None:
    """The desk's own party, which takes over what it handles itself: the community, or the auditors."""
    kind = AUDITOR_KIND if desk_of(case) == AUDITOR else FALLBACK_KIND
    query = select(Party).where(Party.community_id == case.community_id, Party.kind == kind).order_by(Party.code)
    return world.session.scalars(query.limit(1)).first()


def party_rooms(world: World, party: Party) -> list[Room]:
    """The private chats of the people who act for a party now."""
    return [room for person_id in people_of(world.session, party, world.now) if (room := private_room(world, person_id))]


def tell_party(world: World, case: Case, party: Party) -> int:
    """Send the party's people their private card and the pictures; says how many could be told.

    Where nobody of the party is in the messenger, the desk is told to phone it.
    """
    rooms = party_rooms(world, party)
    media = tuple(media_of(world, case)) if may_read_words(case) else ()
    for room in rooms:
        touch(world, "party", case.id, room.chat, topic=False, language=room.language)
        if media:
            mirror(world, case, room, case.reporter_id, "", media)
    if not rooms:
        for room in rooms_of(world, case):
            line(world, case, room, "desk.party_by_phone", party=party.name, phone=party.phone)
    return len(rooms)
