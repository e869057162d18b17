"""Which half of the day an hour belongs to, alone or as one end of a span: pure arithmetic on what was said.

Nothing is guessed but that one to five without “early” are in the afternoon; the preview shows what was understood.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

Minutes = int
"""Minutes after midnight; over 1440 is the next day."""
DAY: Minutes = 24 * 60
AFTERNOON = range(1, 6)


@dataclass(frozen=True)
class Token:
    start: int
    end: int
    hour: int
    minute: int
    period: str
    strong: bool
    suffixed: bool = False
    military: bool = False
    """Said with two digits or as 08:00: no half of the day is missing."""


def span_of(first: Token, second: Token) -> tuple[Minutes, Minutes]:
    begin = alone_at(first)
    if not first.period and not first.military and second.suffixed and second.period in ("pm", "evening") and first.hour < 12:
        later = alone_at(replace(first, period="pm"))
        begin = later if later < alone_at(second) else first.hour * 60 + first.minute
    elif not first.period and not first.military and second.period in ("am", "night") and first.hour in AFTERNOON:
        begin = first.hour * 60 + first.minute
    if second.period or second.military:
        end = alone_at(second)
        return begin, end if end > begin else end + DAY
    plain = second.hour * 60 + second.minute
    options = [at for at in (plain, plain + 12 * 60 if second.hour < 12 else -1) if at > begin]
    return begin, min(options) if options else plain + DAY


def alone_at(one: Token) -> Minutes:
    """The hour on its own: by its half of the day, else one to five are in the afternoon."""
    hour = one.hour
    match one.period:
        case "pm":
            hour += 12 if hour < 12 else 0
        case "evening":
            hour = 24 if hour == 12 else hour + 12 if 5 <= hour < 12 else hour
        case "noon":
            hour += 12 if hour < 4 else 0
        case "night":
            hour = 0 if hour == 12 else hour
        case "am":
            hour = 0 if hour == 12 and one.suffixed else hour
        case _ if not one.military and hour in AFTERNOON:
            hour += 12
    return hour * 60 + one.minute
