"""Rooms that have not confirmed, as a list to knock at: to the building's director, else the grid leader; 【已敲门】 for each room.

Rooms are told only to whoever is to knock, in private. A list is a living card; each page has at most as many rooms as fit buttons.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, func, insert, select, update

from handlers.inbound import Inbound
from handlers.notices_buttons import NoticePress, notice_button
from handlers.notices_cards import version_of, words_of
from handlers.notices_receipts import receipt
from handlers.post import insert_or_skip, touch
from handlers.rooms import private_room, staff_language
from handlers.world import Json, World
from models.journal import Card
from models.notice import Notice, NoticeBuilding
from models.notice_delivery import NoticeKnock, NoticeReceipt
from models.person import Person
from models.place import Building, Household, Membership
from models.role import holders, roles_of

KNOCK: Table = NoticeKnock.__table__  # type: ignore[assignment]
HOUSEHOLD: Table = Household.__table__  # type: ignore[assignment]
KIND = "knock"
"""Cards are of kind `knock.<building>.<page>` and stand for the notice."""
Toast = tuple[str, Json]


def list_rooms(world: World, notice: Notice) -> int:
    """Put every room without a receipt on the list and show it to who is to knock; says how many rooms."""
    version = version_of(world, notice)
    query = select(Building).join(NoticeBuilding, NoticeBuilding.building_id == Building.id).where(NoticeBuilding.version_id == version.id)
    count = 0
    for building in world.session.scalars(query.order_by(Building.number)).all():
        rooms = _unconfirmed(world, notice, building)
        elders = _elders(world, building)
        values = [
            {
                "id": world.new_id(), "notice_id": notice.id, "version": notice.version, "building_id": building.id, "unit": unit, "room": room,
                "elder": (unit, room) in elders, "listed_at": world.now, "outcome": "",
            }
            for unit, room in rooms
        ]  # fmt: skip
        if values:
            world.session.execute(insert(KNOCK), values)
        count += len(values)
        _show(world, notice, building, len(values))
    return count


def _unconfirmed(world: World, notice: Notice, building: Building) -> list[tuple[str, str]]:
    known = (
        select(Household.unit, Household.room)
        .join(NoticeReceipt, NoticeReceipt.household_id == Household.id)
        .where(NoticeReceipt.notice_id == notice.id, NoticeReceipt.version == notice.version, Household.building_id == building.id)
    )
    done = {(unit, room) for unit, room in world.session.execute(known).all()}
    listed = select(NoticeKnock.unit, NoticeKnock.room).where(
        NoticeKnock.notice_id == notice.id, NoticeKnock.version == notice.version, NoticeKnock.building_id == building.id
    )
    done |= {(unit, room) for unit, room in world.session.execute(listed).all()}
    every = [
        (str(unit), f"{floor}{room:02d}")
        for unit in range(1, building.units + 1)
        for floor in range(1, building.floors + 1)
        for room in range(1, building.rooms + 1)
    ]
    return [one for one in every if one not in done]


def _elders(world: World, building: Building) -> set[tuple[str, str]]:
    query = (
        select(Household.unit, Household.room)
        .join(Membership, Membership.household_id == Household.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Household.building_id == building.id, Person.elder.is_(True))
    )
    return {(unit, room) for unit, room in world.session.execute(query).all()}


def _knockers(world: World, building: Building) -> list[str]:
    """The building's directors; where there is none, its grid leaders."""
    session, community = world.session, world.community_id
    return holders(session, community, "building_director", world.now, building.id) or holders(
        session, community, "grid_leader", world.now, building.grid_id
    )


