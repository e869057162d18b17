"""The step after filing: number and dates, taking it back within two minutes, and what is only asked now.

Asked after, one question each: a hand for who can't manage alone, one question at a time (elder mode), the consent of who was
filed for at once. Words and pictures that follow belong to the case; another matter opens another request.
"""

from __future__ import annotations

from datetime import datetime

from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.kernel import Again, Do, Done, Go, Move, Push
from dialogs.policy_signs import asks_policy
from dialogs.request_next import first_line, told
from dialogs.request_read import is_urgent
from dialogs.request_signs import answer, is_only
from dialogs.understand import command, understand
from dialogs.wishes import AddNote, AskHelp, GiveConsent, SetElderMode, UndoCase
from dialogs.words import (
    Answered,
    Ask,
    Chose,
    Commanded,
    ContactSent,
    Event,
    Hazarded,
    Json,
    MediaSent,
    Opened,
    Option,
    PlaceSent,
    Refused,
    Said,
    Saying,
    Wake,
    Woke,
    say,
)  # fmt: skip

ANSWERS = {
    "help": (Option("yes", "request.button.help"), Option("no", "request.button.no_help")),
    "elder": (Option("yes", "request.button.elder"), Option("no", "request.button.no_elder")),
    "consent": (Option("yes", "request.button.agree_after"), Option("no", "request.button.later")),
}


def filed(draft: Json, value: Json, ctx: Context) -> Go:
    """Go to this step with the case that was just filed."""
    flags, limits = draft.get("flags", {}), ctx.settings["request"]
    after = ["help"] if flags.get("needs_help") else []
    slow = flags.get("needs_help") or draft.get("fragments", 0) >= limits["elder_fragments"]
    after += ["elder"] if slow and not ctx.who.elder else []
    # A public place says nothing about a person: then there is nothing to agree to.
    after += ["consent"] if not ctx.who.consent and draft.get("place", {}).get("building") else []
    kept: Json = {name: draft[name] for name in ("place", "category", "flags", "hazard", "since", "new") if name in draft}
    case = {name: value.get(name) for name in ("case_id", "number", "tail", "contact_by", "answer_by", "party")}
    urgent = is_urgent(draft, ctx)
    return Go("filed", {**kept, "case": case, "after": after, "fresh": True, "urgent": urgent, "filed_at": ctx.now.isoformat()})


def _asking(draft: Json) -> str:
    return str(draft["after"][0]) if draft["after"] else ""


