"""When it is to be sent: “17:30发”, “明早8点”, “每周三上午9点”, “每月15号”, “每个工作日8点” → a local wall, or a repeat rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from dialogs.notice_days import read_days
from dialogs.notice_hours import read_hours
from dialogs.notice_lexicon import NUMBER, NoticeLexicon
from dialogs.numerals import digits
from dialogs.words import Json

DEFAULT_CLOCK = "09:00"
CLAUSE = re.compile(r"[,.;!，。；\n]")


@dataclass(frozen=True)
class Sending:
    """`send`: "now", a wall, or ""; `repeat`: {"every","weekdays"|"day","time"} or None."""

    send: str = ""
    repeat: Json | None = None

    @property
    def said(self) -> bool:
        return bool(self.send or self.repeat)


def split_sending(text: str, lex: NoticeLexicon, now: datetime) -> tuple[str, Sending]:
    """A clause that says when to send (“今晚6点再发”), taken out of the rest of the sentence."""
    folded, at = lex.fold(text), 0
    for match in [*CLAUSE.finditer(folded), None]:
        end = match.start() if match is not None else len(folded)
        said = folded[at:end].strip()
        word = lex.send_word.search(said)
        if word and (word.end() >= len(said) - 1 or word.start() == 0) and (read := read_sending(said, lex, now)).said:
            return f"{text[:at]} {text[end + 1 :]}".strip(" ,，。"), read
        at = end + 1
    return text, Sending()


def read_sending(text: str, lex: NoticeLexicon, now: datetime) -> Sending:
    """The time of sending in `text`; `now` is local."""
    folded = lex.fold(text)
    rule = _rule(folded, lex, now)
    if rule is not None:
        return Sending(repeat=rule)
    days, rest = read_days(folded, now.date(), lex)
    hours, _ = read_hours(rest, lex)
    if hours.begin < 0:
        return Sending(send="now") if lex.edit["send"].fullmatch(folded) else Sending()
    day = days[0].day if days else now.date()
    wall = datetime.combine(day, time()) + timedelta(minutes=hours.begin)
    here = now.replace(tzinfo=None)
    if wall <= here and not days:
        later = wall + timedelta(hours=12)
        wall = later if later > here and later.date() == wall.date() else wall + timedelta(days=1)
    return Sending(send=wall.isoformat(timespec="minutes")) if wall > here else Sending()


def _rule(folded: str, lex: NoticeLexicon, now: datetime) -> Json | None:
    """A repeat rule, None where nothing repeats."""
    for every in ("workdays", "monthly", "weekly", "daily"):
        match = lex.repeats[every].search(folded)
        if match is None:
            continue
        rest = folded[match.end() :]
        if every == "weekly":
            weekdays, rest = _weekdays(rest, lex)
            if weekdays:
                return {"every": "week", "weekdays": weekdays, "time": _clock(rest, lex)}
            continue
        if every == "monthly":
            day, rest = _day_of_month(rest, lex)
            if day:
                return {"every": "month", "day": day, "time": _clock(rest, lex)}
            continue
        return {"every": "workday" if every == "workdays" else "day", "time": _clock(rest, lex)}
    return None


def _weekdays(rest: str, lex: NoticeLexicon) -> tuple[list[int], str]:
    names = lex.data["weekdays"]
    match = re.match(
        rf"\s*(?:周|星期|礼拜)?([{''.join(names['names'])}](?:[,和及与跟]?(?:周|星期|礼拜)?[{''.join(names['names'])}](?!点))*)", rest
    )
    if match:
        found = {names["names"][char] for char in match[1] if char in names["names"]}
        return sorted(found), rest[match.end() :]
    english = "|".join(sorted(names["en"], key=len, reverse=True))
    match = re.match(rf"\s*((?:{english})(?:(?:\s*,\s*|\s+and\s+)(?:{english}))*)(?![a-z])", rest)
    if match:
        return sorted({names["en"][word] for word in re.findall(english, match[1])}), rest[match.end() :]
    return [], rest


def _day_of_month(rest: str, lex: NoticeLexicon) -> tuple[int, str]:
    match = re.match(r"\s*(?:的)?(?:底|末|最后一天)", rest) or lex.repeats["month_end"].search(rest)
    if match:
        return 31, rest[match.end() :]
    match = re.match(rf"\s*(?:the\s)?({NUMBER})(?:日|号|st|nd|rd|th)?", rest)
    number = digits(match[1].strip()) if match else None
    return (int(number), rest[match.end() :]) if match and number and number.isdigit() and 1 <= int(number) <= 31 else (0, rest)


def _clock(rest: str, lex: NoticeLexicon) -> str:
    hours, _ = read_hours(rest, lex)
    return f"{hours.begin // 60 % 24:02d}:{hours.begin % 60:02d}" if hours.begin >= 0 else DEFAULT_CLOCK