def _pages(world: World, rooms: int) -> int:
    size = int(world.book.settings["notices"]["limits"]["knock_rooms"])
    return -(-rooms // size)


def _show(world: World, notice: Notice, building: Building, rooms: int) -> None:
    for person_id in _knockers(world, building):
        room = private_room(world, person_id)
        for page in range(_pages(world, rooms)) if room is not None else ():
            assert room is not None
            touch(world, f"{KIND}.{building.number}.{page + 1}", notice.id, room.chat, topic=False, language=room.language)


def draw_list(world: World, kind: str, notice_id: str, chat: str) -> tuple[str, Json, tuple[tuple[Json, ...], ...]]:
    """One page of the list as it is now."""
    _, number, page = kind.split(".")
    notice = world.session.get_one(Notice, notice_id)
    title, _ = words_of(world, version_of(world, notice), staff_language(world))
    rows, total = _page(world, notice, number, int(page))
    left = [row for row in rows if not row.outcome]
    data: Json = {
        "number": notice.number, "title": title, "building": number, "rooms": total, "page": int(page), "pages": _pages(world, total),
        "elders": sum(row.elder for row in rows),
        "list": [{"unit": row.unit, "room": row.room, "elder": row.elder, "outcome": row.outcome} for row in rows],
    }  # fmt: skip
    if notice.state in ("recalled", "closed") or not rows:
        return "reach.knock_over", {"number": notice.number, "title": title, "building": number}, ()
    buttons: list[tuple[Json, ...]] = []
    for row in left:
        at = {"unit": row.unit, "room": row.room}
        pair = [notice_button(world, row.id, chat, act, notice.version, f"reach.act.{act}", **at) for act in ("told", "nobody")]
        buttons.append(tuple({name: value for name, value in vars(button).items() if value} for button in pair))
    return "reach.knock", data, tuple(buttons)


def _page(world: World, notice: Notice, number: str, page: int) -> tuple[list[Any], int]:
    size = int(world.book.settings["notices"]["limits"]["knock_rooms"])
    mine = (NoticeKnock.notice_id == notice.id, NoticeKnock.version == notice.version, Building.number == number)
    base = select(NoticeKnock).join(Building, Building.id == NoticeKnock.building_id).where(*mine)
    total = world.session.scalar(select(func.count()).select_from(base.subquery())) or 0
    order = base.order_by(NoticeKnock.unit, func.length(NoticeKnock.room), NoticeKnock.room)
    return list(world.session.scalars(order.offset((page - 1) * size).limit(size))), int(total)


def knocked(world: World, inbound: Inbound, person_id: str, press: NoticePress) -> Toast:
    """【已敲门】 or 【没人应】 for one room, by somebody who holds the building or its grid now."""
    row = world.session.get(NoticeKnock, press.row_id, populate_existing=True)
    if row is None:
        return "staff.toast.not_valid", {}
    building = world.session.get_one(Building, row.building_id)
    scopes = {building.id, building.grid_id, world.community_id}
    held = [
        one
        for one in roles_of(world.session, person_id, world.now)
        if one.role in KNOCKING and (one.scope_id in scopes or one.role in STAFF)
    ]
    if not held:
        return "notice.refused.not_approver", {}
    notice = world.session.get_one(Notice, row.notice_id)
    if row.version != notice.version:
        return "reach.toast.old", {}
    mine = (KNOCK.c.id == row.id, KNOCK.c.outcome == "")
    changed = world.session.execute(update(KNOCK).where(*mine).values(outcome=press.word, knocked_at=world.now, knocked_by=person_id))
    if changed.rowcount == 1 and press.word == "told":  # type: ignore[attr-defined]
        receipt(world, notice, row.version, _home(world, building, row.unit, row.room), person_id, "offline")
    _redraw(world, notice, building, inbound.chat, row.id)
    return f"reach.toast.{press.word}", {"unit": row.unit, "room": row.room}


KNOCKING = ("building_director", "unit_lead", "grid_leader", "grid_member", "community_staff", "community_lead")
STAFF = ("community_staff", "community_lead")


def _home(world: World, building: Building, unit: str, room: str) -> Household:
    """The home of a room; one of which nobody is known yet gets its row now."""
    insert_or_skip(
        world.session, HOUSEHOLD, id=world.new_id(), community_id=world.community_id, building_id=building.id, unit=unit, room=room
    )  # fmt: skip
    query = select(Household).where(Household.building_id == building.id, Household.unit == unit, Household.room == room)
    return world.session.scalars(query).one()


def _redraw(world: World, notice: Notice, building: Building, chat: str, knock_id: str) -> None:
    """The page on which the room stands; the others are as they were."""
    wanted = f"{KIND}.{building.number}."
    cards = world.session.scalars(select(Card).where(Card.case_id == notice.id, Card.chat == chat, Card.kind.startswith(wanted)))
    for card in cards.all():
        rows, _ = _page(world, notice, building.number, int(card.kind.rpartition(".")[2]))
        if any(row.id == knock_id for row in rows):
            touch(world, card.kind, notice.id, chat, topic=False, language=card.language)
