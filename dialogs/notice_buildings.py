"""Which buildings a notice is for: “3、5-7栋”, aliases, “全网格”, “除了2栋”, “再加5栋”. Unknown ones are named, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from dialogs.notice_lexicon import GAP, NUMBER, NoticeLexicon, any_of, cut
from dialogs.numerals import CHINESE, digits
from dialogs.places import Places


@dataclass(frozen=True)
class Houses:
    """What one stretch of text says of buildings."""

    named: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    circle: str = ""
    """Everybody in the "grid", the "community" or the "street"."""
    add: bool = False
    """Said to be added to what stands already."""
    to: str = ""
    """Only the end of a range was said (“到6栋”)."""

    @property
    def said(self) -> bool:
        return bool(self.named or self.but or self.unknown or self.circle or self.to)


@dataclass(frozen=True)
class _Words:
    item: re.Pattern[str]
    prefix: re.Pattern[str]
    listed: re.Pattern[str]
    span: re.Pattern[str]
    but_before: re.Pattern[str]
    but_after: re.Pattern[str]
    add: re.Pattern[str]
    parity: tuple[tuple[str, re.Pattern[str]], ...]
    circles: tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True)
class _Item:
    start: int
    end: int
    number: str
    suffix: bool


@lru_cache(maxsize=4)
def _words(lex: NoticeLexicon) -> _Words:
    data = lex.data
    suffix, prefix = data["building"], any_of(data["building_en"])
    return _Words(
        item=re.compile(rf"(?:第|#)?({NUMBER}|(?<![a-z])[a-h]\d?(?=\s*(?:{suffix})))(?:\s*({suffix})|号(?=\s*[,到至和跟~-])|(?!\d|%))"),
        prefix=re.compile(rf"{prefix}\.?\s*(?:no\.?|nos\.?|numbers?|#)?\s*$"),
        listed=re.compile(rf"^[\s,]*(?:{any_of(data['list'])})?[\s,]*(?:and\s+)?(?:{prefix}\s*)?$"),
        span=re.compile(rf"^\s*(?:{any_of(data['range'])})\s*(?:{prefix}\s*)?$"),
        but_before=re.compile(rf"(?:{any_of(data['but_before'])})(?:的|了|掉|for|the|{prefix}|[\s,])*$"),
        but_after=re.compile(rf"^[\s,楼的人]*(?:{any_of(data['but_after'])})"),
        add=re.compile(rf"(?:{any_of(data['add'])})(?:{prefix}|[\s,])*$"),
        parity=tuple((name, re.compile(rf"(?:{data[name]})\s*(?:{suffix})?")) for name in ("odd", "even")),
        circles=tuple((name, re.compile(any_of(words))) for name, words in data["all"].items()),
    )


def read_houses(text: str, lex: NoticeLexicon, places: Places, *, bare: bool = False) -> tuple[Houses, str]:
    """What folded `text` (times already cut out) says of buildings, and the text with that cut out.

    `bare`: numbers without “栋” count too, because buildings were asked for.
    """
    words, found = _words(lex), Houses()
    for name, pattern in words.circles:
        match = pattern.search(text)
        if match and not found.circle:
            found = replace(found, circle=name)
            text = cut(text, *match.span())
    for alias in sorted(places.aliases, key=len, reverse=True):
        for match in re.finditer(re.escape(lex.fold(alias)), text):
            found = _sorted_in(found, [places.aliases[alias]], text, match.start(), match.end(), words, places)
            text = cut(text, *match.span())
    for name, pattern in words.parity:
        match = pattern.search(text)
        if match:
            rest = 1 if name == "odd" else 0
            numbers = [number for number in places.buildings if number.isdigit() and int(number) % 2 == rest]
            found = _sorted_in(found, numbers, text, match.start(), match.end(), words, places)
            text = cut(text, *match.span())
    for group in _groups(text, words, bare):
        start, end = group[0].start, group[-1].end
        before = words.prefix.search(text[:start])
        start = before.start() if before else start
        opens = not text[:start].replace(GAP, "").strip(" ,.")
        found = _sorted_in(found, _numbers(group, text, words, places), text, start, end, words, places)
        if opens and words.span.match(text[:start].replace(GAP, "").strip(" ,.")) and len(group) == 1:
            found = replace(found, to=group[0].number)
        text = cut(text, start, end)
    return _led_by_range(found, text, words), text


def _led_by_range(found: Houses, text: str, words: _Words) -> Houses:
    """“到6栋” at the very start says only where a range ends."""
    lead = text[: text.find(GAP)].strip(" ,.") if GAP in text else ""
    if lead and words.span.match(lead) and len(found.named) == 1 and not found.to:
        return replace(found, to=found.named[0], named=())
    return found


def _sorted_in(found: Houses, numbers: list[str], text: str, start: int, end: int, words: _Words, places: Places) -> Houses:
    """`found` with `numbers` named, left out or unknown, by the words around them."""
    known = [number for number in numbers if number in places.buildings]
    unknown = tuple(number for number in numbers if number not in places.buildings)
    if words.but_before.search(text[:start]) or words.but_after.match(text[end:]):
        return replace(found, but=_joined(found.but, known), unknown=_joined(found.unknown, unknown))
    add = found.add or (not found.named and words.add.search(text[:start]) is not None)
    return replace(found, named=_joined(found.named, known), unknown=_joined(found.unknown, unknown), add=add)


def _joined(first: tuple[str, ...], more: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *more)))


def _groups(text: str, words: _Words, bare: bool) -> list[list[_Item]]:
    """Numbers that stand together as buildings: “3、5-7栋”, “buildings 3 and 5”."""
    groups: list[list[_Item]] = []
    for match in words.item.finditer(text):
        item = _Item(match.start(), match.end(), match[1], bool(match[2]))
        last = groups[-1] if groups else None
        if last is not None and _follows(text[last[-1].end : item.start], last, words):
            last.append(item)
        else:
            groups.append([item])
    return [kept for group in groups if (kept := _as_buildings(group, text, words, bare))]


def _follows(between: str, group: list[_Item], words: _Words) -> bool:
    if GAP in between:
        return False
    if words.span.match(between):
        return True
    return words.listed.match(between) is not None and (bool(between) or group[-1].suffix)


def _as_buildings(group: list[_Item], text: str, words: _Words, bare: bool) -> list[_Item]:
    """The part of a group that names buildings: up to the last “栋”, or all of it behind “building” or where they were asked for."""
    if bare or words.prefix.search(text[: group[0].start]):
        return group
    last = max((number for number, item in enumerate(group) if item.suffix), default=-1)
    return group[: last + 1]


def _numbers(group: list[_Item], text: str, words: _Words, places: Places) -> list[str]:
    """The numbers of a group in order, ranges filled in with the houses that exist."""
    found: list[str] = []
    for place, item in enumerate(group):
        said = _said(item.number, places)
        ranged = place > 0 and words.span.match(text[group[place - 1].end : item.start])
        if ranged and found and found[-1].isdigit() and len(said) == 1 and said[0].isdigit():
            low, high = sorted((int(found[-1]), int(said[0])))
            inner = [number for number in places.buildings if number.isdigit() and low < int(number) < high]
            said = [*sorted(inner, key=int), said[0]]
        found.extend(said)
    return list(dict.fromkeys(found))


def _said(word: str, places: Places) -> list[str]:
    """One number as said: "11" → 11, “二三” → 2 and 3, “三五七” → 3, 5, 7 where there is no 357."""
    number = digits(word)
    if number is None:
        return [word.upper()]
    if "-" in number:
        return number.split("-")
    number = str(int(number))
    if number not in places.buildings and len(word) > 1 and all(char in CHINESE for char in word):
        single = [digits(char) or "" for char in word]
        if all(one in places.buildings for one in single):
            return single
    return [number]
