"""How a draft is shown: the line of what is known, the question for what is missing, the preview in full, its buttons."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from dialogs.context import Context
from dialogs.notice_draft import from_json, plan_of, rules
from dialogs.notice_lint import lint
from dialogs.notice_texts import LANGUAGES, ValueMissing, missing, part, when
from dialogs.places import nearest
from dialogs.words import Ask, Json, Option, Say, Saying, ask, say

MANY = 6


def data_of(draft: Json, ctx: Context) -> Json:
    """What is known, for the texts; values that are open are ""."""
    plan, weighed, read = plan_of(draft, ctx), draft.get("weighed") or {}, from_json(draft["read"])
    language = ctx.who.language if ctx.who.language in LANGUAGES else "zh"
    words = rules(ctx)["words"][language]
    return {
        "title": _title(plan, ctx, language),
        "when": when(plan["starts"], plan["ends"], words) if plan["starts"] else "",
        "buildings": plan["buildings"],
        "everybody": plan["circle"] in ("community", "street") and not plan["houses"]["but"],
        "source": weighed.get("source") or plan["facts"].get("source") or "",
        "groups": weighed.get("groups", 0),
        "households": weighed.get("households", 0),
        "urgent": read.urgent,
    }


def _title(plan: Json, ctx: Context, language: str) -> str:
    row = rules(ctx)["template"].get(plan["template"])
    return str(plan["words"].get(f"title.{language}") or row[language]["title"]) if row else ""


def fill_question(draft: Json, ctx: Context) -> Ask:
    """What is known, and a question for the first value that is missing."""
    lacks, weighed = draft["lacks"][0], draft.get("weighed") or {}
    rows: list[tuple[Option, ...]] = []
    extra: Json = {}
    match lacks:
        case "unknown":
            unknown = from_json(draft["read"]).houses.unknown
            near = nearest(unknown[0], ctx.places)
            rows = [tuple(Option(f"building:{n}", "notice.button.building", {"number": n}) for n in near)]
            extra = {"unknown": list(unknown), "nearest": list(near)}
        case "source":
            rows = [tuple(Option(f"source:{row['kind']}", "notice.button.name", {"name": row}) for row in weighed.get("sources", ()))]
        case "starts" | "day" if not from_json(draft["read"]).day:
            rows = [tuple(Option(f"day:{n}", f"notice.button.day_{n}") for n in range(3))]
            lacks = "day"
        case "buildings":
            rows = [tuple(Option(f"circle:{name}", f"notice.button.{name}") for name in ("grid", "community"))]
        case "template":
            names = list(rules(ctx)["template"])[:MANY]
            names = [*names, "free"]
            rows = [
                tuple(Option(f"template:{name}", f"notice.template.{name}") for name in names[at : at + 3])
                for at in range(0, len(names), 3)
            ]
    return ask("notice.fill", *[row for row in rows if row], missing=lacks, **extra, **data_of(draft, ctx))


def preview(draft: Json, ctx: Context) -> Ask:
    """The notice as it will read, whom it reaches, who must agree, what is doubtful, and the buttons to send it."""
    plan, weighed = plan_of(draft, ctx), draft["weighed"]
    faults = lint(plan, rules(ctx), ctx.now)
    title, body = _part(plan, ctx, "zh")
    data = {
        **data_of(draft, ctx), "title": title, "body": body, "rule": weighed["rule"], "approvals": weighed["approvals"], "faults": faults,
        "same": weighed.get("same"), "full": weighed.get("full") or [], "media": len(plan["media"]), "confirm": plan["confirm"],
        "send": draft.get("send", ""), "repeat": draft.get("repeat"), "access": weighed.get("access", ""), "parts": weighed["per"],
        "digest_at": rules(ctx)["limits"]["digest_at"],
    }  # fmt: skip
    return ask("notice.preview", *send_rows(draft, ctx, blocked=any(fault["stop"] for fault in faults)), **data)


def _part(plan: Json, ctx: Context, language: str) -> tuple[str, str]:
    building = (plan["buildings"] or [""])[0]
    try:
        return part(plan, rules(ctx), building, language)
    except ValueMissing:
        return "", ""


def send_rows(draft: Json, ctx: Context, *, blocked: bool) -> tuple[tuple[Option, ...], ...]:
    last = (Option("parts", "notice.button.parts"), Option("when", "notice.button.when"), Option("drop", "notice.button.drop"))
    if blocked:
        return (last,)
    weighed, send = draft["weighed"], draft.get("send", "")
    label = "submit" if weighed["approvals"] else "correct" if draft.get("corrects") else "send"
    if draft.get("repeat"):
        return ((Option("send:repeat", f"notice.button.{label}_repeat"),), last)
    if send and send != "now":
        return ((Option(f"send:{send}", f"notice.button.{label}_at", {"at": _clock(send)}),), last)
    if weighed["quiet"] and not plan_of(draft, ctx)["urgent"]:
        at = weighed["earliest"]
        return ((Option(f"send:{at}", f"notice.button.{label}_at", {"at": _clock(at)}),), last)
    if draft.get("corrects"):
        return ((Option("send:now", f"notice.button.{label}"),), last)
    later = _later(ctx.now, rules(ctx)["limits"]["evening"])
    first = [Option("send:now", f"notice.button.{label}")]
    if later:
        first.append(Option(f"send:{later}", f"notice.button.{label}_at", {"at": _clock(later)}))
    return (tuple(first), last)


def _clock(wall: str) -> str:
    return wall[11:16]


def _later(now: datetime, evening: str) -> str:
    """The hour at which people come home, while it is still to come."""
    wall = datetime.combine(now.date(), time.fromisoformat(evening))
    return wall.isoformat(timespec="minutes") if now.replace(tzinfo=None) + timedelta(minutes=30) < wall else ""


def parts_shown(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    """Every text that differs, per building and language."""
    plan = plan_of(draft, ctx)
    if missing(plan, rules(ctx)):
        return (say("notice.not_complete"),)
    groups: dict[tuple[str, str, str], list[str]] = {}
    for building in plan["buildings"]:
        for language in LANGUAGES:
            title, body = part(plan, rules(ctx), building, language)
            groups.setdefault((language, title, body), []).append(building)
    parts = [
        {"language": language, "title": title, "body": body, "buildings": numbers} for (language, title, body), numbers in groups.items()
    ]
    return tuple(Say("notice.part", one) for one in parts)
