"""All tables on one page: importing this module makes `Base.metadata` complete, for migrations."""

from __future__ import annotations

from models import (
    asking,
    audit,
    case,
    community,
    journal,
    media,
    notice,
    notice_access,
    notice_delivery,
    notice_event,
    person,
    place,
    policy,
    policy_learned,
    role,
    schedule,
    seal,
    sorting,
)  # fmt: skip
from models.base import Base

MODULES = (
    asking, audit, case, community, journal, media, notice, notice_access, notice_delivery, notice_event, person, place,
    policy, policy_learned, role, schedule, seal, sorting,
)  # fmt: skip

ALL: frozenset[str] = frozenset(Base.metadata.tables)
