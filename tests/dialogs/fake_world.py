"""The fixture of domain.md part 4 as the dialogs see it, and a small world that grants their wishes out of memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import locales
from bot.texts import Texts
from dialogs.emergency import EmergencyLexicon
from dialogs.spelling import Spelling
from dialogs.understand import Lexicon, Places
from dialogs.words import Answered, Refused
from tests.dialogs import fake_notices

if TYPE_CHECKING:
    from tests.dialogs.play import Player

ZONE = ZoneInfo("Asia/Shanghai")
CONTACTS = {"pm": "0999-5551234", "gas": "0999-96777", "lift": "96333", "area_suffix": "999"}
SMALL = {"units": 2, "floors": 6, "rooms": 3, "lift": False}
TOWER = {"units": 1, "floors": 16, "rooms": 4, "lift": True}
TALL = {"units": 2, "floors": 11, "rooms": 3, "lift": True}
BUILDINGS = {
    **dict.fromkeys(("1", "2", "4"), SMALL),
    "3": {"units": 2, "floors": 9, "rooms": 4, "lift": True},
    "5": {"units": 2, "floors": 19, "rooms": 2, "lift": True},
    **dict.fromkeys(("6", "8"), TOWER),
    **dict.fromkeys(("7", "9", "10", "11", "14"), TALL),
}
PROPERTY = {"zh": "安家物业", "en": "Anjia Property"}

Json = dict[str, Any]


@cache
def book() -> Json:
    """The program's data, read once."""
    data, categories = locales.lexicons(), locales.table("categories")
    return {
        "lexicon": Lexicon.from_data(data),
        "emergency": EmergencyLexicon.from_data(data["emergency"], Spelling.from_data(data["spelling"], data["traditional"])),
        "categories": categories["category"],
        "settings": {
            **locales.table("settings"),
            **{name: locales.table(name) for name in ("emergency", "asking", "services", "eligibility")},
            **fake_notices.settings(),
        },
        "texts": Texts(ZONE, categories["category"], CONTACTS),
        "places": Places.from_data({"buildings": BUILDINGS, "aliases": {}}),
    }


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


