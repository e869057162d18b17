"""A warden's sentence → what, when, which buildings, from whom, and what people are asked to do.

The sentence is cut at words of correction (“哦不”, “错了”, “I mean”); what is said later holds, part by part. What can't be read is
left open: the dialog asks. Pure; the moment is handed in, in local time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from dialogs.notice_buildings import Houses, read_houses
from dialogs.notice_days import Day, read_days
from dialogs.notice_hours import Hours, read_hours
from dialogs.notice_lexicon import GAP, NoticeLexicon
from dialogs.notice_rest import Rest, read_rest
from dialogs.places import Places


@dataclass(frozen=True)
class Reading:
    """Everything a notice says, as far as it was said."""

    template: str = ""
    urgent: bool = False
    houses: Houses = field(default_factory=Houses)
    day: date | None = None
    last_day: date | None = None
    hours: Hours = field(default_factory=Hours)
    now: bool = False
    rest: Rest = field(default_factory=Rest)

    @property
    def starts(self) -> str:
        """Local wall time "2026-11-24T08:00", or the bare day, or ""."""
        if self.day is None:
            return ""
        return _wall(self.day, self.hours.begin) if self.hours.begin >= 0 else self.day.isoformat()

    @property
    def ends(self) -> str:
        """As `starts`; "" where nothing was said of an end."""
        last = self.last_day or self.day
        if last is None:
            return ""
        if self.hours.end >= 0:
            over = self.hours.end if self.last_day is None else self.hours.end % (24 * 60)
            return _wall(last, over)
        return last.isoformat() if self.last_day is not None and self.hours.begin < 0 else ""


def _wall(day: date, minutes: int) -> str:
    return (datetime.combine(day, time()) + timedelta(minutes=minutes)).isoformat(timespec="minutes")


def opens(text: str, lex: NoticeLexicon) -> str | None:
    """What follows the word that opens a notice (“/通知 …”, “通知：…”, “notice …”); None where the text doesn't begin with it."""
    match = lex.open.match(lex.fold(text))
    return text[match.end() :].strip() if match else None


def read_notice(
    text: str, lex: NoticeLexicon, places: Places, now: datetime, before: Reading | None = None, *, expect: str = ""
) -> Reading:
    """`text` read on top of `before` (what is known already). `expect` names what was asked for: "buildings", "source" …"""
    folded = lex.fold(text)
    found = before or Reading()
    at = 0
    fresh = before is None
    for mark in [*lex.marks.finditer(folded), None]:
        end = mark.start() if mark is not None else len(folded)
        found = _segment(text[at:end], folded[at:end], found, lex, places, now, expect, corrects=at > 0 or not fresh)
        at = mark.end() if mark is not None else len(folded)
    return found


def _segment(
    text: str, folded: str, before: Reading, lex: NoticeLexicon, places: Places, now: datetime, expect: str, *, corrects: bool
) -> Reading:
    days, rest = read_days(folded, now.date(), lex)
    hours, rest = read_hours(rest, lex)
    bare = expect == "buildings" or (corrects and lex.only.match(rest) is not None)
    houses, rest = read_houses(rest, lex, places, bare=bare)
    template = next((name for name, pattern in lex.types.items() if pattern.search(rest)), "")
    found = replace(before, template=template or before.template, urgent=before.urgent or lex.urgent.search(rest) is not None)
    if houses.said:
        found = replace(found, houses=_houses(before.houses, houses, places, corrects=corrects))
    found = _when(found, days, hours, now, folded, corrects=corrects)
    if not days and hours.begin < 0 and not found.day and _is_now(folded, lex):
        found = replace(found, day=now.date(), now=True, hours=replace(hours, begin=now.hour * 60 + now.minute))
    return replace(found, rest=read_rest(text, rest, before.rest, lex, expect))


def _is_now(folded: str, lex: NoticeLexicon) -> bool:
    from re import search

    from dialogs.notice_lexicon import any_of

    return search(any_of(lex.data["days"]["now"]), folded) is not None