def ask_filed(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    asking, case = _asking(draft), draft["case"]
    kind = ctx.settings["request"]["help"].get(draft.get("category", ""), "hand")
    then = {"help": f"request.ask_help.{kind}", "elder": "request.ask_elder", "consent": "request.ask_consent"}.get(asking, "")
    undo = (Option(f"undo:{case['case_id']}", "request.button.undo"),) if _can_undo(draft, ctx) else ()
    rows = tuple(row for row in (ANSWERS.get(asking, ()), undo) if row)
    wake = Wake("undo", ctx.settings["request"]["draft_seconds" if asking else "undo_seconds"])
    facts = {"helper": draft.get("helper"), "urgent": draft["urgent"], "quiet": bool(draft.get("flags", {}).get("confidential"))}
    data = {**told(draft, ctx), **case, **facts, "then": then, "undo": bool(undo)}
    if draft.get("fresh"):
        return (first_line(Ask("request.filed", data, rows, "receipt"), draft), wake)
    return (Ask(then or "request.filed_short", data, rows, "receipt"), wake)


def _can_undo(draft: Json, ctx: Context) -> bool:
    passed = (ctx.now - datetime.fromisoformat(draft["filed_at"])).total_seconds()
    return passed < float(ctx.settings["request"]["undo_seconds"])


def take_filed(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered(wish):
            return _granted(draft, wish, event.value, ctx)
        case Refused(wish, reason):
            return _refused(draft, wish, reason)
        case Woke("undo"):
            return Done()
        case Woke():
            return Again(reask=False)
    draft = {**draft, "fresh": False, "new": False}
    match event:
        case Chose(value) if value.startswith("undo:"):
            return Do((UndoCase(value.removeprefix("undo:")),), draft)
        case Chose("undo"):
            return Do((UndoCase(draft["case"]["case_id"]),), draft)
        case Chose("keep"):
            return _next(draft, (say("request.kept_filed", number=draft["case"]["number"]),))
        case Chose("separate") if draft.get("last"):
            return _another(draft)
        case Chose("yes" | "no"):
            return _asked(draft, event.value == "yes", ctx)
        case Commanded("cancel") if _asking(draft):
            return _asked(draft, False, ctx)
        case Commanded("cancel"):
            row = (Option("undo", "request.button.undo"), Option("keep", "request.button.keep"))
            return Again((Ask("request.ask_undo", {"number": draft["case"]["number"]}, (row,)),), draft, reask=False)
        case Hazarded():
            # A danger that comes up now makes it urgent: it is filed at once as its own matter, at the same place.
            return Done(opens=(("request", {"place": draft.get("place", {}), "category": draft.get("category", "")}),), hand_on=event)
        case Said(text) if command(text, ctx.lexicon) == "solved":
            return Push("cases", {"solved": True}, draft, hand_on=event)
        case Said(text):
            return _said(draft, text, ctx)
        case MediaSent(ref=ref, words=words):
            return Do((AddNote(draft["case"]["case_id"], words, (ref,)),), draft)
        case PlaceSent(latitude, longitude):
            return Do((AddNote(draft["case"]["case_id"], f"📍{latitude:.5f}, {longitude:.5f}"),), draft)
        case ContactSent(phone):
            return Do((AddNote(draft["case"]["case_id"], f"☎{phone}"),), draft)
        case Opened() if not _asking(draft):
            return Done(hand_on=event)
    return anytime(draft, event, ctx) or Again(draft=draft)


def _said(draft: Json, text: str, ctx: Context) -> Move:
    """An answer, thanks, another matter, or more about this one."""
    said = answer(text, ctx)
    if _asking(draft) and said in ("yes", "no"):
        return _asked(draft, said == "yes", ctx)
    if is_only(text, "thanks", ctx) or said == "yes":
        return Again((say("request.thanks"),), draft, reask=bool(_asking(draft)))
    if asks_policy(text, ctx):
        return Push("policy", {}, draft, hand_on=Said(text))
    found = understand(text, ctx.lexicon, ctx.places)
    different = bool(found.categories) and found.categories[0][0] != draft.get("category")
    building = found.place.building if found.place is not None else None
    if building and found.categories and (different or building != draft.get("place", {}).get("building")):
        return _another({**draft, "last": text, "place": {}})
    # Words of another kind without a place may well belong here ("墙都湿了"): they are added, and one tap makes them a matter.
    return Do((AddNote(draft["case"]["case_id"], text),), {**draft, "last": text if different else ""})


def _another(draft: Json) -> Done:
    """Two matters are two cases, and it is said so."""
    told_so = say("request.another", number=draft["case"]["number"])
    return Done((told_so,), (("request", {"place": draft.get("place", {})}),), Said(draft["last"]))


def _asked(draft: Json, yes: bool, ctx: Context) -> Move:
    """The answer to the question that stands open after filing."""
    asking = _asking(draft)
    if not asking:
        return Again((say("request.thanks"),), draft, reask=False)
    if not yes:
        return _next(draft, (say(f"request.declined.{asking}"),))
    if asking == "help":
        kind = ctx.settings["request"]["help"].get(draft.get("category", ""), "hand")
        return Do((AskHelp(draft["case"]["case_id"], kind),), draft)
    if asking == "elder":
        return Do((SetElderMode(True),), draft)
    return Do((GiveConsent(ctx.settings["consent_version"]),), draft)


def _next(draft: Json, says: tuple[Saying, ...] = (), helper: Json | None = None) -> Move:
    """The next question that is asked after filing, or the end."""
    left = draft["after"][1:]
    draft = {**draft, "after": left, "helper": helper}
    return Go("filed", draft, says) if left else Done((*says, Wake("undo", 0)))


def _granted(draft: Json, wish: str, value: Json, ctx: Context) -> Move:
    match wish:
        case "UndoCase":
            return Done((say("request.undone", number=draft["case"]["number"]), Wake("undo", 0)))
        case "AddNote" if draft.get("last") and not _asking(draft):
            row = (Option("separate", "request.button.separate"),)
            return Again((Ask("request.added_other", {"number": draft["case"]["number"]}, (row,)),), reask=False)
        case "AddNote":
            return Again((say("request.added", number=value.get("number", draft["case"]["number"])),), reask=False)
        case "AskHelp" if draft["after"][1:2] == ["elder"]:
            return _next(draft, (), value.get("helper"))
        case "AskHelp":
            return _next(draft, (say("request.help_comes", helper=value.get("helper")),))
        case "SetElderMode":
            return _next(draft, (say("request.elder_on"),))
        case "GiveConsent":
            return _next(draft, (say("request.consent_given"),))
    return Again(reask=False)


def _refused(draft: Json, wish: str, reason: str) -> Move:
    number = draft["case"]["number"]
    if wish == "AskHelp":
        return _next(draft, (say("request.no_helper", contact_by=draft["case"]["contact_by"]),))
    if wish == "UndoCase":
        return Again((say("request.undo_too_late", number=number),), reask=bool(_asking(draft)))
    return Again((say("request.note_refused", number=number),), reask=False)
