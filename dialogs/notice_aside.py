"""Words about a notice, in private: a difficulty at home, or a question asked under it. Whatever is said first is handed to staff.

Somebody who presses 【家里有困难】 and writes nothing is not forgotten: the timer hands it on without words.
"""

from __future__ import annotations

from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.kernel import Again, Dialog, Do, Done, Move, Step
from dialogs.notice_wishes import TellUnder
from dialogs.words import Answered, Chose, Commanded, Event, Json, MediaSent, Opened, Option, Refused, Said, Saying, Wake, Woke, ask, say

TIMER = "aside"


def _ask(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    seconds = ctx.settings["notices"]["limits"]["aside_seconds"]
    rows = ((Option("nothing", f"reach.button.nothing_{draft.get('kind', 'question')}"),),)
    return (ask(f"reach.aside.{draft.get('kind', 'question')}", *rows, title=draft.get("title", {})), Wake(TIMER, seconds))


def _take(draft: Json, event: Event, ctx: Context) -> Move:
    kind = draft.get("kind", "question")
    match event:
        case Answered("TellUnder", value):
            return Done((Wake(TIMER, 0), say(f"reach.aside.filed_{kind}", "receipt", **value)))
        case Refused():
            return Done((Wake(TIMER, 0), say("reach.aside.refused")))
        case Answered():
            return Again(reask=False)
        case Opened(""):
            return Again(draft={**draft, "kind": kind})
        case Woke() if kind == "difficulty":
            return _tell(draft, "", ())
        case Woke():
            return Done((say("reach.aside.lapsed"),))
        case Chose("nothing") | Commanded("cancel"):
            return Done((Wake(TIMER, 0), say("reach.aside.dropped")))
        case MediaSent(_, ref, words):
            return _tell(draft, words, (ref,))
        case Said(text) if text.strip():
            return _tell(draft, text, ())
    return anytime(draft, event, ctx) or Again((say("reach.aside.say_it"),), draft)


def _tell(draft: Json, words: str, media: tuple[str, ...]) -> Move:
    return Do((TellUnder(draft.get("notice", ""), draft.get("version", 1), draft.get("kind", "question"), words, media),), draft)


ASIDE = Dialog("aside", 1, {"tell": Step(_ask, _take)})
