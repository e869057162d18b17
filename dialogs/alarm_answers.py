"""How the free words of a person in danger are read: yes or no to a check question, "I am safe", "clear the screen".

The word lists are data (locales/emergency.toml). In doubt the reading is None: the dialog then asks again or stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

STRIPPED = " \t\n,，.。!！…~～、"


def yes_or_no(text: str, words: Mapping[str, Sequence[str]]) -> str | None:
    """"yes", "no" or None. Danger named outright beats a no before it: "没有烟，但有明火" is a yes; "是上周冒烟的" is a no."""
    said = text.strip(STRIPPED).casefold()
    ongoing = any(_stands(said, now, words["denied"], words["no"]) for now in words["now"])
    if _contains(said, words["past"]) and not ongoing:
        return "no"
    if any(_stands(said, danger, words["denied"]) for danger in words["strong"]):
        return "yes"
    if _starts(said, words["no"]):
        return "no"
    if _starts(said, words["yes"]):
        return "yes"
    return None


def rest_of_no(text: str, words: Mapping[str, Sequence[str]]) -> str:
    """What was said beyond the bare no: "没有 就滋滋的" → "就滋滋的"."""
    said = text.strip(STRIPPED)
    start = next((no for no in sorted(words["no"], key=len, reverse=True) if said.casefold().startswith(no)), "")
    return said[len(start) :].strip(STRIPPED)


def says_safe(text: str, words: Mapping[str, Sequence[str]], longest: int) -> bool:
    """Whether a message of at most `longest` bytes says that the danger is over, without a doubt beside it ("安全了吗").

    Bytes of UTF-8, because a Chinese character and a short English word then weigh about the same.
    """
    said = text.strip(STRIPPED).casefold()
    found = next((safe for safe in words["words"] if safe in said), None)
    if found is None or len(said.encode()) > longest:
        return False
    return not _contains(said.replace(found, "", 1), words["doubt"])


def says_hide(text: str, words: Mapping[str, Sequence[str]]) -> bool:
    """Whether the whole message asks for harmless content on the screen."""
    return text.strip(STRIPPED).casefold() in words["hide"]


def _stands(said: str, word: str, denied: Sequence[str], denied_after: Sequence[str] = ()) -> bool:
    """Whether `word` occurs somewhere without a denial right before (or, with `denied_after`, right behind) it."""
    at = said.find(word)
    while at >= 0:
        before, behind = said[:at], said[at + len(word) :].lstrip(STRIPPED)
        if not any(before.endswith(no) for no in denied) and not _starts(behind, denied_after):
            return True
        at = said.find(word, at + 1)
    return False


def _contains(said: str, words: Iterable[str]) -> bool:
    return any(word in said for word in words)


def _starts(said: str, words: Iterable[str]) -> bool:
    """As a prefix; an English word must end there ("no" is not the beginning of "now")."""
    return any(said.startswith(w) and not (w[-1].isascii() and said[len(w) : len(w) + 1].isalpha()) for w in words)

