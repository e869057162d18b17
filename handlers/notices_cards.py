"""The card that shows a waiting notice to those who may agree, in the room of its rule; and lines to its author."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from handlers.filing import iso
from handlers.notices_buttons import notice_button
from handlers.notices_rights import row_of
from handlers.post import post
from handlers.rooms import private_room, staff_language
from handlers.world import Button, Json, Letter, World
from models.community import find_chat
from models.notice import Notice, NoticeApproval, NoticeBuilding, NoticePart, NoticeVersion
from models.place import Building
from models.role import holders


def version_of(world: World, notice: Notice) -> NoticeVersion:
    """The version in force."""
    query = select(NoticeVersion).where(NoticeVersion.notice_id == notice.id, NoticeVersion.version == notice.version)
    return world.session.scalars(query).one()


def is_over(world: World, version: NoticeVersion) -> bool:
    """Whether that of which it tells is past; a bare day is past when it ends."""
    wall = version.ends_wall or version.starts_wall
    moment = version.ends_at if version.ends_wall else version.starts_at
    if moment is None:
        return False
    return moment + timedelta(days=0 if "T" in wall else 1) < world.now


def numbers_of(world: World, version: NoticeVersion) -> list[str]:
    """The buildings of a version by their numbers, in order."""
    query = (
        select(Building.number)
        .join(NoticeBuilding, NoticeBuilding.building_id == Building.id)
        .where(NoticeBuilding.version_id == version.id)
    )
    return sorted(world.session.scalars(query), key=lambda number: (len(number), number))


def words_of(world: World, version: NoticeVersion, language: str) -> tuple[str, str]:
    """Title and body of the first building, as a sample."""
    query = (
        select(NoticePart.title, NoticePart.body)
        .join(Building, Building.id == NoticePart.building_id)
        .where(NoticePart.version_id == version.id, NoticePart.language == language)
        .order_by(func.length(Building.number), Building.number)
        .limit(1)
    )
    row = world.session.execute(query).one()
    return row.title, row.body


def facts_of(world: World, notice: Notice) -> Json:
    """What an approval card shows."""
    version = version_of(world, notice)
    title, body = words_of(world, version, staff_language(world))
    return {
        "number": notice.number, "title": title, "body": body, "buildings": numbers_of(world, version), "groups": version.groups,
        "households": version.households, "author": notice.author_role, "rule": notice.rule, "needed": notice.approvals_needed,
        "given": given(world, notice), "send_at": iso(notice.send_at), "now": notice.send_at <= world.now, "urgent": notice.urgent,
        "repeats": notice.repeat_id is not None,
    }  # fmt: skip


def given(world: World, notice: Notice) -> int:
    query = select(func.count()).where(
        NoticeApproval.notice_id == notice.id, NoticeApproval.version == notice.version, NoticeApproval.decision == "approve"
    )
    return int(world.session.scalar(query) or 0)


def approval_chats(world: World, notice: Notice) -> list[tuple[str, str]]:
    """(chat, language) where the card stands: the room of the rule, or the approvers' private chats where no room is bound."""
    row = row_of(world, notice.rule)
    room = find_chat(world.session, notice.community_id, row.get("chat") or "mc")
    if room is not None:
        return [(room.chat, staff_language(world))]
    people = [
        p
        for role in row.get("approvers", ())
        for p in holders(world.session, notice.community_id, role, world.now)
        if p != notice.author_id
    ]
    private = [found for person in dict.fromkeys(people) if (found := private_room(world, person)) is not None]
    return [(found.chat, found.language) for found in private]


def ask_approval(world: World, notice: Notice, key: str = "notice.card", acts: tuple[str, ...] = ("approve", "refuse")) -> int:
    """Post the card; says in how many chats. An urgent one goes before everything but danger."""
    chats = approval_chats(world, notice)
    for chat, language in chats:
        rows = [tuple(notice_button(world, notice.id, chat, act, notice.rev) for act in acts)]
        if "approve" in acts:
            reasons = world.book.settings["notices"]["returns"]
            rows.append(
                tuple(notice_button(world, notice.id, chat, f"return.{name}", notice.rev, f"notice.act.return_{name}") for name in reasons)
            )
        letter = Letter(
            chat=chat, key=key, data=facts_of(world, notice), rows=tuple(rows), language=language, lane="words",
            priority=80 if notice.urgent else 50, weight="staff",
        )  # fmt: skip
        post(world, letter)
    return len(chats)


def tell_author(world: World, notice: Notice, key: str, rows: tuple[tuple[Button, ...], ...] = (), **data: object) -> None:
    """A line to the author in private."""
    room = private_room(world, notice.author_id)
    if room is not None:
        title, _ = words_of(world, version_of(world, notice), room.language if room.language in ("zh", "en") else "zh")
        facts = {"number": notice.number, "title": title, "send_at": iso(notice.send_at), **data}
        post(
            world, Letter(chat=room.chat, key=key, data=facts, rows=rows, language=room.language, lane="words", priority=55, weight="staff")
        )
