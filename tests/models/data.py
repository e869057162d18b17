"""Plain data for tests of arithmetic: small, round, and independent of what locales/ says today."""

from __future__ import annotations

from datetime import date
from typing import Any

LIMITS: dict[str, Any] = {
    "undo_minutes": 2, "need_info_hours": 72, "confirm_hours": 72, "unmerge_hours": 24, "reopen_days": 30, "appeal_days": 7,
    "unanswered_days": 2, "pause_free_days": 3, "reopen_min_hours": 24, "review_workdays": 5, "new_cases_an_hour": 5,
    "similar_days": 7, "similar_urgent_hours": 24, "alarm_again_hours": 2, "invite_days": 7, "title_characters": 40, "question_morning": "10:00",
}  # fmt: skip

CALENDAR: dict[str, Any] = {
    "holidays": [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7)],
    "worked": [date(2026, 10, 10)],
    "hours": [["08:30", "12:00"], ["13:30", "17:30"]],
    "quiet": {"from": "21:00", "to": "08:00", "after": "08:30"},
}
