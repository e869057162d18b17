"""What sort of question a message is, by the word lists of locales/asking.toml: a policy question at all, hearsay, a follow-up, a fact.

A matter to be fixed stays a request even when it is put as a question ("下水道堵了怎么办"): residents describe faults in questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from dialogs.context import Context
from dialogs.request_signs import is_only
from dialogs.understand import command, understand
from dialogs.words import Json

GAP = ".{0,12}"


def heard(text: str, sign: str, ctx: Context) -> bool:
    """Whether one of the words of list `sign` stands in `text`."""
    return contains(text, ctx.settings["asking"]["signs"][sign], ctx)


def contains(text: str, words: Sequence[str], ctx: Context) -> bool:
    """Whether one of `words` stands in `text`, in plain spelling."""
    plain = ctx.lexicon.spelling.plain(text)
    return _pattern(tuple(words)).search(plain) is not None or _pattern(tuple(words)).search(text.casefold()) is not None


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_written(words)))


def _written(words: Iterable[str]) -> list[str]:
    for_each = (re.escape(word).replace(r"\.\.", GAP) for word in words)
    return [rf"(?<![a-z]){one}(?![a-z])" if one[0].isascii() and one[0].isalpha() else one for one in for_each]


def asks_policy(text: str, ctx: Context) -> bool:
    """Whether `text` asks for a rule, a right, a procedure or a fact of the community, rather than reporting a matter."""
    if command(text, ctx.lexicon) is not None or is_only(text, "greeting", ctx) or is_only(text, "thanks", ctx):
        return False
    question = heard(text, "question", ctx)
    strong = heard(text, "strong", ctx) or (question and heard(text, "legal", ctx)) or local_topic(text, ctx) != ""
    if len(text.strip()) < ctx.settings["asking"]["least_characters"] or not (strong or question):
        return False
    found = understand(text, ctx.lexicon, ctx.places)
    place = found.place if found.place is not None and found.place.named else None
    matter = _is_matter(text, found.categories, ctx)
    if strong:
        return not (matter and place is not None and place.building)
    return not matter and place is None


def _is_matter(text: str, categories: Sequence[tuple[str, float]], ctx: Context) -> bool:
    """Whether something physical, or a person in need, is what the words are mostly about."""
    if not categories:
        return False
    code, score = categories[0]
    asking = ctx.settings["asking"]
    long = asking["long_characters_latin" if text.isascii() else "long_characters"]
    return code not in asking["about"] and score >= asking["matter_least" if len(text) < long else "matter_least_long"]


def is_matter(text: str, ctx: Context) -> bool:
    """Whether `text` clearly reports a matter: said at the policy question, it still becomes a request."""
    found = understand(text, ctx.lexicon, ctx.places)
    return _is_matter(text, found.categories, ctx) and not heard(text, "strong", ctx)


def is_rumour(text: str, ctx: Context) -> bool:
    """Hearsay about what swindlers ask for: it is never confirmed out of a document, and the warning comes along."""
    return heard(text, "hearsay", ctx) and heard(text, "scam", ctx)


def follows(text: str, ctx: Context) -> bool:
    """Whether `text` goes on with the document just quoted: short, a word that goes on, and no subject of its own."""
    if len(text.strip()) > ctx.settings["asking"]["follow_characters"] or not heard(text, "follow", ctx):
        return False
    return service_of(text, ctx) == "" and not _is_matter(text, understand(text, ctx.lexicon, ctx.places).categories, ctx)


def local_topic(text: str, ctx: Context) -> str:
    """Which of the community's own facts is asked for (hours, phone, duty, grid), "" for none."""
    topics = ctx.settings["asking"]["local"]
    fits = (name for name, row in topics.items() if all(contains(text, words, ctx) for words in row["needs"]))
    return next(fits, "")


def service_of(text: str, ctx: Context) -> str:
    """The service of the catalogue that `text` names, "" for none; the longest word decides."""
    return _best(text, ((row["code"], row["words"]) for row in ctx.settings["services"]["service"]), ctx)


def check_of(text: str, ctx: Context) -> str:
    """The pre-check whose conditions `text` (a title, a question) is about, "" for none."""
    return _best(text, ((row["code"], row["words"]) for row in ctx.settings["eligibility"]["check"]), ctx)


def _best(text: str, rows: Iterable[tuple[str, Sequence[str]]], ctx: Context) -> str:
    found = [(len(word), code) for code, words in rows for word in words if contains(text, (word,), ctx)]
    return max(found)[1] if found else ""


def row_of(table: Any, code: str) -> Json:
    """The row of a list of tables whose `code` this is; {} when it has gone from the data."""
    return next((row for row in table if row["code"] == code), {})


def split_two(text: str, ctx: Context) -> tuple[str, str] | None:
    """(matter, question) when one message holds both, in either order; the joint is a word of the data."""
    for joint in sorted(ctx.settings["asking"]["signs"]["joint"], key=len, reverse=True):
        first, found, rest = text.partition(joint)
        if not found or len(first.strip()) < ctx.settings["asking"]["least_characters"]:
            continue
        sides = (first.strip(" ，,。.\n"), (joint.lstrip("，").removeprefix("另外").removeprefix("还有") + rest).strip(" ，,。.\n"))
        asked = [asks_policy(side, ctx) for side in sides]
        reported = [is_matter(side, ctx) for side in sides]
        if asked[0] and reported[1]:
            return sides[1], sides[0]
        if asked[1] and reported[0]:
            return sides[0], sides[1]
    return None
