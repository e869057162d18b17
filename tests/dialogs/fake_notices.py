"""What the world of tests answers to the notice dialogs: 陈姐's grid is 1–6, every building has a group."""

from __future__ import annotations

from typing import Any

import locales
from dialogs.notice_lexicon import NoticeLexicon
from dialogs.spelling import Spelling

Json = dict[str, Any]
GRID = ("1", "2", "3", "4", "5", "6")
PARTIES = {
    "WT": ("自来水公司", "Water company"), "PM": ("安家物业", "Anjia Property"), "EL": ("供电公司", "Power company"),
    "GS": ("燃气公司", "Gas company"), "HT": ("供热公司", "Heating company"), "LF": ("电梯维保", "Lift service"),
    "CM": ("三眉园社区", "Sanmeiyuan Community"),
}  # fmt: skip


def settings() -> Json:
    """The data of notices as bot/book.py hands it to dialogs."""
    data = locales.lexicons()
    spelling = Spelling.from_data(data["spelling"], data["traditional"])
    return {"notices": locales.table("notices"), "notice_lexicon": NoticeLexicon.from_data(data["notice"], spelling)}


def weigh(plan: Json, buildings: dict[str, Json]) -> Json:
    """As handlers/notices.py answers WeighNotice."""
    houses = plan["houses"]
    wanted = [*houses["named"], *(GRID if houses["circle"] == "grid" else buildings if houses["circle"] else ())]
    chosen = [number for number in buildings if number in wanted and number not in houses["but"]]
    per = [{"building": n, "groups": 1, "households": b["units"] * b["floors"] * b["rooms"]} for n, b in buildings.items() if n in chosen]
    own = set(chosen) <= set(GRID)
    template = locales.table("notices")["template"].get(plan["template"] or "free")
    return {
        "buildings": chosen, "per": per, "groups": len(per), "households": sum(row["households"] for row in per),
        "rule": "own_template" if own else "other_buildings", "approvals": 0 if own else 1, "chat": "mc",
        "source": _names(plan["source_kind"]), "sources": [{"kind": kind, **names} for kind in template["sources"] if (names := _names(kind))],
        "contact": "0999-5550003", "same": None, "full": [], "quiet": False, "earliest": "2026-11-24T08:30", "access": "",
    }  # fmt: skip


def _names(kind: str) -> Json | None:
    return {"zh": PARTIES[kind][0], "en": PARTIES[kind][1]} if kind in PARTIES else None


def planned(plan: Json, weighed: Json) -> Json:
    """As handlers/notices.py answers PlanNotice."""
    return {
        "notice_id": "n1", "number": "N-SMY-261123-001", "state": "pending_approval" if weighed["approvals"] else "scheduled",
        "send_at": "2026-11-23T12:00:00+00:00", "now": plan["send"] == "now", "approvals": weighed["approvals"],
        "groups": weighed["groups"], "households": weighed["households"], "repeats": bool(plan["repeat"]),
    }  # fmt: skip
