"""Where: building, unit, floor, room or a public spot, from what a resident writes. Nothing is guessed, nothing is completed.

A place is read part by part, each part is cut out of the text as it is found, so that “2-1-301” is never read twice.
The words are data (locales/lexicon/places.toml); the houses of a community are handed in as `Places`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any, Literal

from dialogs.numerals import CHINESE, ENGLISH, digits
from dialogs.place_words import CUT, PlaceWords
from dialogs.spelling import Spelling

Part = Literal["building", "unit", "floor", "room"]


@dataclass(frozen=True)
class Places:
    """The houses of one community: number → {"units","floors","rooms"}, and names such as “西门那栋” → number."""

    buildings: Mapping[str, Mapping[str, Any]]
    aliases: Mapping[str, str]

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Places:
        return Places(dict(data["buildings"]), dict(data.get("aliases", {})))


@dataclass(frozen=True)
class Place:
    """What was said, as said: "12", "1", "3-4", "301", “左手”; `spot` is a public place. None = not said."""

    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    spot: str | None = None
    known: bool = False
    """The building was named and exists."""

    @property
    def named(self) -> bool:
        """Some part inside a house was named, not only a public spot."""
        return any((self.building, self.unit, self.floor, self.room))


@dataclass(frozen=True)
class _Mention:
    """One building named in the text, and what stood with it in one go (“2-1-301”)."""

    start: int
    end: int
    building: str
    unit: str | None = None
    room: str | None = None


def find_place(text: str, words: PlaceWords, spelling: Spelling, places: Places, expect: Part | None = None) -> Place | None:
    """The place that `text` names, None if none. `expect` says what was asked for: a bare "2" then answers it."""
    plain = spelling.plain(text)
    has_part = words.anything.search(plain) or any(alias.lower() in plain for alias in places.aliases)
    inside = expect not in (None, "building")  # the building is known by then: “1-301” is unit and room
    found = _read(plain, words, places, inside) if has_part else Place()
    if expect is not None:
        found = _with_bare(found, plain, expect, words)
    known = found.building is not None and found.building in places.buildings
    found = replace(found, known=known, spot=_spot(plain, words))
    return found if found.named or found.spot else None


def _spot(plain: str, words: PlaceWords) -> str | None:
    """The public place that is named, the longest name where several fit."""
    spans = words.spots.scan(plain).get("spots")
    if spans and words.not_spot.search(plain):
        plain = words.not_spot.sub(lambda match: CUT * len(match.group()), plain)
        spans = words.spots.scan(plain).get("spots")
    if not spans:
        return None
    longest = max(spans, key=lambda span: (span.end - span.start, -span.start))
    return plain[longest.start : longest.end]


def nearest(building: str, places: Places, n: int = 3) -> tuple[str, ...]:
    """The `n` existing buildings that may be meant by one that doesn't exist, in order of their numbers.

    First the neighbours in number (“11栋” and “14栋” for 12), then what one key too many would make of it (“2栋”).
    """
    numbers = sorted((number for number in places.buildings if number.isdigit()), key=int)
    wanted = int(building) if building.isdigit() else 0
    lower = [number for number in reversed(numbers) if int(number) < wanted]
    higher = [number for number in numbers if int(number) > wanted]
    slips = [building[1:], building[:-1], building[::-1]]
    by_distance = sorted(numbers, key=lambda number: (abs(int(number) - wanted), int(number)))
    ranked = [*lower[:1], *higher[:1], *(slip for slip in slips if slip in places.buildings), *by_distance]
    chosen = list(dict.fromkeys(ranked))[:n]
    others = [number for number in places.buildings if number not in chosen][: n - len(chosen)]
    return (*sorted(chosen, key=int), *others)


def _read(plain: str, words: PlaceWords, places: Places, inside: bool) -> Place:
    mentions = _mentions(plain, words, places, inside)
    if not mentions:
        return _inside(plain, words, Place(), pair=inside)
    chosen = _chosen(mentions, plain, words)
    at = mentions.index(chosen)
    start = mentions[at - 1].end if at else 0
    end = mentions[at + 1].start if at + 1 < len(mentions) else len(plain)
    rest = plain[start : chosen.start] + CUT + plain[chosen.end : end]
    return _inside(rest, words, Place(chosen.building, chosen.unit, None, chosen.room), pair=chosen.room is None)


def _mentions(plain: str, words: PlaceWords, places: Places, inside: bool) -> list[_Mention]:
    found: list[_Mention] = []
    text = plain

    def take(match: re.Match[str], building: str, unit: str | None = None, room: str | None = None) -> None:
        nonlocal text
        found.append(_Mention(match.start(), match.end(), building, unit, room))
        text = text[: match.start()] + CUT * (match.end() - match.start()) + text[match.end() :]

    for alias in sorted(places.aliases, key=len, reverse=True):
        for match in re.finditer(re.escape(alias.lower()), text):
            take(match, places.aliases[alias])
    for match in words.compound.finditer(text):
        take(match, str(int(match[1])), str(int(match[2])), match[3])
    for pattern in words.buildings:
        for match in pattern.finditer(text):
            number = digits(next(group for group in match.groups() if group)) or match.group(1).upper()
            if not _is_amount(match, number):
                take(match, number)
    if not found and not inside:
        for match in words.in_building.finditer(text):
            take(match, str(int(match[1])), None, match[2])
    return sorted(found, key=lambda mention: mention.start)


def _is_amount(match: re.Match[str], number: str) -> bool:
    """“两栋” and “一栋楼” count houses, “11栋” names one; a range is none."""
    said = match.group()
    return said.startswith("两") or said.endswith(("一栋楼", "一幢楼")) or "-" in number


def _chosen(mentions: list[_Mention], plain: str, words: PlaceWords) -> _Mention:
    """The building that is meant: not the denied or corrected one, and not the person's home if another one follows."""
    left = [mention for mention in mentions if not words.denied.search(plain[: mention.start])] or mentions
    chosen = left[0]
    for earlier, later in pairwise(left):
        if words.corrected.search(plain[earlier.end : later.start]):
            chosen = later
    if chosen is left[0] and len(left) > 1 and words.home.search(plain[: chosen.start]):
        return left[1]
    return chosen


