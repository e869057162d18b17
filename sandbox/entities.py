"""Entities of a text: what Telegram finds by itself, how it cleans, trims and sorts. Offsets are UTF-16 units throughout."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from sandbox.errors import refuse
from sandbox.model import Json

MOST_ENTITIES = 100
_SPACE = " \n\t"

# Longer first where several begin at one place; then in Telegram's own order of kinds.
_ORDER = {
    kind: place
    for place, kind in enumerate(
        [
            "blockquote",
            "expandable_blockquote",
            "text_link",
            "text_mention",
            "bold",
            "italic",
            "underline",
            "strikethrough",
            "spoiler",
            "code",
            "pre",
            "custom_emoji",
        ]
    )
}
_HINT = re.compile(r"[/@#$+:.]")
_FOUND = re.compile(
    r"(?P<url>(?:https?|ftp|tg)://[^\s<>\"'，。；！？、（）《》]+|(?<![\w.@-])(?:[a-z0-9-]+\.)+(?:com|org|net|me|cn|io|ru|info|gov|edu|dev|app)"
    r"(?![\w-])(?::\d+)?(?:/[^\s<>\"'，。；！？、（）《》]*)?)"
    r"|(?P<email>(?<![\w.@-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<bot_command>(?<![\w/@#…])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@…]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{2,31}(?!\w))"
    r"|(?P<hashtag>(?<![\w#@])#(?=\w*[^\W\d_])\w{1,256}(?![#\w]))"
    r"|(?P<cashtag>(?<![\w$])\$[A-Z]{1,8}(?![\w$]))"
    r"|(?P<phone_number>(?<![\w+])\+\d[\d -]{6,16}\d(?!\w))",
    re.IGNORECASE,
)
_UNWANTED: dict[int, str | None] = {
    **{code: " " for code in range(32) if code != 10},
    13: None,
    **dict.fromkeys(range(0x2028, 0x202F)),
}
_SUSPECT = re.compile("[\x00-\x09\x0b-\x1f\u2028-\u202e]")


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str, marked: list[Json]) -> str:
    """Control characters become spaces, carriage returns and embedded directions vanish; the entities follow."""
    if not _SUSPECT.search(text):
        return text
    gone = [units(text[:place]) for place, char in enumerate(text) if ord(char) in _UNWANTED and _UNWANTED[ord(char)] is None]
    for one in marked:
        end = one["offset"] + one["length"]
        one["length"] -= bisect_left(gone, end) - bisect_left(gone, one["offset"])
        one["offset"] -= bisect_left(gone, one["offset"])
    return text.translate(_UNWANTED)


def find(text: str) -> list[Json]:
    """Links, commands, mentions and the like that Telegram marks by itself."""
    if not _HINT.search(text):
        return []
    found = []
    for match in _FOUND.finditer(text):
        kind = match.lastgroup or ""
        words = match[0].rstrip(".,;:!?)") if kind == "url" else match[0]
        found.append({"type": kind, "offset": units(text[: match.start()]), "length": units(words)})
    return found


def sort(entities: Iterable[Json]) -> list[Json]:
    return sorted(entities, key=lambda one: (one["offset"], -one["length"], _ORDER.get(one["type"], 99)))


def finish(text: str, marked: list[Json]) -> tuple[str, list[Json]]:
    """The text as it is kept, trimmed, with its final entities: those marked by the sender and those found.

    Raises ApiError when an entity cuts a character in half.
    """
    if marked and not text.isascii():
        _check_boundaries(text, marked)
    text = clean(text, marked)
    total = units(text)
    kept = [one for one in marked if one["length"] > 0 and 0 <= one["offset"] < total]
    for one in kept:
        one["length"] = min(one["length"], total - one["offset"])
    text, cut = _trim(text, min((one["offset"] for one in kept), default=total))
    total = units(text)
    result = []
    for one in kept:
        one["offset"] -= cut
        one["length"] = min(one["length"], total - one["offset"])
        if one["length"] > 0:
            result.append(one)
    for one in find(text):
        begin, end = one["offset"], one["offset"] + one["length"]
        if all(end <= other["offset"] or begin >= other["offset"] + other["length"] or _may_hold(other) for other in result):
            result.append(one)
    return text, sort(result)[:MOST_ENTITIES]


def _may_hold(other: Json) -> bool:
    return other["type"] in ("bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote")


def _trim(text: str, first_entity: int) -> tuple[str, int]:
    """Without space at the ends, but never cut into an entity's beginning; and how many units went at the front."""
    text = text.rstrip(_SPACE)
    spaces = min(len(text) - len(text.lstrip(_SPACE)), first_entity)
    return text[spaces:], spaces


def _check_boundaries(text: str, marked: list[Json]) -> None:
    middles = set()
    place = 0
    for char in text:
        if char > "\uffff":
            middles.add(place + 1)
            place += 2
        else:
            place += 1
    for one in marked:
        for edge, verb in ((one["offset"], "begins"), (one["offset"] + one["length"], "ends")):
            if edge in middles:
                raise refuse(
                    f"entity beginning at UTF-16 offset {one['offset']} {verb} in a middle of a UTF-16 symbol"
                    if verb == "ends"
                    else f"entity begins in a middle of a UTF-16 symbol at offset {edge}"
                )
