"""From an approved notice to its letters: recipient rows written in chunks with `INSERT … SELECT`, then handed to the outbox in chunks.

Each chunk is one transaction and the mark of the last row stands in `notice.fan_mark`, so a restart goes on where it stopped; the
unique keys of `notice_recipient` and `outbox.idem` make a chunk done twice harmless (reliability.md 3.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, and_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from handlers.notices_buttons import notice_button
from handlers.notices_cards import version_of
from handlers.post import post
from handlers.rooms import staff_language
from handlers.world import Button, Letter, World
from models.community import Chat
from models.notice import Notice, NoticeBuilding, NoticePart, NoticeVersion
from models.notice_delivery import DIGEST, QUEUED, UNREACHABLE, WAITING, NoticeRecipient, Subscription, idem_of
from models.person import Address, Person
from models.place import Household, Membership

RECIPIENT: Table = NoticeRecipient.__table__  # type: ignore[assignment]
PRIORITY, URGENT_PRIORITY = 5, 30
"""Below the words of dialogs (60) and the cards (10); an urgent one before cards, still below dialogs."""

COLUMNS = (
    "notice_id", "version", "recipient", "kind", "building_id", "household_id", "person_id", "chat", "language", "elder", "state", "error", "letter",
)  # fmt: skip


def _limits(world: World) -> dict[str, int]:
    limits: dict[str, int] = world.book.settings["notices"]["limits"]
    return limits


def write_chunk(world: World, notice: Notice) -> int:
    """Write the next chunk of recipient rows; says how many rows were looked at. Groups first, then people in order of their ids."""
    version = version_of(world, notice)
    if notice.fan_state == "none":
        notice.fan_state = "groups"
    if notice.fan_state == "groups":
        count = _insert(world, _groups(world, notice, version))
        notice.fan_state, notice.fan_mark = "people", ""
        world.session.flush()
        return max(count, 1)
    query = _people_ids(world, notice, version).limit(_limits(world)["write_chunk"])
    people = list(world.session.scalars(query))
    if people:
        _insert(world, _people(world, notice, version, notice.fan_mark, people[-1]))
        notice.fan_mark = people[-1]
    if len(people) < _limits(world)["write_chunk"]:
        notice.fan_state = "done"
    world.session.flush()
    return max(len(people), 1)


def _insert(world: World, rows: Any) -> int:
    insert = pg_insert if world.session.get_bind().dialect.name == "postgresql" else sqlite_insert
    done = world.session.execute(insert(RECIPIENT).from_select(COLUMNS, rows).on_conflict_do_nothing())
    return int(done.rowcount)  # type: ignore[attr-defined]


def _state(blocked: Any = None) -> Any:
    """`digest` in a building that has had its notices of the day, `unreachable` for a person who blocked the bot."""
    from sqlalchemy import case

    whens = [(NoticeBuilding.digest_on.is_not(None), DIGEST)]
    return case((blocked, UNREACHABLE), *whens, else_=WAITING) if blocked is not None else case(*whens, else_=WAITING)


def _groups(world: World, notice: Notice, version: NoticeVersion) -> Any:
    language = staff_language(world)
    return (
        select(
            literal(notice.id), literal(notice.version), (literal("group:") + Chat.chat), literal("group"), NoticeBuilding.building_id,
            literal(None), literal(None), Chat.chat, literal(language), literal(False), _state(), literal(""), literal(""),
        )
        .select_from(NoticeBuilding)
        .join(Chat, and_(Chat.scope_id == NoticeBuilding.building_id, Chat.kind == "bg", Chat.account == world.account))
        .where(NoticeBuilding.version_id == version.id)
        .order_by(Chat.chat)
    )  # fmt: skip


def _living(world: World, notice: Notice, version: NoticeVersion, columns: Sequence[Any]) -> Any:
    """Members of the homes of the audience who have an account here and want this kind of notice; urgent ones everybody gets."""
    query = (
        select(*columns)
        .select_from(NoticeBuilding)
        .join(Household, Household.building_id == NoticeBuilding.building_id)
        .join(Membership, and_(Membership.household_id == Household.id, or_(Membership.until.is_(None), Membership.until > world.now)))
        .join(Person, Person.id == Membership.person_id)
        .join(Address, and_(Address.person_id == Person.id, Address.account == world.account))
        .where(NoticeBuilding.version_id == version.id)
    )
    if notice.urgent:
        return query
    refused = select(Subscription.person_id).where(Subscription.topic == notice.kind, Subscription.wanted.is_(False))
    return query.where(Person.id.not_in(refused))


def _people_ids(world: World, notice: Notice, version: NoticeVersion) -> Any:
    return _living(world, notice, version, [Person.id]).where(Person.id > notice.fan_mark).distinct().order_by(Person.id)


def _people(world: World, notice: Notice, version: NoticeVersion, after: str, last: str) -> Any:
    """One row a person: somebody with two homes in the audience gets it for the first of them (the unique key sees to it)."""
    columns = [
        literal(notice.id), literal(notice.version), (literal("person:") + Person.id), literal("person"), NoticeBuilding.building_id,
        Household.id, Person.id, Address.address, func.coalesce(Person.language, literal(staff_language(world))), Person.elder,
        _state(Person.blocked.is_(True)), literal(""), literal(""),
    ]  # fmt: skip
    query = _living(world, notice, version, columns).where(Person.id > after, Person.id <= last)
    return query.order_by(Person.id, Membership.status.desc(), Household.id)


def _room(world: World, notice: Notice) -> int:
    """How many letters may be added to those of this notice that wait in the outbox."""
    mine = (RECIPIENT.c.notice_id == notice.id, RECIPIENT.c.version == notice.version, RECIPIENT.c.state == QUEUED)
    queued = world.session.scalar(select(func.count()).select_from(RECIPIENT).where(*mine)) or 0
    return max(0, min(_limits(world)["post_chunk"], _limits(world)["in_flight"] - int(queued)))


def post_chunk(world: World, notice: Notice) -> int:
    """Hand the next waiting recipients to the outbox; says how many."""
    query = (
        select(RECIPIENT)
        .where(RECIPIENT.c.notice_id == notice.id, RECIPIENT.c.version == notice.version, RECIPIENT.c.state == WAITING)
        .order_by(RECIPIENT.c.id)
        .limit(_room(world, notice))
    )
    rows = world.session.execute(query).all()
    if not rows:
        return 0
    version = version_of(world, notice)
    words = parts_of(world, version)
    for row in rows:
        post_one(world, notice, version, words, row)
    # The letter's key is written in SQL as `idem_of` makes it, so that a chunk is one statement.
    letter = literal(f"notice:{notice.id}:{notice.version}:") + RECIPIENT.c.recipient
    chunk = update(RECIPIENT).where(RECIPIENT.c.id.in_([row.id for row in rows]))
    world.session.execute(chunk.values(state=QUEUED, letter=letter))
    return len(rows)


Words = dict[tuple[str, str], tuple[str, str]]


def parts_of(world: World, version: NoticeVersion) -> Words:
    """(building id, language) → (title, body)."""
    rows = world.session.scalars(select(NoticePart).where(NoticePart.version_id == version.id))
    return {(row.building_id, row.language): (row.title, row.body) for row in rows}


def post_one(world: World, notice: Notice, version: NoticeVersion, words: Words, row: Any) -> str:
    """Queue the letter of one recipient; its idem key makes a second one impossible."""
    language = row.language if (row.building_id, row.language) in words else "zh"
    title, body = words[row.building_id, language]
    data: dict[str, Any] = {"number": notice.number, "title": title, "body": body, "late": notice.late, "corrected": notice.version > 1}
    if row.elder:
        data["elder"] = True
    letter = Letter(
        chat=row.chat, key="notice.post", data=data, rows=confirm_rows(world, notice, row.chat), media=tuple(version.media), language=language,
        lane="notice", priority=URGENT_PRIORITY if notice.urgent else PRIORITY, weight="notice", link="notice", expires_at=notice.expires_at,
    )  # fmt: skip
    return post(world, letter, key=idem_of(notice.id, notice.version, row.recipient))


def confirm_rows(world: World, notice: Notice, chat: str) -> tuple[tuple[Button, ...], ...]:
    """【收到】【家里有困难】 where a confirmation was wanted; the number in the button is the version."""
    if not notice.need_confirm:
        return ()
    return (tuple(notice_button(world, notice.id, chat, act, notice.version) for act in ("confirm", "difficulty")),)