def _houses(before: Houses, said: Houses, places: Places, *, corrects: bool) -> Houses:
    """The buildings after `said`: added to, taken from, or in place of what stood."""
    if said.to and before.named:
        low = before.named[0]
        span = (
            [n for n in places.buildings if n.isdigit() and low.isdigit() and int(low) <= int(n) <= int(said.to)]
            if said.to.isdigit()
            else []
        )
        return replace(before, named=tuple(sorted(span, key=int)) or (low,), to="")
    if not before.said:
        return said
    if said.add or not corrects:
        named = tuple(dict.fromkeys((*before.named, *said.named)))
        return Houses(named, (*before.but, *said.but), (*before.unknown, *said.unknown), said.circle or before.circle)
    if said.but and not (said.named or said.circle):
        return replace(before, named=tuple(n for n in before.named if n not in said.but), but=(*before.but, *said.but))
    return replace(said, add=False)


def _when(found: Reading, days: list[Day], hours: Hours, now: datetime, folded: str, *, corrects: bool) -> Reading:
    """The days and hours said here, on top of what stood."""
    first, last = _two_days(days, hours, folded)
    if first is not None:
        found = replace(found, day=first, last_day=last if last != first else None, now=False)
    elif last is not None:
        found = replace(found, last_day=last)
    if hours.said or hours.period:
        found = replace(found, hours=_hours(found.hours, hours))
    if found.day == now.date() and hours.begin >= 0 and found.hours.begin == hours.begin < 12 * 60:
        found = _not_past(found, now)
    return found


def _two_days(days: list[Day], hours: Hours, folded: str) -> tuple[date | None, date | None]:
    """The day it begins and the day it ends, where two are named."""
    if not days:
        return None, None
    if hours.at >= 0 and hours.until_at >= 0:
        between = [
            one.day
            for one in days
            if hours.at < one.start < hours.until_at or (hours.at < one.end <= hours.until_at and one.start > hours.at)
        ]
        outside = [one.day for one in days if one.day not in between]
        if between:
            return (outside[-1] if outside else None), between[-1]
    if len(days) > 1:
        gap = folded[days[0].end : days[1].start].strip(" ,的")
        if gap in ("到", "至", "-", "~", "to", "till", "until", "through", "一直到", "直到"):
            return days[0].day, days[1].day
    return days[0].day, None


def _hours(before: Hours, said: Hours) -> Hours:
    """Later hours over earlier ones: a span takes the place of all, a single hour of the last one said."""
    if said.period and not said.said:
        return before if before.said else said
    if said.all_day or (said.begin >= 0 and said.end >= 0) or not before.said:
        return said
    if said.only_end:
        end = said.end
        while 0 <= before.begin >= end:
            end += 12 * 60
        return replace(before, end=end)
    if said.begin >= 0:
        begin = _same_half(said.begin, before)
        if before.end >= 0 and not said.only_begin:
            return replace(before, end=begin if begin > before.begin else begin + 12 * 60)
        keep = before.end if before.end > begin else -1
        return replace(said, begin=begin, end=keep if said.only_begin else said.end)
    if said.length and before.begin >= 0:
        return replace(before, end=before.begin + said.length)
    return said


def _same_half(begin: int, before: Hours) -> int:
    """“下午3点 哦不 4点” stays in the afternoon."""
    afternoon = before.begin >= 12 * 60
    return begin + 12 * 60 if afternoon and begin < 12 * 60 else begin


def _not_past(found: Reading, now: datetime) -> Reading:
    """“今天8点”, said in the afternoon, is in the evening."""
    hours, minutes = found.hours, now.hour * 60 + now.minute
    if hours.begin <= minutes < hours.begin + 12 * 60:
        end = hours.end + 12 * 60 if 0 <= hours.end < 12 * 60 else hours.end
        if hours.end < 0 or end > hours.begin + 12 * 60:
            return replace(found, hours=replace(hours, begin=hours.begin + 12 * 60, end=end))
    return found


def audience(houses: Houses, grid: Mapping[str, object], places: Places) -> tuple[str, ...]:
    """The buildings meant, in order of their numbers. `grid`: those of the author's own grid."""
    if houses.named and not houses.circle:
        wanted: tuple[str, ...] = houses.named
    elif houses.circle == "grid":
        wanted = (*grid, *houses.named)
    elif houses.circle:
        wanted = tuple(places.buildings)
    else:
        wanted = houses.named
    kept = [number for number in dict.fromkeys(wanted) if number not in houses.but and number in places.buildings]
    return tuple(sorted(kept, key=lambda number: (len(number), number)))


def readable(text: str) -> str:
    """What is left of a text when everything read was cut out."""
    return " ".join("".join(char if char != GAP else " " for char in text).split()).strip(" ,.")
