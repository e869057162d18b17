"""Which hours: “8点到12点”, “8-12点”, “下午两点半”, “早八晚六”, “from 2 to 5 pm”, “停4个小时” → hours of a day."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from dialogs.notice_halves import Minutes, Token, alone_at, span_of
from dialogs.notice_lexicon import GAP, NUMBER, NoticeLexicon, any_of
from dialogs.numerals import digits


@dataclass(frozen=True)
class Hours:
    """What one stretch of text says of hours; -1 = not said."""

    begin: Minutes = -1
    end: Minutes = -1
    length: Minutes = 0
    all_day: bool = False
    only_end: bool = False
    """“到12点”: only the end was said."""
    only_begin: bool = False
    """“9点开始”"""
    period: str = ""
    """“明天上午” without an hour."""
    at: int = -1
    """Where the first hour stands, and where the second: a day between them is the last day."""
    until_at: int = -1

    @property
    def said(self) -> bool:
        return self.begin >= 0 or self.end >= 0 or self.all_day or self.length > 0


@dataclass(frozen=True)
class _Words:
    token: re.Pattern[str]
    periods: tuple[tuple[str, re.Pattern[str]], ...]
    span: re.Pattern[str]
    until: re.Pattern[str]
    lead: re.Pattern[str]
    begin: re.Pattern[str]
    house: re.Pattern[str]
    house_before: re.Pattern[str]
    all_day: re.Pattern[str]
    length: re.Pattern[str]


@lru_cache(maxsize=4)
def _words(lex: NoticeLexicon) -> _Words:
    data, clock = lex.data, lex.data["clock"]
    period = any_of("|".join(data["periods"].values()))
    house = data["building"]
    minute = (
        rf"(\d{{2}}|[二三四五]?十[一二三四五六七八九]?|[零〇][一二三四五六七八九]|\d(?=分))"
        rf"分?(?!\s*(?:{house})|\s*(?:号|栋|个|天|[-~到至]\s*\d+\s*(?:{house})))"
    )
    return _Words(
        token=re.compile(
            rf"(?P<before>{period})?\s*(?:的|at\s)?\s*(?:(?P<word>{any_of(clock['noon'] + '|' + clock['midnight'])})"
            rf"|(?P<h1>\d{{1,2}})(?P<colon>[:.])(?P<m1>[0-5]\d)(?!\d)"
            rf"|(?P<h2>{NUMBER})\s*(?:点|时(?!间|候|长|常)|o.?clock)(?:钟|整)?(?:(?P<half>半|一刻|三刻)|(?P<m2>{minute}))?"
            rf"|(?P<h3>(?<!\d)\d{{1,2}}(?![\d%])|(?!\d){NUMBER}))"
            rf"\s*(?P<after>{any_of(clock['after'])})?"
        ),
        periods=tuple((name, re.compile(any_of(words))) for name, words in data["periods"].items()),
        span=re.compile(rf"^(?:钟|整)?\s*(?:{any_of(clock['range'])})\s*(?:次日|第二天|当天)?\s*$"),
        until=re.compile(rf"(?:{any_of(clock['range'])})\s*$"),
        lead=re.compile(rf"(?:{any_of(clock['from'])}|(?<![a-z])at|{GAP})\s*(?:的|,|at)?\s*$"),
        begin=re.compile(rf"^\s*(?:{any_of(clock['begin'])})"),
        house=re.compile(rf"^\s*(?:{house}|号|楼|单元|户|个|[,、和-]\s*\d+\s*(?:{house}))"),
        house_before=re.compile(rf"(?:{any_of(data['building_en'])})[\s\d,.and-]*$"),
        all_day=re.compile(any_of(clock["all_day"])),
        length=re.compile(rf"({NUMBER}|半)(?:\.(\d))?\s*(个半)?\s*(?:{any_of(clock['hours'])})"),
    )


def read_hours(text: str, lex: NoticeLexicon) -> tuple[Hours, str]:
    """What folded `text` (days already cut out) says of hours, and the text with gaps in their place."""
    words, found = _words(lex), Hours()
    match = words.all_day.search(text)
    if match:
        found, text = replace(found, all_day=True), _gap(text, match.start(), match.end())
    match = words.length.search(text)
    if match:
        number = 0.5 if match[1] == "半" else float(digits(match[1].strip()) or 0) + (float(f"0.{match[2]}") if match[2] else 0)
        half = 0.5 if "个半" in match.group() and match[1] != "半" else 0
        found, text = replace(found, length=int((number + half) * 60)), _gap(text, match.start(), match.end())
    tokens = [token for one in words.token.finditer(text) if (token := _token(one, words, text)) is not None]
    for place, first in enumerate(tokens):
        second = tokens[place + 1] if place + 1 < len(tokens) else None
        if second is not None and _spans(text, first, second, words):
            begin, end = span_of(first, second)
            found = replace(found, begin=begin, end=end, at=first.start, until_at=second.start)
            return found, _gap(_gap(text, first.start, first.end), second.start, second.end)
    apart = _apart(tokens, text, words)
    if apart is not None:
        first, second = apart
        begin, end = span_of(first, second)
        found = replace(found, begin=begin, end=end, at=first.start, until_at=second.start)
        return found, _gap(_gap(text, first.start, first.end), second.start, second.end)
    for first in tokens:
        if first.strong or (first.period and _alone(first, text, words)) or _led(first, text, words):
            return _single(found, first, text, words)
    return _period_only(found, text, words)


def _apart(tokens: list[Token], text: str, words: _Words) -> tuple[Token, Token] | None:
    """“10点停水，到下午4点”: two hours with other words between them."""
    strong = [token for token in tokens if token.strong]
    for first, second in pairwise(strong):
        if words.until.search(text[: second.start]) and GAP not in text[first.end : second.start]:
            return first, second
    return None


def _single(found: Hours, one: Token, text: str, words: _Words) -> tuple[Hours, str]:
    minutes = alone_at(one)
    lead = text[: one.start].replace(GAP, "").strip(" ,.")
    if lead and words.span.match(lead):
        return replace(found, end=minutes, only_end=True, until_at=one.start), _gap(text, 0, one.end)
    begins = words.begin.match(text[one.end :]) is not None
    end = minutes + found.length if found.length else -1
    return replace(found, begin=minutes, end=end, only_begin=begins, at=one.start), _gap(text, one.start, one.end)


def _period_only(found: Hours, text: str, words: _Words) -> tuple[Hours, str]:
    for name, pattern in words.periods:
        match = pattern.search(text)
        if match and len(match.group()) > 1 and not found.said:
            return replace(found, period=name, at=match.start()), _gap(text, match.start(), match.end())
    match = re.search(rf"{GAP}(早|晚|夜|朝)", text)
    if match and not found.said:
        name = "am" if match[1] in "早朝" else "evening"
        return replace(found, period=name, at=match.start(1)), _gap(text, match.start(1), match.end(1))
    return found, text


def _gap(text: str, start: int, end: int) -> str:
    return text[:start] + GAP * (end - start) + text[end:]


def _token(match: re.Match[str], words: _Words, text: str) -> Token | None:
    """One hour as said, None for a number that can be none."""
    after = match["after"] or ""
    period = _period(match["before"] or after, words)
    start = match.start() + len(match.group()) - len(match.group().lstrip())
    if match["word"]:
        noon = match["word"] in ("正午", "中午十二点", "noon", "midday")
        return Token(start, match.end(), 12 if noon else 24, 0, "noon" if noon else "", True, military=True)
    said = match["h1"] or match["h2"] or match["h3"]
    number = digits(said.strip())
    if number is None or not number.isdigit() or int(number) > 24:
        return None
    minute = 0
    if match["m1"]:
        minute = int(match["m1"])
    elif match["half"]:
        minute = {"半": 30, "一刻": 15, "三刻": 45}[match["half"]]
    elif match["m2"]:
        minute = int(digits(match["m2"].rstrip("分")) or 0)
    if minute > 59:
        return None
    dotted = match["colon"] == "."
    strong = bool(match["h2"] or after or (match["h1"] and (not dotted or period)))
    military = said.startswith("0") or int(number) > 12
    weak_end = match.end() if strong else (match.end("h3") if match["h3"] else match.end())
    if not strong and words.house_before.search(text[: match.start()]):
        return None
    return Token(start, weak_end, int(number), minute, period, strong, bool(after), military)


def _period(said: str, words: _Words) -> str:
    said = said.removeprefix("in the ").removeprefix("at ")
    return next((name for name, pattern in words.periods if said and pattern.fullmatch(said)), "")


def _alone(one: Token, text: str, words: _Words) -> bool:
    return not words.house.match(text[one.end :])


def _led(one: Token, text: str, words: _Words) -> bool:
    """A bare number behind “at” or “from” is an hour."""
    lead = re.search(r"(?<![a-z])(?:at|from|by)\s$", text[: one.start])
    return lead is not None and _alone(one, text, words)


def _spans(text: str, first: Token, second: Token, words: _Words) -> bool:
    """Whether two hours are the ends of one span."""
    between = text[first.end : second.start].replace(GAP, "")
    both_periods = bool(first.period and second.period)
    if not (words.span.match(between) or (both_periods and not between.strip(" ,"))):
        return False
    if first.strong or second.strong:
        return first.strong or (second.strong and not words.house.match(text[first.end :]))
    if words.house.match(text[second.end :]) or words.house.match(text[first.end :]):
        return False
    dotted = "." in text[first.start : first.end] and "." in text[second.start : second.end]
    return dotted or both_periods or bool(first.period) or words.lead.search(text[: first.start]) is not None
