"""The service catalogue in talk: what can be done here (`services`), and one service with who, papers, where, fee, hours (`service`)."""

from __future__ import annotations

from dialogs.context import Context
from dialogs.kernel import Done, Go, Move
from dialogs.policy_answer import TIMER, file, timer
from dialogs.policy_signs import row_of, service_of
from dialogs.words import Chose, Event, Json, Option, Said, Saying, Wake, ask, say

PARTS = ("who", "papers", "where", "fee", "hours", "form")
BACK = Option("services", "policy.button.services")


def _services(ctx: Context) -> list[Json]:
    return list(ctx.settings["services"]["service"])


def ask_services(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    options = [Option(f"s:{row['code']}", literal=row["name"][ctx.who.language]) for row in _services(ctx)]
    return (ask("policy.services", *((option,) for option in options)), timer(ctx))


def take_services(draft: Json, event: Event, ctx: Context) -> Move | None:
    match event:
        case Chose(value) if value.startswith("s:") and row_of(_services(ctx), value[2:]):
            return Go("service", {**draft, "service": value[2:], "question": row_of(_services(ctx), value[2:])["name"][ctx.who.language]})
        case Said(text) if len(text) < ctx.settings["asking"]["follow_characters"] and service_of(text, ctx):
            return Go("service", {**draft, "service": service_of(text, ctx), "question": text})
    return None


def ask_service(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    row = row_of(_services(ctx), draft["service"])
    link = ((Option("link", "policy.button.link", url=row["link"]),),) if row["link"] else ()
    rows = ((Option("file", "policy.button.file"), BACK), (Option("useful", "policy.button.useful"),))
    facts = {name: row[name] for name in (*PARTS, "name", "source", "checked")}
    told = ask("policy.service", *link, *rows, weight="receipt", **facts, first=bool(draft.get("new")))
    return (told, timer(ctx))


def take_service(draft: Json, event: Event, ctx: Context) -> Move | None:
    match event:
        case Chose("services"):
            return Go("services", {**draft, "new": False})
        case Chose("useful"):
            return Done((say("policy.glad"), Wake(TIMER, 0)))
        case Chose("file"):
            return file({**draft, "passages": [], "at": 0}, ctx)
    return None
