"""Steps before filing: already reported? (`similar`), the confirmation with one tap to fix each part, a photo, the consent."""

from __future__ import annotations

from dialogs.context import Context
from dialogs.kernel import Again, Do, Done, Move, Push
from dialogs.request_matter import change_matter
from dialogs.request_next import CALL, file, go, onward, put, said_words, told
from dialogs.request_read import read
from dialogs.request_signs import answer, has, rest_of_answer, same_or_other
from dialogs.wishes import GiveConsent, JoinCase
from dialogs.words import Chose, Event, Hazarded, Json, MediaSent, Opened, Option, Said, Saying, Wake, say

# --- similar: somebody reported this already ----------------------------------------------------------------------------


def ask_similar(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    case = draft["similar"][0]
    row = (Option("join", "request.button.join"), Option("other", "request.button.other"))
    facts = {name: case.get(name) for name in ("number", "state", "answer_by", "party")}
    return put("request.similar", draft, ctx, row, **told(draft, ctx), **facts)


def take_similar(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Chose("join"):
            return join(draft)
        case Chose("other"):
            return onward({**draft, "similar": draft["similar"][1:]}, ctx)
        case Hazarded(kind, text, true, media):
            draft = read({**draft, "media": [*draft.get("media", []), *media]}, text, ctx)
            # What is dangerous must not wait for an answer about two lists being one: it goes where staff already look.
            return join({**draft, "hazard": kind}) if true and same_or_other(text, ctx) != "other" else onward(_hazard(draft, kind, true), ctx)
        case Said(text):
            said = same_or_other(text, ctx)
            draft = read(draft, text, ctx)
            if said == "same":
                return join(draft)
            return onward({**draft, "similar": draft["similar"][1:]} if said == "other" else draft, ctx)
    return onward(draft, ctx)


def _hazard(draft: Json, kind: str, true: bool) -> Json:
    return {**draft, "hazard": kind if true else draft.get("hazard", ""), "similar": draft["similar"][1:]}


def join(draft: Json) -> Do:
    """Add the person to the case that was reported already, with their own words and pictures."""
    media = tuple(draft.get("media", ()))
    return Do((JoinCase(draft["similar"][0]["case_id"], said_words(draft), media, draft.get("hazard", "")),), draft)


def joined(draft: Json, value: Json, ctx: Context) -> Done:
    """Said after the person was added."""
    facts = {name: value.get(name) for name in ("number", "contact_by", "answer_by", "raised")}
    return Done((say("request.joined", "receipt", photos=len(draft.get("media", ())), **facts), Wake("draft", 0)))


# --- confirm: building, problem, promise --------------------------------------------------------------------------------


def ask_confirm(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    quiet = bool(draft.get("flags", {}).get("confidential"))
    rows = (
        (Option("submit", "request.button.submit"),),
        (Option("place", "request.button.change_place"), Option("matter", "request.button.change_matter")),
        (Option("photo", "request.button.photo"), Option("quiet", "request.button.open" if quiet else "request.button.quiet")),
    )
    photos = len(draft.get("media", ()))
    note = "\n".join(draft.get("words", []))
    home = bool(draft.get("default") and not draft.get("away"))
    facts = {name: draft["quote"].get(name) for name in ("contact_by", "answer_by", "party")}
    return put("request.confirm", draft, ctx, *rows, **told(draft, ctx), **facts, photos=photos, quiet=quiet, words=note, home=home)


def take_confirm(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Chose("submit"):
            return file(draft)
        case Chose("place"):
            return _change_place(draft)
        case Chose("matter"):
            return _change_matter(draft)
        case Chose("photo"):
            return go("photo", draft)
        case Chose("quiet"):
            flags = draft.get("flags", {})
            return onward({**draft, "flags": {**flags, "confidential": not flags.get("confidential")}}, ctx)
        case Said(text):
            return _said_at_confirm(draft, text, ctx)
    return onward(draft, ctx)


def change(draft: Json, text: str, ctx: Context) -> Move | None:
    """What "改地址" or "改问题" means while there is something to change; None: one step back."""
    if draft["at"] != "confirm":
        return None
    if has(text, "change_place", ctx):
        return _change_place(draft)
    return _change_matter(draft) if has(text, "change_matter", ctx) else None


def _change_place(draft: Json) -> Move:
    return go("place", {**draft, "unknown": "", "default": True, "away": True, "asked_place": False})


def _change_matter(draft: Json) -> Move:
    return go("start", {**draft, "suggest": [], "other": True})


def _said_at_confirm(draft: Json, text: str, ctx: Context) -> Move:
    said = answer(text, ctx)
    rest = rest_of_answer(text, ctx) if said else text
    if said == "yes":
        return file(read(draft, rest, ctx))
    if said == "no" and not rest:
        return Again((say("request.what_is_wrong"),))
    found = read(draft, text, ctx)
    return onward(change_matter(found, rest, ctx) if said == "no" else found, ctx)


# --- photo --------------------------------------------------------------------------------------------------------------


def ask_photo(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return put("request.add_photo", draft, ctx, (Option("enough", "request.button.enough"),))


def take_photo(draft: Json, event: Event, ctx: Context) -> Move:
    return onward(read(draft, event.text, ctx), ctx) if isinstance(event, Said) and answer(event.text, ctx) != "no" else onward(draft, ctx)


# --- consent: in one tap, at submit -------------------------------------------------------------------------------------


def ask_consent(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    rows = (
        (Option("agree", "request.button.agree"),),
        (Option("text", "request.button.privacy"), Option("refuse", "request.button.refuse")),
        (CALL,),
    )
    return put("request.consent", draft, ctx, *rows)


def take_consent(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Chose("agree"):
            return Do((GiveConsent(ctx.settings["consent_version"]),), draft)
        case Chose("text"):
            return Push("welcome", {}, hand_on=Opened("privacy"))
        case Chose("refuse"):
            return Again((say("request.without_consent"),))
        case Said(text) if answer(text, ctx) == "yes":
            return Do((GiveConsent(ctx.settings["consent_version"]),), draft)
        case Said(text) if answer(text, ctx) == "no":
            return Again((say("request.without_consent"),))
        case Said(text):
            return go("consent", read(draft, text, ctx))
        case MediaSent(ref=ref, words=words):
            return go("consent", read({**draft, "media": [*draft.get("media", []), ref]}, words, ctx))
    return go("consent", draft)
