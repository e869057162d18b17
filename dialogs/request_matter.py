"""Steps about the matter: what is it (`start`), was it heard rightly (`heard`), three suggestions, the groups, one group.

Residents should never need the tree of categories: plain words first, three suggestions, then "none of these".
"""

from __future__ import annotations

from dialogs.alarm_facts import numbers
from dialogs.context import Context
from dialogs.entries import menu
from dialogs.kernel import Done, Move
from dialogs.policy_signs import asks_policy
from dialogs.request_next import CALL, go, hand_to_staff, onward, put, said_words, told
from dialogs.request_read import read, read_matter, whole
from dialogs.request_signs import answer, is_only, rest_of_answer
from dialogs.words import Chose, Event, Json, Option, Said, Saying, Wake, say

NONE = Option("none", "request.button.none")
MOST_TRIES = 2
"""How often words that nobody can place are asked about before a person gets them."""


# --- start: what is it? -------------------------------------------------------------------------------------------------


def ask_start(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    groups = draft.get("groups", [])
    rows = _groups(groups) if len(groups) > 1 else _categories(groups[0], ctx) if groups else ()
    place = draft.get("place") or (None if draft.get("away") else ctx.who.home) or {}
    if draft.get("voice"):
        rows = ((Option("staff", "request.button.listen"),), (CALL,))
    elif draft.get("category") and not draft.get("other") and draft.get("words"):
        return put("request.resume", draft, ctx, (Option("go_on", "request.button.go_on"),), **told(draft, ctx))
    return put(_question(draft), draft, ctx, *rows, place=whole(place), seconds=draft.get("voice", 0))


def _question(draft: Json) -> str:
    """Which question is asked at the start: it depends on how the person came here."""
    topic = draft.get("topic", "")
    if draft.get("voice"):
        return "request.voice"
    if draft.get("other"):
        return "request.what_else"
    if draft.get("media") and not draft.get("words"):
        return "request.photo"
    if topic and not draft.get("words"):
        return f"request.topic.{topic}"
    return "request.what_here" if draft.get("place") else "request.what"


def take_start(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Chose(value) if value.startswith("g:"):
            return go("group", {**draft, "groups": [value.removeprefix("g:")]})
        case Chose(value) if value.startswith("c:"):
            return _picked(draft, value, ctx)
        case Chose("staff"):
            return hand_to_staff(draft)
        case Said(text):
            return _started(draft, text, ctx)
    return onward(draft, ctx)


def _started(draft: Json, text: str, ctx: Context) -> Move:
    first = bool(draft.get("new"))
    untouched = not draft.get("words") and not draft.get("media") and not draft.get("topic")
    if untouched and is_only(text, "greeting", ctx):
        return Done((menu(first=first), Wake("draft", 0)))
    if untouched and is_only(text, "thanks", ctx):
        return Done((say("request.thanks"), Wake("draft", 0)))
    if untouched and not draft.get("filing") and asks_policy(text, ctx):
        # Fragments that were held turn out to be a question; who chose to file it has been there already.
        return Done((Wake("draft", 0),), (("policy", {"new": first}),), Said(text))
    return understood(draft, text, ctx)


def understood(draft: Json, text: str, ctx: Context) -> Move:
    """Go on with what `text` told; words that tell neither matter nor place lead to the groups, then to a person."""
    before = draft.get("place", {})
    if draft.get("other"):
        draft = {**draft, "other": False, "category": ""}
    draft = read(draft, text, ctx)
    fragments = len(text.splitlines())
    if fragments > 1:
        draft = {**draft, "fragments": fragments, "heard": draft.get("heard", False)}
    if draft.get("category") or draft.get("suggest") or draft.get("staff") or draft.get("unknown"):
        return onward(draft, ctx)
    if draft.get("place", {}) != before:
        return go("start", draft)
    return _puzzled(draft, ctx)


def _puzzled(draft: Json, ctx: Context) -> Move:
    tries = draft.get("tries", 0) + 1
    draft = {**draft, "tries": tries}
    if tries > MOST_TRIES:
        return onward({**draft, "staff": True}, ctx)
    return go("groups", draft)


# --- heard: a bundle of fragments is read back --------------------------------------------------------------------------


def ask_heard(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    rows = ((Option("yes", "request.button.right"), Option("no", "request.button.wrong")), (CALL,))
    at_home = "floor" in ctx.settings["request"]["needs"].get(draft["category"], ())
    return put("request.heard", draft, ctx, *rows, at_home=at_home, **told(draft, ctx))


def take_heard(draft: Json, event: Event, ctx: Context) -> Move:
    right = {**draft, "heard": True}
    match event:
        case Chose("no"):
            return _misheard(draft, ctx)
        case Said(text):
            said = answer(text, ctx)
            rest = rest_of_answer(text, ctx) if said else text
            if said == "no" and not rest:
                return _misheard(draft, ctx)
            if said == "no":
                return understood({**draft, "category": "", "suggest": [], "heard": True}, rest, ctx)
            if said == "yes" and not rest:
                return onward(right, ctx)
            return onward(read(right, text, ctx), ctx)
    return onward(right, ctx)


def _misheard(draft: Json, ctx: Context) -> Move:
    return go("start", {**draft, "category": "", "suggest": [], "heard": True, "other": True, "at": "", "trail": []})


# --- suggest, groups, group ---------------------------------------------------------------------------------------------


def ask_suggest(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return put("request.suggest", draft, ctx, *(_category(code) for code in draft["suggest"]), (NONE,))


def ask_groups(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    key = "request.puzzled" if draft.get("tries") else "request.groups"
    return put(key, draft, ctx, *_groups(list(_by_group(ctx))), (CALL,))


def ask_group(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return put("request.group", draft, ctx, *_categories(draft["groups"][0], ctx), (NONE,), kind=draft["groups"][0])


def take_pick(draft: Json, event: Event, ctx: Context) -> Move:
    """The answer to suggestions, groups and one group alike."""
    match event:
        case Chose("none") if draft.get("at") == "group":
            return onward({**draft, "staff": True}, ctx)
        case Chose("none"):
            return go("groups", {**draft, "suggest": [], "tries": 0})
        case Chose(value) if value.startswith("g:"):
            return go("group", {**draft, "groups": [value.removeprefix("g:")]})
        case Chose(value) if value.startswith("c:"):
            return _picked(draft, value, ctx)
        case Said(text) if answer(text, ctx) == "no" and not rest_of_answer(text, ctx):
            return go("groups", {**draft, "suggest": [], "tries": 0})
        case Said(text):
            return understood({**draft, "suggest": []}, text, ctx)
    return onward(draft, ctx)


def _picked(draft: Json, value: str, ctx: Context) -> Move:
    code = value.removeprefix("c:")
    row = ctx.categories.get(code)
    if row is None:
        return go("groups", draft)
    if row.get("class") == "E0":
        return _danger(draft, code, ctx)
    return onward({**draft, "category": code, "suggest": [], "groups": [], "heard": True}, ctx)


def _danger(draft: Json, code: str, ctx: Context) -> Done:
    """A danger to life is no request: its numbers are shown at once and the alarm takes over, with the words said so far."""
    words = said_words(draft)
    alarm = {"kind": code, "check": False, "inform": False, "text": words, "shown": True, "group": False}
    place = {part: value for part, value in draft.get("place", {}).items() if value}
    return Done((numbers(code, ctx),), (("alarm", {**alarm, "place": place} if place else alarm),), Said(words))


def _category(code: str) -> tuple[Option, ...]:
    return (Option(f"c:{code}", "request.button.category", {"category": code}),)


def _by_group(ctx: Context) -> dict[str, list[str]]:
    """Group → codes of its categories, in the order of the data."""
    found: dict[str, list[str]] = {}
    for code, row in ctx.categories.items():
        if row.get("group") and row.get("starred", True):
            found.setdefault(row["group"], []).append(code)
    return found


def _groups(groups: list[str]) -> tuple[tuple[Option, ...], ...]:
    """Buttons of `groups`, two in a row."""
    options = [Option(f"g:{group}", f"request.kind.{group}") for group in groups]
    return tuple(tuple(options[i : i + 2]) for i in range(0, len(options), 2))


def _categories(group: str, ctx: Context) -> tuple[tuple[Option, ...], ...]:
    return tuple(_category(code) for code in _by_group(ctx).get(group, []))


def change_matter(draft: Json, text: str, ctx: Context) -> Json:
    """`draft` with another matter when `text` clearly names one ("不是灯，是门禁"), else as it was."""
    changed = read_matter({**draft, "category": "", "suggest": [], "words": [text]}, text, ctx)
    return {**draft, "category": changed["category"]} if changed.get("category") else draft
