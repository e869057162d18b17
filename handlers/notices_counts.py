"""The figures of a notice: letters by their fate, homes by what is known of them. Target = confirmed + offline + unconfirmed + failed.

A home is counted once and in one column. `failed`: nobody answered the door, or nothing reached the home (the building's group
did not get it, nor did anybody who lives there).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from handlers.world import World
from models.notice import Notice, NoticeBuilding, NoticeVersion
from models.notice_delivery import (
    ARRIVED,
    DIGEST,
    FAILED,
    QUEUED,
    STOPPED,
    UNKNOWN,
    UNREACHABLE,
    WAITING,
    NoticeKnock,
    NoticeQuestion,
    NoticeReceipt,
    NoticeRecipient,
)
from models.place import Building

TAPPED = ("private", "group")
UNANSWERED = ("nobody", "moved")


@dataclass(frozen=True)
class Letters:
    """Recipients (groups and people) of the version in force, by the fate of their letters."""

    total: int = 0
    sent: int = 0
    unknown: int = 0
    waiting: int = 0
    failed: int = 0
    stopped: int = 0


@dataclass(frozen=True)
class Homes:
    """One building's homes, or all of them."""

    building: str
    target: int
    confirmed: int
    offline: int
    failed: int
    old: int = 0
    """Confirmed an earlier version only; they are among the unconfirmed."""

    @property
    def unconfirmed(self) -> int:
        return max(0, self.target - self.confirmed - self.offline - self.failed)

    @property
    def delivered(self) -> int:
        return self.target - self.failed


def letters_of(world: World, notice: Notice) -> Letters:
    query = (
        select(NoticeRecipient.state, func.count())
        .where(NoticeRecipient.notice_id == notice.id, NoticeRecipient.version == notice.version)
        .group_by(NoticeRecipient.state)
    )
    found = {state: int(count) for state, count in world.session.execute(query).all()}

    def count(*states: str) -> int:
        return sum(found.get(state, 0) for state in states)

    return Letters(
        sum(found.values()), count(*ARRIVED), count(UNKNOWN), count(WAITING, QUEUED, DIGEST), count(FAILED, UNREACHABLE), count(STOPPED)
    )


def homes_of(world: World, notice: Notice) -> list[Homes]:
    """The homes of each building of the version in force, in order of their numbers."""
    session, key = world.session, (NoticeRecipient.notice_id == notice.id, NoticeRecipient.version == notice.version)
    targets = session.execute(
        select(Building.id, Building.number, NoticeBuilding.households)
        .join(NoticeBuilding, NoticeBuilding.building_id == Building.id)
        .join(NoticeVersion, NoticeVersion.id == NoticeBuilding.version_id)
        .where(NoticeVersion.notice_id == notice.id, NoticeVersion.version == notice.version)
        .order_by(func.length(Building.number), Building.number)
    ).all()
    mine = (NoticeReceipt.notice_id == notice.id, NoticeReceipt.version == notice.version)
    receipts: dict[tuple[str, str], int] = {}
    for building, how, count in session.execute(
        select(NoticeReceipt.building_id, NoticeReceipt.how, func.count())
        .where(*mine)
        .group_by(NoticeReceipt.building_id, NoticeReceipt.how)
    ):
        receipts[building, how] = int(count)
    has_receipt = exists().where(*mine, NoticeReceipt.household_id == NoticeRecipient.household_id)
    in_groups = set(session.scalars(
            select(NoticeRecipient.building_id).where(*key, NoticeRecipient.kind == "group", NoticeRecipient.state.in_(ARRIVED)).distinct()
        ))  # fmt: skip
    by_letter = dict(
        session.execute(
            select(NoticeRecipient.building_id, func.count(NoticeRecipient.household_id.distinct()))
            .where(*key, NoticeRecipient.kind == "person", NoticeRecipient.state.in_(ARRIVED), ~has_receipt)
            .group_by(NoticeRecipient.building_id)
        ).all()
    )
    unanswered = dict(
        session.execute(
            select(NoticeKnock.building_id, func.count())
            .where(NoticeKnock.notice_id == notice.id, NoticeKnock.version == notice.version, NoticeKnock.outcome.in_(UNANSWERED))
            .group_by(NoticeKnock.building_id)
        ).all()
    )
    old = _old(world, notice)
    found = []
    for building, number, target in targets:
        confirmed = sum(receipts.get((building, how), 0) for how in TAPPED)
        offline = receipts.get((building, "offline"), 0)
        left = max(0, target - confirmed - offline)
        missed = 0 if building in in_groups else left - min(left, int(by_letter.get(building, 0)))
        failed = min(left, max(missed, int(unanswered.get(building, 0))))
        found.append(Homes(number, target, confirmed, offline, failed, old.get(building, 0)))
    return found


def _old(world: World, notice: Notice) -> dict[str, int]:
    """Homes that confirmed an earlier version and not yet this one."""
    now = select(NoticeReceipt.household_id).where(NoticeReceipt.notice_id == notice.id, NoticeReceipt.version == notice.version)
    query = (
        select(NoticeReceipt.building_id, func.count(NoticeReceipt.household_id.distinct()))
        .where(NoticeReceipt.notice_id == notice.id, NoticeReceipt.version < notice.version, NoticeReceipt.household_id.not_in(now))
        .group_by(NoticeReceipt.building_id)
    )
    return {building: int(count) for building, count in world.session.execute(query).all()}


def together(rows: Iterable[Homes]) -> Homes:
    """All buildings as one."""
    rows = list(rows)
    return Homes(
        "", sum(r.target for r in rows), sum(r.confirmed for r in rows), sum(r.offline for r in rows), sum(r.failed for r in rows),
        sum(r.old for r in rows),
    )  # fmt: skip


def asked(world: World, notice: Notice) -> tuple[int, int]:
    """(questions, cases opened in private for a difficulty), over all versions."""
    query = select(NoticeQuestion.kind, func.count()).where(NoticeQuestion.notice_id == notice.id).group_by(NoticeQuestion.kind)
    found = {kind: int(count) for kind, count in world.session.execute(query).all()}
    return found.get("question", 0), found.get("difficulty", 0)
