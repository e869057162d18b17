"""【收到】 and 【家里有困难】 under a posted notice: a home is counted once, whoever of it presses and wherever (domain.md 3.6)."""

from __future__ import annotations

from sqlalchemy import Table, or_, select

from dialogs.words import Opened
from handlers.inbound import Inbound
from handlers.notices_buttons import NoticePress
from handlers.post import insert_or_skip
from handlers.world import Json, World
from models.notice import Notice, NoticeBuilding, NoticePart, NoticeVersion
from models.notice_delivery import NoticeReceipt
from models.person import chat_of_person
from models.place import Household, Membership

RECEIPT: Table = NoticeReceipt.__table__  # type: ignore[assignment]
Toast = tuple[str, Json]
OVER = ("recalled", "cancelled", "closed")


def confirm(world: World, inbound: Inbound, person_id: str, press: NoticePress) -> Toast:
    """【收到】: one receipt for the home. The number in the button is the version that was read."""
    notice = world.session.get(Notice, press.row_id)
    if notice is None:
        return "staff.toast.not_valid", {}
    if notice.state in OVER:
        return "reach.toast.over", {"state": notice.state}
    home = home_in(world, person_id, notice, press.number)
    if home is None:
        return "reach.toast.no_home", {}
    new = receipt(world, notice, press.number, home, person_id, "private" if inbound.private else "group")
    if press.number < notice.version:
        return "reach.toast.old", {}
    return ("reach.toast.confirmed" if new else "reach.toast.again"), {"unit": home.unit, "room": home.room}


def home_in(world: World, person_id: str, notice: Notice, version: int) -> Household | None:
    """The person's home among the buildings of a version; a verified one before a claimed one. A building alone is no home."""
    query = (
        select(Household)
        .join(Membership, Membership.household_id == Household.id)
        .join(NoticeBuilding, NoticeBuilding.building_id == Household.building_id)
        .join(NoticeVersion, NoticeVersion.id == NoticeBuilding.version_id)
        .where(Membership.person_id == person_id, NoticeVersion.notice_id == notice.id, NoticeVersion.version == version)
        .where(or_(Membership.until.is_(None), Membership.until > world.now), Household.room != "")
        .order_by(Membership.status.desc(), Membership.since.desc())
        .limit(1)
    )
    return world.session.scalars(query).first()


def receipt(world: World, notice: Notice, version: int, home: Household, person_id: str | None, how: str) -> bool:
    """Count the home for this version; False when it was counted already."""
    return insert_or_skip(
        world.session, RECEIPT, id=world.new_id(), notice_id=notice.id, version=version, household_id=home.id, building_id=home.building_id,
        person_id=person_id, how=how, at=world.now,
    )  # fmt: skip


def difficulty(world: World, inbound: Inbound, person_id: str, press: NoticePress) -> Toast:
    """【家里有困难】: the person is asked in private at once, also where it was pressed in a group; it counts as read."""
    notice = world.session.get(Notice, press.row_id)
    if notice is None:
        return "staff.toast.not_valid", {}
    home = home_in(world, person_id, notice, press.number)
    if home is not None:
        receipt(world, notice, press.number, home, person_id, "private" if inbound.private else "group")
    opened = open_aside(world, person_id, notice, press.number, "difficulty")
    return ("reach.toast.private" if opened else "reach.toast.write_me"), {}


def open_aside(world: World, person_id: str, notice: Notice, version: int, kind: str) -> bool:
    """Ask the person in private about the notice. False where there is no private chat."""
    from handlers.receive import take_turn  # receive imports the handlers of presses
    from handlers.turn import load_talk

    chat = chat_of_person(world.session, world.account, person_id)
    if chat is None:
        return False
    talk = load_talk(world, chat, chat, person_id)
    if not (talk.stack and talk.stack[-1].dialog == "aside"):
        take_turn(world, talk, Opened(""), opening=("aside", aside_draft(world, notice, version, kind)))
    return True


def aside_draft(world: World, notice: Notice, version: int, kind: str) -> Json:
    """What the dialog about a notice begins with; its title in both languages."""
    query = (
        select(NoticePart.language, NoticePart.title)
        .join(NoticeVersion, NoticeVersion.id == NoticePart.version_id)
        .where(NoticeVersion.notice_id == notice.id, NoticeVersion.version == version)
    )
    titles = dict(world.session.execute(query).all())
    return {"notice": notice.id, "number": notice.number, "version": version, "kind": kind, "title": titles}
