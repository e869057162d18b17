"""Which day: 明天, 大后天, 周六, 下周三, 本月28号, 11月24日, 3天后, tomorrow, next Friday, Nov 28 → dates. Today is handed in."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dialogs.notice_lexicon import GAP, NUMBER, NoticeLexicon, any_of
from dialogs.numerals import digits


@dataclass(frozen=True)
class Day:
    """One day that is named in the text at [start, end). A compact form (“明早”) leaves its period to the reader of hours."""

    start: int
    end: int
    day: date


Reader = Callable[[re.Match[str], date], date | None]


@lru_cache(maxsize=4)
def _readers(lex: NoticeLexicon) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    data = lex.data
    week = any_of(data["weekdays"]["before"])
    names = "".join(data["weekdays"]["names"])
    english = "|".join(sorted(data["weekdays"]["en"], key=len, reverse=True))
    months = "|".join(sorted(data["months"]["en"], key=len, reverse=True))
    numbered = any_of("|".join((data["months"]["this"], data["months"]["next"])))
    not_house = rf"(?!\s*(?:{data['building']}))(?!楼|栋|幢|线|院)"
    periods = any_of("|".join(data["periods"].values()))

    def weekday(match: re.Match[str], today: date) -> date | None:
        return _weekday(today, data["weekdays"]["names"][match[2]], {"下": 1, "下下": 2, "这": 0, "本": 0}.get(match[1] or "", -1))

    def weekday_en(match: re.Match[str], today: date) -> date | None:
        return _weekday(today, data["weekdays"]["en"][match[2]], {"next": 1, "this coming": -1, "coming": -1}.get(match[1] or "", -1))

    def month_en(match: re.Match[str], today: date) -> date | None:
        name, day = (match[1], match[2]) if match[1] else (match[4], match[3])
        return _coming(today, data["months"]["en"][name], int(day))

    def in_month(match: re.Match[str], today: date) -> date | None:
        later = re.fullmatch(any_of(data["months"]["next"]), match[1]) is not None
        return _of_month(today, _number(match[2]), 1 if later else 0)

    rows: list[tuple[str, Reader]] = [
        (r"(?<!\d)(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日|号)?(?!\d)", lambda m, t: _exact(int(m[1]), int(m[2]), int(m[3]))),
        (rf"({NUMBER})月({NUMBER})(?:日|号)?{not_house}", lambda m, t: _coming(t, _number(m[1]), _number(m[2]))),
        (rf"({numbered})\s*(?:the\s*)?({NUMBER})(?:日|号|st|nd|rd|th)?{not_house}", in_month),
        (rf"(?<![a-z])(?:({months})\.?\s(\d{{1,2}})(?:st|nd|rd|th)?|(?:the\s)?(\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?({months}))(?![a-z\d:])", month_en),
        (rf"({NUMBER})(?:天后|天以后|天之后|日后| days from now)|in ({NUMBER}) days", lambda m, t: t + timedelta(days=_number(m[1] or m[2]))),
        (rf"(下下|下|这|本)?个?{week}([{names}])(?!期|间)", weekday),
        (rf"(?<![a-z])(?:(next|this coming|coming|this|on)\s)?({english})(?![a-z])", weekday_en),
        *((any_of(words), _after(int(days))) for days, words in sorted(data["days"].items(), reverse=True) if days.isdigit()),
        *(
            (rf"(?:{data['days_compact'][days]})(?={periods})", _after(int(days)))
            for days in sorted(data["days_compact"], reverse=True)
        ),
        (r"(?<![a-z])tonight(?![a-z])", _after(0)),
        (rf"(?<![\d.月:/-])({NUMBER})(?:日|号){not_house}(?!\d{{3}}|\d{{1,2}}单元)", lambda m, t: _of_month(t, _number(m[1]), 0, roll=True)),
        (r"(?:on\s)?the\s(\d{1,2})(?:st|nd|rd|th)(?!\s(?:building|floor|block))", lambda m, t: _of_month(t, int(m[1]), 0, roll=True)),
        (r"(?<![\d.:/-])(\d{1,2})[./](\d{1,2})(?![\d.:/点]|\s*[-~到至]\s*\d{1,2}[.:]\d)(?!\s*(?:am|pm))", lambda m, t: _coming(t, int(m[1]), int(m[2]))),
    ]  # fmt: skip
    return tuple((re.compile(pattern), reader) for pattern, reader in rows)


def read_days(text: str, today: date, lex: NoticeLexicon) -> tuple[list[Day], str]:
    """Every day named in folded `text`, in order, and the text with gaps in their place."""
    found: list[Day] = []
    for pattern, reader in _readers(lex):
        for match in pattern.finditer(text):
            day = reader(match, today)
            if day is not None:
                found.append(Day(match.start(), match.end(), day))
                text = text[: match.start()] + GAP * (match.end() - match.start()) + text[match.end() :]
    return sorted(found, key=lambda one: one.start), text


def _after(days: int) -> Reader:
    return lambda match, today: today + timedelta(days=days)


def _number(word: str) -> int:
    said = digits(word.strip()) or "0"
    return int(said) if said.isdigit() else 0


def _exact(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _coming(today: date, month: int, day: int) -> date | None:
    """That day of this year, or of the next one where it is long past."""
    this = _exact(today.year, month, day)
    if this is not None and this < today - timedelta(days=60):
        return _exact(today.year + 1, month, day)
    return this


def _of_month(today: date, day: int, months: int, *, roll: bool = False) -> date | None:
    """The day-th of this month (or `months` later); with `roll` of the next month where this one's is past."""
    if not 1 <= day <= 31:
        return None
    number = today.month - 1 + months
    this = _exact(today.year + number // 12, number % 12 + 1, day)
    if roll and (this is None or this < today):
        return _of_month(today, day, months + 1)
    return this


def _weekday(today: date, weekday: int, weeks: int) -> date:
    """That day of this week (0), the next (1) …; -1 = the next such day, today included."""
    if weeks < 0:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    return today - timedelta(days=today.weekday()) + timedelta(days=weekday + 7 * weeks)


def last_of_month(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
