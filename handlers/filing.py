"""Filing a case: the promise, the responsible party, the sealed words, the number, the first line of its timeline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Table, func, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from handlers.world import Json, World
from models.case import Case, CaseCounter, Follower
from models.community import Party, community_of
from models.effects import terms
from models.parties import Responsible, responsible
from models.person import Person
from models.place import find_building
from models.scene import Actor
from models.sla import Promise
from models.timeline import record
from models.whereabouts import put_place

COUNTERS: Table = CaseCounter.__table__  # type: ignore[assignment]

LONG_NUMBER = re.compile(r"\d{3,}")
SPACE = re.compile(r"\s+")
MASK = "＊"


@dataclass(frozen=True)
class Filing:
    """What is known of a matter when it is filed."""

    person_id: str
    category: str
    words: str
    place: Json = field(default_factory=dict)
    media: Sequence[str] = ()
    flags: Json = field(default_factory=dict)
    source: str = "dialog"
    hazard: str = ""
    emergency: str = ""


def promise_for(world: World, filing: Filing) -> Promise:
    """The promise this matter gets now; a hazard makes it at least E1, an alarm what its kind is (domain.md 3.15)."""
    rules = terms(world)
    klass = str(rules.category(filing.category)["class"])
    least = world.book.settings["emergency"]["kinds"][filing.emergency]["class"] if filing.emergency else "E1" if filing.hazard else klass
    klass = least if rules.is_higher(least, klass) else klass
    return rules.promise(filing.category, world.now, klass, call_now=bool(filing.flags.get("call_me")))


def responsible_for(world: World, category: str, place: Json) -> Responsible:
    """Whose matter this is at that place."""
    building = find_building(world.session, world.community_id, str(place.get("building") or ""))
    return responsible(world.session, world.community_id, category, world.book.categories[category], building)


def too_many(world: World, person_id: str) -> bool:
    """Whether this person has filed as many cases within the hour as one may; alarms don't count."""
    since = world.now - timedelta(hours=1)
    query = select(func.count()).where(Case.reporter_id == person_id, Case.opened_at > since, Case.emergency == "")
    return int(world.session.scalar(query) or 0) >= int(world.book.sla["limits"]["new_cases_an_hour"])


def file_case(world: World, filing: Filing) -> Case:
    """Write a new case in `submitted`. The same event redone finds the case it has already filed."""
    cause = world.next_key()
    known = world.session.scalar(select(Case).where(Case.account == world.account, Case.cause == cause))
    if known is not None:
        return known
    promise = promise_for(world, filing)
    who = responsible_for(world, filing.category, filing.place)
    row = world.book.categories[filing.category]
    flags = filing.flags
    case_id = world.new_id()
    case = Case(
        id=case_id,
        community_id=world.community_id,
        account=world.account,
        cause=cause,
        source=filing.source,
        state="submitted",
        state_since=world.now,
        category=filing.category,
        sla=promise.sla,
        reporter_id=filing.person_id,
        proposed_id=who.lead.id,
        backup_id=who.backup.id if who.backup is not None else None,
        opened_at=world.now,
        contact_by=promise.contact_by,
        answer_by=promise.answer_by,
        due_first=promise.answer_by,
        triage_by=promise.triage_by,
        dispatch_by=promise.dispatch_by,
        returned_by=[],
        emergency=filing.emergency,
        hazard=filing.hazard,
        sensitive=row.get("sensitivity") == "H",
        confidential=bool(flags.get("confidential")),
        anonymous=False,
        needs_help=bool(flags.get("needs_help")),
        call_me=bool(flags.get("call_me")),
        unit_unknown=bool(flags.get("unit_unknown")),
        shown_at=world.now if filing.emergency else None,
        alerted_at=world.now if filing.emergency else None,
        seq=0,
        words=world.ring.seal(world.session, filing.person_id, "case:words", case_id, filing.words),
    )
    put_place(world, case, filing.place)
    case.title = "" if case.sensitive or case.confidential or case.emergency else masked(filing.words, world.book.sla["limits"])
    case.number, case.tail = _next_number(world)
    world.session.add(case)
    follower = Follower(id=world.new_id(), community_id=world.community_id, case_id=case.id, person_id=filing.person_id, own=True)
    follower.joined_at = world.now
    world.session.add(follower)
    record(
        world, case, "submit", as_reporter(filing.person_id), public=True, media=filing.media,
        category=case.category, sla=case.sla, contact_by=case.contact_by, answer_by=case.answer_by,
    )  # fmt: skip
    return case


def as_reporter(person_id: str) -> Actor:
    """A resident acting on their own case."""
    return Actor(person_id, "resident", frozenset({"anyone", "resident", "reporter"}))


def masked(words: str, limits: Json) -> str:
    """One line for lists and search: long numbers (phones, rooms, identity numbers) are taken out, the rest is cut."""
    line = LONG_NUMBER.sub(MASK, SPACE.sub(" ", words).strip())
    return line[: int(limits["title_characters"])]


def _next_number(world: World) -> tuple[str, str]:
    """The next number of the community's day and its tail. The counter row stays locked until commit, so it is taken late."""
    community = community_of(world.session, world.community_id)
    day = world.now.astimezone(ZoneInfo(community.zone)).date()
    make = pg_insert if world.session.get_bind().dialect.name == "postgresql" else sqlite_insert
    counted = (
        make(COUNTERS)
        .values(community_id=community.id, day=day, last=1)
        .on_conflict_do_update(index_elements=["community_id", "day"], set_={"last": COUNTERS.c.last + 1})
        .returning(COUNTERS.c.last)
    )
    last = world.session.execute(counted).scalar_one()
    return f"{community.alias}-{day:%y%m%d}-{last:03d}", f"{last:03d}"


def names_of(world: World, party_id: str | None) -> dict[str, str]:
    """The party's name in both languages."""
    party = world.session.get(Party, party_id) if party_id else None
    return party.name if party is not None else {"zh": "", "en": ""}


def party_of(world: World, case: Case) -> dict[str, str]:
    """Who leads it, or whom the matrix names until it is dispatched."""
    return names_of(world, case.lead_id or case.proposed_id)


def has_consented(world: World, person_id: str) -> bool:
    """Whether the person agreed to the privacy notice in force."""
    person = world.session.get_one(Person, person_id)
    wanted = world.book.settings.get("consent_version")
    return bool(person.consent_version) and (wanted is None or person.consent_version == wanted)


def iso(moment: datetime | None) -> str | None:
    """A moment as dialogs get it (in UTC, whether it was just computed or read back), None where there is none."""
    return moment.astimezone(UTC).isoformat() if moment is not None else None


def answer_of(world: World, case: Case) -> Json:
    """A filed case as wishes answer it."""
    return {
        "case_id": case.id,
        "number": case.number,
        "tail": case.tail,
        "category": case.category,
        "contact_by": iso(case.contact_by),
        "answer_by": iso(case.answer_by),
        "sla": case.sla,
        "party": party_of(world, case),
    }
