"""Meeting somebody: what this program is, what it stores, and three optional steps. It never stands before a matter.

Opened by a payload: "" (hello and the menu), "lang", "privacy", "consent", "bind", or a binding code of `linli codes`.
Whatever is said here that is no answer is handed on as a matter. A home is stored only after consent.
"""

from __future__ import annotations

from dialogs.context import Context
from dialogs.entries import menu
from dialogs.kernel import Again, Dialog, Do, Done, Go, Move, Step
from dialogs.understand import command
from dialogs.welcome_home import STEPS_OF_HOME, bound, otherwise
from dialogs.wishes import BindCode, GiveConsent, SetLanguage
from dialogs.words import (
    Answered,
    Chose,
    Commanded,
    Event,
    Json,
    Opened,
    Option,
    Refused,
    Said,
    Saying,
    ask,
    say,
)

# --- open: which step? --------------------------------------------------------------------------------------------------


def _ask_open(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (say("welcome.hello"), menu())


def _take_open(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered() | Refused():
            return bound(draft, event)
        case Opened("lang"):
            return Go("language", draft)
        case Opened("privacy"):
            privacy = say("welcome.privacy", "receipt")
            return Done((privacy,)) if _has_consent(ctx) else Go("consent", draft, (privacy,))
        case Opened("consent"):
            return Go("consent", draft)
        case Opened("bind"):
            return Go("home", draft) if _has_consent(ctx) else Go("consent", {**draft, "next": "home"})
        case Opened("" | "menu"):
            return Done((say("welcome.hello"), menu()))
        case Opened(payload) if payload.startswith("unknown:"):
            return Done((say("anytime.cannot_read"), menu()))
        case Opened(code):
            draft = {**draft, "code": code}
            return Do((BindCode(code),), draft) if _has_consent(ctx) else Go("consent", draft)
    return Done(hand_on=event)


def _has_consent(ctx: Context) -> bool:
    return bool(ctx.who.consent == ctx.settings["consent_version"])


# --- language -----------------------------------------------------------------------------------------------------------


def _ask_language(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (ask("welcome.language", (Option("zh", literal="中文"), Option("en", literal="English"))),)


def _take_language(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Chose("zh" | "en" as language):
            return Do((SetLanguage(language),), draft)
        case Answered() | Refused():
            return Done((say("welcome.language_set", "receipt"),))
    return otherwise(draft, event, ctx)


# --- consent ------------------------------------------------------------------------------------------------------------


def _ask_consent(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    row = (Option("agree", "welcome.button.agree"), Option("later", "welcome.button.later"), Option("full", "welcome.button.full"))
    return (ask("welcome.consent", row),)


def _take_consent(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered("GiveConsent"):
            return _after_consent(draft)
        case Answered("BindCode") | Refused("BindCode"):
            return bound(draft, event)
        case Refused():
            return Done((say("welcome.declined"),))
        case Chose("full"):
            return Again((say("welcome.privacy", "receipt"),))
        case Chose("agree"):
            return _agree(draft, ctx)
        case Said(text) if command(text, ctx.lexicon) == "yes":
            return _agree(draft, ctx)
        case Chose("later") | Commanded("cancel" | "back", _):
            return Done((say("welcome.declined"),))
        case Said(text) if command(text, ctx.lexicon) == "no":
            return Done((say("welcome.declined"),))
    return otherwise(draft, event, ctx)


def _agree(draft: Json, ctx: Context) -> Do:
    return Do((GiveConsent(ctx.settings["consent_version"]),), draft)


def _after_consent(draft: Json) -> Move:
    thanks = say("welcome.agreed", "receipt")
    if draft.get("code"):
        return Do((BindCode(draft["code"]),), draft, (thanks,))
    return Go("home", draft, (thanks,)) if draft.get("next") == "home" else Done((thanks,))


WELCOME = Dialog(
    "welcome",
    1,
    {
        "open": Step(_ask_open, _take_open),
        "language": Step(_ask_language, _take_language),
        "consent": Step(_ask_consent, _take_consent),
        **STEPS_OF_HOME,
    },
)
