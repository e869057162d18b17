"""Remarks beside the matter, read from a person's own words: yes and no, greetings, since when, "my legs are bad".

The word lists are data (locales/settings.toml, tables `signs` and `since`). A Chinese word is found anywhere in the text, a Latin
one only as a whole word. In doubt nothing is read: the dialog then asks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from dialogs.context import Context
from dialogs.understand import command
from dialogs.words import Json

STRIPPED = " \t\r\n,，.。!！?？…~～、:：;；"
FLAGS = ("needs_help", "confidential")


def answer(text: str, ctx: Context) -> str | None:
    """ "yes", "no", "unknown" (does not know) or None: what `text` answers to a question of yes or no, as its first words say."""
    found = {"yes": "yes", "no": "no", "dont_know": "unknown"}.get(command(text, ctx.lexicon) or "")
    if found:
        return found
    said = _plain(text)
    signs = ctx.settings["signs"]
    # "不晓得" begins with "不", "是的" with "是": the longest word that fits decides.
    fits = [(len(word), name) for name in ("yes", "no", "unknown") for word in signs[name] if _begins(said, word)]
    return max(fits)[1] if fits else None


def rest_of_answer(text: str, ctx: Context) -> str:
    """What was said beyond the bare yes or no: "不对，是漏水" → "是漏水"."""
    said = _plain(text)
    signs = ctx.settings["signs"]
    words = [word for name in ("yes", "no", "unknown") for word in signs[name] if _begins(said, word)]
    return said[len(max(words, key=len)) :].strip(STRIPPED) if words else said


def has(text: str, sign: str, ctx: Context) -> bool:
    """Whether one of the words of list `sign` stands in `text`."""
    return _contains(_plain(text), ctx.settings["signs"][sign])


def same_or_other(text: str, ctx: Context) -> str | None:
    """ "same" or "other" for "is it what was already reported?", None when neither is said."""
    if has(text, "different", ctx):
        return "other"
    if has(text, "same", ctx):
        return "same"
    return {"yes": "same", "no": "other"}.get(answer(text, ctx) or "")


def is_only(text: str, sign: str, ctx: Context) -> bool:
    """Whether `text` (several lines, if held) holds nothing but words of list `sign`: "喂 / 有人没得" is a greeting, no matter."""
    left = _plain(text)
    for word in sorted(ctx.settings["signs"][sign], key=len, reverse=True):
        left = left.replace(word, " ")
    return bool(_plain(text)) and not left.strip(STRIPPED + "啊呀哦吗嘛呢哈了的")


def flags_in(text: str, ctx: Context) -> Json:
    """The flags of a case that `text` asks for: {"needs_help": True, …}."""
    return {flag: True for flag in FLAGS if has(text, flag, ctx)}


def since_in(text: str, ctx: Context) -> str:
    """Since when, as the name of a text `request.since.<name>`; "" when it isn't said."""
    said = _plain(text)
    return next((name for name, words in ctx.settings["since"].items() if _contains(said, words)), "")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'").strip(STRIPPED)


def _begins(said: str, word: str) -> bool:
    """A one-character word ("要", "不", "是") answers only when the sentence pauses after it: "要 谢谢", not "要换灯"."""
    if not said.startswith(word):
        return False
    following = said[len(word) : len(word) + 1]
    if len(word) == 1 or word[-1].isascii():
        return not following.isalnum()
    return True


def _contains(said: str, words: Sequence[str]) -> bool:
    return _pattern(tuple(words)).search(said) is not None


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_whole(words)))


def _whole(words: Iterable[str]) -> list[str]:
    return [rf"(?<![a-z]){re.escape(w)}(?![a-z])" if w[0].isascii() else re.escape(w) for w in words]


def person_words(*texts: Any) -> str:
    """Several things that a person said, one a line, empty ones left out."""
    return "\n".join(str(text).strip() for text in texts if str(text).strip())
