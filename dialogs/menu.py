"""The root of all talk: it hears what nobody else is waiting for, and sends it to the dialog that can deal with it.

It never stays as a frame: it shows the menu and is done, so that whatever comes next is again heard here.
"""

from __future__ import annotations

from dialogs.cases import entry as case_entry
from dialogs.context import Context
from dialogs.entries import menu
from dialogs.kernel import Dialog, Do, Done, Move, Step
from dialogs.policy_signs import asks_policy, split_two
from dialogs.understand import command
from dialogs.wishes import SetElderMode
from dialogs.words import Answered, Chose, Commanded, Event, Json, Opened, Refused, Said, Saying, Wake, Woke, say


def _ask(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (menu(),)


def _take(draft: Json, event: Event, ctx: Context) -> Move:
    first = not ctx.who.met
    shown = menu(first=first, elder=ctx.who.elder)
    match event:
        case Answered("SetElderMode"):
            return Done((say("menu.plain_on"),))
        case Answered() | Refused() | Woke():
            return Done()  # a timer or an answer of a dialog that is gone
        case Opened("" | "menu") | Commanded("menu" | "back"):
            return _open("welcome", event) if first and event == Opened("") else Done((shown,))
        case Opened(payload) if payload.startswith("unknown:"):
            return Done((say("anytime.cannot_read"), shown))
        case Opened():
            return _open("welcome", event)
        case Commanded("human"):
            return _open("human", event)
        case Commanded("progress"):
            return _open("cases", event)
        case Commanded():
            return Done((say("menu.nothing_open"), shown))
        case Chose(value):
            return _chosen(value, event, ctx)
        case Said(text) if command(text, ctx.lexicon) == "solved":
            return _chosen("solved", event, ctx)
        case Said(text) if (two := split_two(text, ctx)) is not None:
            # A matter and a question in one message: what is to be done first, and the question right after it.
            return Done(opens=(("request", {"new": first}), ("policy", {"later": two[1]})), hand_on=Said(two[0]))
        case Said(text) if asks_policy(text, ctx):
            return Done(opens=(("policy", {"new": first}),), hand_on=event)
    return _request({"new": first}, event)


def _chosen(value: str, event: Event, ctx: Context) -> Move:
    """An entry of the menu, or the answer to a question that a case put to this person."""
    if value.startswith("undo:"):
        return _request({}, event)
    opening = case_entry(value)
    if opening is not None:
        return Done(opens=(opening,), hand_on=event)
    name = value.removeprefix("menu:")
    if name == "urgent":
        return Done(opens=(("alarm", {}),))
    if name == "policy":
        return Done((Wake("draft", 0),), opens=(("policy", {}),))
    if name == "plain":
        return Do((SetElderMode(False),), {})
    if name == "cases":
        return _open("cases", Commanded("progress"))
    topic = ctx.settings["request"]["topics"].get(name)
    return (
        Done((menu(elder=ctx.who.elder),)) if topic is None else Done((Wake("draft", 0),), opens=(("request", {"topic": name, **topic}),))
    )


def _open(name: str, event: Event) -> Done:
    return Done(opens=((name, {}),), hand_on=event)


def _request(draft: Json, event: Event) -> Done:
    return Done(opens=(("request", draft),), hand_on=event)


MENU = Dialog("menu", 1, {"show": Step(_ask, _take)})
