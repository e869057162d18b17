"""Notices: what is to be told, to which buildings, in which words, who allowed it, and when it goes out (domain.md 3.6).

A notice keeps its versions: a correction is a new version, never a change of the old one. Its words stand in parts, one for each
building and language. A repeating notice is a rule and a pattern notice; each firing is a notice of its own.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.keys import Id, ref

STATES = (
    "pending_approval", "returned", "refused", "scheduled", "missed", "delivering", "confirming", "recalled", "cancelled", "closed",
    "pattern",
)  # fmt: skip
"""A draft lives in its author's conversation. `missed`: its moment passed while the program was down, the owner is asked.
`pattern`: what a repeat rule copies; it is never sent itself. `correcting` of domain.md is a state of `NoticeVersion`."""


class Notice(Base):
    """One notice. Walls are local date and time without zone ("2026-11-24T08:00"); `*_at` are moments."""

    __tablename__ = "notice"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    number: Mapped[str] = mapped_column(String(24), unique=True)
    """N-SMY-261123-001"""
    cause: Mapped[str] = mapped_column(String(128), unique=True)
    """The effect key of the event that planned it: the same event redone plans nothing twice."""
    kind: Mapped[str] = mapped_column(String(12))
    """The type of domain.md 3.6: urgent, outage, community, building, policy, event, department."""
    template: Mapped[str] = mapped_column(String(16))
    """Row of [template] in locales/notices.toml: water, power, lift, meeting …"""
    rule: Mapped[str] = mapped_column(String(24))
    """The row of the who-may table under which it was planned."""
    state: Mapped[str] = mapped_column(String(16))
    rev: Mapped[int] = mapped_column(Integer, default=1)
    """Raised by every change of state; a change names the one it was decided on."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    """The version in force."""
    author_id: Mapped[str] = mapped_column(ref("person.id"), index=True)
    author_role: Mapped[str] = mapped_column(String(24))
    origin_chat: Mapped[str] = mapped_column(String(48))
    """Where it was composed: progress and questions to the author go there."""
    access_item_id: Mapped[str | None] = mapped_column(ref("access_item.id"))
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    need_confirm: Mapped[bool] = mapped_column(Boolean, default=False)
    confirm_unit: Mapped[str] = mapped_column(String(10), default="household")
    approvals_needed: Mapped[int] = mapped_column(Integer, default=0)
    approve_after_by: Mapped[datetime | None]
    """An urgent notice that went out on a confirmer's word: the lead approves it by then."""
    send_wall: Mapped[str] = mapped_column(String(16))
    send_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(Boolean, default=False)
    """It went out later than planned, and says so."""
    repeat_id: Mapped[str | None] = mapped_column(ref("notice_repeat.id"))
    fan_state: Mapped[str] = mapped_column(String(8), default="none")
    """Writing of recipient rows: none, groups, people, done; resumable after any chunk."""
    fan_mark: Mapped[str] = mapped_column(String(64), default="")
    """The last key written in the running stage."""
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None]
    recalled_by: Mapped[str | None] = mapped_column(ref("person.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why it was returned, refused, recalled or cancelled."""
    closed_at: Mapped[datetime | None]
    shown: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """The counts that its progress card was last drawn with: it is drawn anew only when they have moved."""
    __table_args__ = (
        Index("ix_notice_due", "community_id", "state", "send_at"),
        Index("ix_notice_open", "community_id", "expires_at", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
    )  # fmt: skip


class NoticeVersion(Base):
    """What a notice says from one correction to the next; `standing` says whether it is the one that holds."""

    __tablename__ = "notice_version"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[str] = mapped_column(ref("notice.id"))
    version: Mapped[int] = mapped_column(Integer)
    standing: Mapped[str] = mapped_column(String(12), default="current")
    """current, correcting (posts are being edited), superseded."""
    starts_wall: Mapped[str] = mapped_column(String(16), default="")
    """When that of which it tells begins and ends, as said; "" = no time."""
    ends_wall: Mapped[str] = mapped_column(String(16), default="")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    scope: Mapped[str] = mapped_column(String(12))
    """What was said of the audience: buildings, grid, community, street."""
    facts: Mapped[dict[str, Any]]
    """The values of the template: {"source", "contact", "place", "advice", "words", …}, each {"zh","en"} or a string."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of the words and times without layout: recognises a notice sent again."""
    media: Mapped[list[Any]]
    """Ids of media rows, in order."""
    groups: Mapped[int] = mapped_column(Integer)
    """The audience as it was shown when it was decided on."""
    households: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(ref("person.id"))
    __table_args__ = (UniqueConstraint("notice_id", "version"), Index("ix_notice_version_fingerprint", "fingerprint", "created_at"))


class NoticeBuilding(Base):
    """A building of a version's audience. `day` is the local day it counts for in the cap of notices a day."""

    __tablename__ = "notice_building"
    version_id: Mapped[str] = mapped_column(ref("notice_version.id"), primary_key=True)
    building_id: Mapped[str] = mapped_column(ref("building.id"), primary_key=True)
    households: Mapped[int] = mapped_column(Integer)
    day: Mapped[date | None] = mapped_column(Date)
    """Set when it fires; None before, and where it was merged into a digest."""
    digest_on: Mapped[date | None] = mapped_column(Date)
    """Over the cap: its words go out with the digest of this day."""
    __table_args__ = (
        Index("ix_notice_building_day", "building_id", "day"),
        Index("ix_notice_building_digest", "digest_on", sqlite_where=text("digest_on IS NOT NULL"), postgresql_where=text("digest_on IS NOT NULL")),
    )  # fmt: skip


class NoticePart(Base):
    """The words for one building in one language, as they are posted."""

    __tablename__ = "notice_part"
    version_id: Mapped[str] = mapped_column(ref("notice_version.id"), primary_key=True)
    building_id: Mapped[str] = mapped_column(ref("building.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    edited: Mapped[bool] = mapped_column(Boolean, default=False)
    """Written by hand, not by the template."""


class NoticeApproval(Base):
    """What one person decided about one version: the unique key keeps one voice from counting twice."""

    __tablename__ = "notice_approval"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[str] = mapped_column(ref("notice.id"))
    version: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[str] = mapped_column(ref("person.id"))
    role: Mapped[str] = mapped_column(String(24))
    decision: Mapped[str] = mapped_column(String(10))
    """approve, return, refuse; after = the lead's approval of an urgent notice that is out already."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("notice_id", "version", "person_id", "decision"),)


class NoticeRepeat(Base):
    """When a pattern notice fires again. One firing per local occurrence: the unique row of models/schedule.py decides."""

    __tablename__ = "notice_repeat"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    rule: Mapped[dict[str, Any]]
    """{"every": "week"|"month"|"workday"|"day", "weekdays": [0–6], "day": 1–31, "time": "08:00"}"""
    next_wall: Mapped[str] = mapped_column(String(16))
    next_at: Mapped[datetime]
    until: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(8), default="active")
    """active, paused, ended"""
    __table_args__ = (Index("ix_notice_repeat_due", "community_id", "state", "next_at"),)


class NoticeCounter(Base):
    """How many notices (N), access items (A) and events (E) were numbered on a day."""

    __tablename__ = "notice_counter"
    community_id: Mapped[str] = mapped_column(ref("community.id"), primary_key=True)
    letter: Mapped[str] = mapped_column(String(1), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