class FakeWorld:
    """Grants wishes out of memory. `similar`: what FindSimilar finds; `refusals`: wish name → Refused, given once."""

    def __init__(self) -> None:
        self.wishes: list[Any] = []
        self.similar: list[Json] = []
        self.refusals: dict[str, Refused] = {}
        self.answers: dict[str, Callable[[Any, Player], Json]] = {}
        self.filed = 10

    def of(self, name: str) -> list[Any]:
        return [wish for wish in self.wishes if type(wish).__name__ == name]

    def grant(self, wish: Any, player: Player) -> Answered | Refused:
        name = type(wish).__name__
        self.wishes.append(wish)
        refused = self.refusals.pop(name, None)
        if refused is not None:
            return refused
        if name in self.answers:
            return Answered(name, as_json(self.answers[name](wish, player)))
        found = getattr(self, f"_{name}")(wish, player)
        return found if isinstance(found, Refused) else Answered(name, as_json(found))

    def _promise(self, category: str, player: Player, hazard: str = "") -> Json:
        row = book()["categories"].get(category, {})
        urgent = row.get("class") in ("E0", "E1") or bool(hazard)
        now = player.ctx.now
        dates = (now + timedelta(hours=2), now + timedelta(hours=24)) if urgent else (now + timedelta(hours=12), now + timedelta(hours=48))
        return {"contact_by": dates[0].isoformat(), "answer_by": dates[1].isoformat(), "sla": "E1" if urgent else "N2", "party": PROPERTY}

    def _number(self, player: Player) -> Json:
        self.filed += 1
        tail = f"{self.filed:03}"
        return {"case_id": f"c{self.filed}", "number": f"SMY-{player.ctx.now:%y%m%d}-{tail}", "tail": tail}

    def _Quote(self, wish: Any, player: Player) -> Json:
        return self._promise(wish.category, player)

    def _FindSimilar(self, wish: Any, player: Player) -> Json:
        return {"cases": [c for c in self.similar if c["category"] == wish.category and c["place"]["building"] == wish.place["building"]]}

    def _OpenCase(self, wish: Any, player: Player) -> Json | Refused:
        promise = self._promise(wish.category, player, wish.hazard)
        public = not wish.place["building"] and wish.place["spot"]
        if not wish.place["building"] and not wish.place["spot"] and player.ctx.settings["request"]["needs"].get(wish.category) != []:
            return Refused("OpenCase", "place_missing")
        if promise["sla"] != "E1" and not public and not player.ctx.who.consent:
            return Refused("OpenCase", "consent_missing")
        return {**self._number(player), "category": wish.category, **promise}

    def _JoinCase(self, wish: Any, player: Player) -> Json:
        case = next(c for c in self.similar if c["case_id"] == wish.case_id)
        promise = self._promise(case["category"], player, wish.hazard)
        due = min(case["answer_by"], promise["answer_by"])
        return {"case_id": wish.case_id, "number": case["number"], **promise, "answer_by": due, "raised": bool(wish.hazard)}

    def _AskStaff(self, wish: Any, player: Player) -> Json:
        return {**self._number(player), **self._promise(wish.category, player), "on_duty": False}

    def _FindPolicy(self, wish: Any, player: Player) -> Json:
        """What is found depends on a word of the question, so that a walk sees every outcome."""
        kinds = {"押金": "choose", "停车": "conflict", "过期": "expired", "刷脸": "none", "月亮": "none", "物业费": "undated"}
        outcome = next((kind for word, kind in kinds.items() if word in wish.question), "answer")
        text = "年满80周岁的老人每月发100元；年满90周岁的每月发200元。" if "津贴" in wish.question else "持身份证到社区窗口办理。" * 12
        title = "社区办事须知（示例）" if "须知" in wish.question else "高龄津贴办法（示例）"
        passage = {
            "id": 7, "doc": "smy-1", "title": title, "section": "第二条", "text": text, "source": "三眉园社区（示例）", "url": None,
            "issued": "2026-03-01", "valid_until": "2027-12-31", "region": "",
        }  # fmt: skip
        other = {**passage, "id": 8, "doc": "smy-2", "title": "另一份文件（示例）", "url": "https://example.org/2", "valid_until": None}
        passages = {"none": [], "answer": [passage], "undated": [passage]}.get(outcome, [passage, other])
        return {"outcome": outcome, "passages": passages, "as_of": player.ctx.now.date().isoformat()}

    def _LookUp(self, wish: Any, player: Player) -> Json:
        rows = [{"name": PROPERTY, "value": CONTACTS["pm"]}]
        now = player.ctx.now
        hours = [["08:30", "12:00"], ["13:30", "17:30"]]
        return {"topic": wish.topic, "rows": rows, "open": False, "hours": hours, "next": now.isoformat(), "as_of": now.date().isoformat()}

    def _HandOver(self, wish: Any, player: Player) -> Json:
        return {**self._number(player), **self._promise("AD02", player), "on_duty": False}

    def _JudgeAnswer(self, wish: Any, player: Player) -> Json:
        return {}

    def _CallMe(self, wish: Any, player: Player) -> Json:
        return {**self._number(player), **self._promise("AD02", player)}

    def _AskHelp(self, wish: Any, player: Player) -> Json:
        return {"helper": {"zh": "刘叔", "en": "Uncle Liu"}}

    def _GiveConsent(self, wish: Any, player: Player) -> Json:
        return player.changes(consent=wish.version)

    def _SetElderMode(self, wish: Any, player: Player) -> Json:
        return player.changes(elder=wish.on)

    def _SetLanguage(self, wish: Any, player: Player) -> Json:
        return player.changes(language=wish.language)

    def _BindHome(self, wish: Any, player: Player) -> Json:
        home = {"building": wish.building, "unit": wish.unit, "room": wish.room, "verified": False}
        player.changes(home=home)
        return home

    def _BindCode(self, wish: Any, player: Player) -> Json | Refused:
        return Refused("BindCode", "bad_code")

    def _AddNote(self, wish: Any, player: Player) -> Json:
        return {"number": "SMY-261123-011"}

    def _UndoCase(self, wish: Any, player: Player) -> Json:
        return {}

    def _ListCases(self, wish: Any, player: Player) -> Json:
        one = {"category": "PR01", "state": "in_progress", "building": "2", "answer_by": player.ctx.now.isoformat(), "open": True}
        return {"cases": [{**one, "case_id": f"c{n}", "number": f"SMY-261123-00{n}"} for n in (4, 5)]}

    def _ShowCase(self, wish: Any, player: Player) -> Json:
        now = player.ctx.now.isoformat()
        place = {"building": "2", "unit": "1", "floor": "3", "room": None, "spot": None}
        line = {"at": now, "event": "submit", "text": ""}
        return {
            "case_id": wish.case_id, "number": "SMY-261123-004", "category": "PR01", "state": "confirming", "place": place, "open": True,
            "contact_by": now, "answer_by": now, "party": PROPERTY, "timeline": [line], "moves": ["withdraw", "confirm", "reopen", "note"],
        }  # fmt: skip

    def _WithdrawCase(self, wish: Any, player: Player) -> Json:
        return {"number": "SMY-261123-004", "hazard_stays": False}

    def _ConfirmCase(self, wish: Any, player: Player) -> Json:
        return {"number": "SMY-261123-004", "state": "closed", "answer_by": player.ctx.now.isoformat()}

    def _RaiseAlarm(self, wish: Any, player: Player) -> Json:
        return {**self._number(player), "numbers": {}}

    def _AddToAlarm(self, wish: Any, player: Player) -> Json:
        return {"state": "submitted", "acked": False}

    def _StandDown(self, wish: Any, player: Player) -> Json:
        return {"number": "SMY-261123-011"}

    def _WeighNotice(self, wish: Any, player: Player) -> Json:
        return fake_notices.weigh(wish.plan, BUILDINGS)

    def _PlanNotice(self, wish: Any, player: Player) -> Json:
        return fake_notices.planned(wish.plan, fake_notices.weigh(wish.plan, BUILDINGS))

    def _TellUnder(self, wish: Any, player: Player) -> Json:
        now = player.ctx.now.isoformat()
        return {"case_id": "c9", "number": "SMY-261123-009", "contact_by": now, "answer_by": now}

    def _ApplyAccess(self, wish: Any, player: Player) -> Json:
        return {"number": "A-SMY-261123-001", "decide_by": "2026-12-14T10:00:00+00:00", "early": True}