def _inside(text: str, words: PlaceWords, place: Place, pair: bool = True) -> Place:
    """Unit, floor and room in `text`, where a cut stands for the building. `pair`: “1-301” may be unit and room."""
    unit, text = _cut(text, words.units) if place.unit is None else (place.unit, text)
    if unit is None and place.building is not None:
        unit, text = _cut(text, (words.door_unit,))
    both = words.in_building.search(text) if unit is None and pair else None
    if both:
        return replace(place, unit=both[1], room=both[2], floor=_floor(text[both.end() :], words)[0])
    floor, text = _floor(text, words)
    room, text = _cut(text, words.rooms, raw=True) if place.room is None else (place.room, text)
    if room is None and (unit or floor or place.building):
        side = words.side.search(text)
        room = side.group() if side and (floor or "户" in side.group()) else None
    return replace(place, unit=unit, floor=floor, room=room)


def _floor(text: str, words: PlaceWords) -> tuple[str | None, str]:
    for phrase, floor in words.ground.items():
        if phrase in text:
            return floor, text.replace(phrase, CUT, 1)
    below = words.basement.search(text)
    if below:
        return f"-{digits(below[1] or below[2])}", text[: below.start()] + CUT + text[below.end() :]
    for pattern in words.floor_ranges:
        match = pattern.search(text)
        if match:
            low, high = (digits(group) for group in match.groups() if group)
            if low and high and "-" not in low + high and low.isdigit() and int(low) < int(high) <= 99:
                return f"{int(low)}-{int(high)}", text[: match.start()] + CUT + text[match.end() :]
    return _cut(text, words.floors)


def _cut(text: str, patterns: tuple[re.Pattern[str], ...], raw: bool = False) -> tuple[str | None, str]:
    """The number that the first fitting pattern finds, and `text` with a cut in its place. `raw` keeps "0302" and "301a"."""
    for pattern in patterns:
        match = pattern.search(text)
        if match:
            said = next(group for group in match.groups() if group)
            number = said if raw and said[0].isdigit() else digits(said) or said.upper()
            if number.isdigit() and not raw:
                number = str(int(number))
            return number, text[: match.start()] + CUT + text[match.end() :]
    return None, text


def _with_bare(found: Place, plain: str, expect: Part, words: PlaceWords) -> Place:
    """`found` with a bare number (“2”, “二”, “the second”) taken as what was asked for."""
    if getattr(found, expect) is not None:
        return found
    match = re.match(
        rf"(?:就?是|在|住|第|the |it is |its )?\s?(\d{{1,4}}[a-d]?|[{CHINESE}]{{1,5}}|[a-z]+)\s?(?:号|吧|啊|呀|嘛|哦)?\s?(?=$|[,./ ])",
        plain,
    )
    number = digits(match[1]) if match and not match[1][-1].isalpha() else None
    if match and number is None:
        number = str(ENGLISH[match[1]]) if match[1] in ENGLISH else digits(match[1]) or _letter(match[1], expect)
    if number is None:
        return found
    if expect == "unit" and len(number) >= 3:
        expect = "room"
    parts = {**asdict(found), expect: number}
    return Place(**parts)


def _letter(said: str, expect: Part) -> str | None:
    return said.upper() if len(said) == 1 and "a" <= said <= "h" and expect in ("building", "unit") else None
