"""Plain data for tests of arithmetic: small, round, and independent of what locales/ says today."""

from __future__ import annotations

from datetime import date
from typing import Any

CALENDAR: dict[str, Any] = {
    "holidays": [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7)],
    "worked": [date(2026, 10, 10)],
    "hours": [["08:30", "12:00"], ["13:30", "17:30"]],
    "quiet": {"from": "21:00", "to": "08:00", "after": "08:30"},
}
