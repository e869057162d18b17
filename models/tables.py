"""All tables on one page: importing this module makes `Base.metadata` complete, for migrations."""

from __future__ import annotations

from models import audit, case, community, journal, media, person, place, role, schedule, seal
from models.base import Base

MODULES = (audit, case, community, journal, media, person, place, role, schedule, seal)

ALL: frozenset[str] = frozenset(Base.metadata.tables)
