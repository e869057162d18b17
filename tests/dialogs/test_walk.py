"""Every dialog walked through every option, odd text, cancel, timer and refusal, through JSON each time.

A new dialog gets all this for nothing: it is found on the page of DIALOGS.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from dialogs import DIALOGS
from dialogs.kernel import Dialog, Frame, Move, Step
from dialogs.words import Ask, Chose, ContactSent, Event, Json, MediaSent, Opened, PlaceSent, Refused, Said, Say, Toast, Typing, Woke
from tests.dialogs.play import Player

DEEPEST = 2
LONG = "我想说的事情有点多，" * 60
ODD_TEXTS = (
    "？", "啊", "3", "12栋", "2栋1单元3楼", "3栋2单元灯不亮", "楼道灯不亮了。", "停水了。", "是的", "不是", "不晓得", "谢谢", "继续", "解决了",
    "取消", "人工", "进度", "返回", "菜单", "<b>&\u202e{{ x }}", "大门口有个坑，车轮都陷进去了。", "路灯和井盖都坏了。",
    "高龄津贴有什么条件？", "押金能不退吗？",
    "听说要刷脸不然停发？", "物业电话是多少？", "那要带什么材料", LONG,
)  # fmt: skip
FEW_TEXTS = ("3栋2单元灯不亮", "3栋灯不亮", "停水了。", "12栋", "取消")
REASONS = {
    "OpenCase": ("consent_missing", "place_missing", "too_many"), "JoinCase": ("case_closed", "not_found"),
    "UndoCase": ("too_late", "already_handled"), "AddNote": ("case_closed",), "ShowCase": ("not_found",), "WithdrawCase": ("not_now",),
    "ConfirmCase": ("not_now",), "AskHelp": ("nobody",), "BindHome": ("no_such_room",), "BindCode": ("bad_code",), "Quote": ("unknown",),
    "WeighNotice": ("no_role", "not_yours", "no_access_item"), "PlanNotice": ("not_yours",), "ApplyAccess": ("no_role",), "TellUnder": ("not_found",),
    "FindSimilar": ("unknown",), "AskStaff": ("too_many",), "HandOver": ("too_many",),
    "LookUp": ("unknown",), "CallMe": ("too_many",), "RaiseAlarm": ("not_stored",),
}  # fmt: skip

Act = Callable[[Player], list[str]]


@dataclass
class Walk:
    """What a walk has seen: steps that heard something, and moves after which the bot said nothing at all."""

    seen: set[tuple[object, ...]] = field(default_factory=set)
    steps: set[tuple[str, str]] = field(default_factory=set)
    done: set[tuple[object, ...]] = field(default_factory=set)
    silent: list[str] = field(default_factory=list)

    def is_new(self, *what: object) -> bool:
        """True the first time."""
        new = what not in self.done
        self.done.add(what)
        return new


def sends(event: object) -> Act:
    return lambda player: player.does(event)  # type: ignore[arg-type]


def acts(player: Player, *, all_of_them: bool) -> Iterator[tuple[str, Act]]:
    """What a person may do now, and the timer; (name, act). Not `all_of_them`: only the buttons and a few words."""
    options = [o for row in (player.open.rows if player.open else ()) for o in row]
    for option in options:
        yield f"tap {option.value}", sends(Chose(option.value))
    if player.timer is not None:
        yield "timer", lambda p: p.waits((p.timer[0] - p.ctx.now).total_seconds() + 1) if p.timer else []
    for text in ODD_TEXTS if all_of_them else FEW_TEXTS:
        yield f"say {text[:20]}", lambda p, text=text: p.says(text)
    if not all_of_them:
        return
    for option in options:
        label = player.label(option)
        yield f"type {label}", lambda p, label=label: p.says(label)
    yield "tap something old", sends(Chose("u:77"))
    yield "photo", sends(MediaSent("photo", "m1"))
    yield "photo with words", sends(MediaSent("photo", "m2", "3栋2单元灯不亮"))
    yield "voice", sends(MediaSent("voice", "m3", "", 23))
    yield "place", sends(PlaceSent(30.65701, 104.06588))
    yield "phone", sends(ContactSent("13800000000"))
    for payload in ("", "privacy", "lang", "bind", "unknown:sticker"):
        yield f"start {payload}", sends(Opened(payload))
    yield "stale timer", sends(Woke("nobody"))


def signature(player: Player) -> tuple[object, ...]:
    """Two states are alike when the same step, above the same kind of dialog, asks the same question."""
    below = player.state[-2]["dialog"] if len(player.state) > 1 else ""
    return below, player.top, player.open.key if player.state and player.open else ""


def is_heard(player: Player) -> bool:
    return any(isinstance(s, Say | Ask | Toast | Typing) for s in player.said)


def watch(dialog: Dialog, heard: set[tuple[str, str]]) -> Dialog:
    """`dialog` as it is, noting each step that takes an event."""

    def noting(name: str, step: Step) -> Step:
        def take(draft: Json, event: Event, ctx: object) -> Move:
            heard.add((dialog.name, name))
            return step.take(draft, event, ctx)

        return Step(step.ask, take)

    return replace(dialog, steps={name: noting(name, step) for name, step in dialog.steps.items()})


def walk(starts: Iterable[Player]) -> Walk:
    """Breadth first, each kind of state once; each wish on the way is granted, and at each step refused for each reason."""
    queue, found = deque(starts), Walk()
    watched = {name: watch(dialog, found.steps) for name, dialog in DIALOGS.items()}

    def arrive(player: Player, name: str) -> None:
        if not is_heard(player) and "timer" not in name:
            found.silent.append(name)
        if len(player.state) <= DEEPEST and found.is_new("state", signature(player)):
            queue.append(player)

    while queue:
        here = queue.popleft()
        here.dialogs = watched
        for name, act in acts(here, all_of_them=found.is_new("step", here.top, here.open.key if here.open else "")):
            player = clone(here)
            act(player)
            arrive(player, f"{here.top}: {name}")
            for wish in {type(w).__name__ for w in player.world.wishes}:
                for reason in (r for r in REASONS.get(wish, ()) if found.is_new("refused", here.top, wish, r)):
                    refused = clone(here)
                    refused.world.refusals[wish] = Refused(wish, reason, {"limit": 5, "nearest": ["2", "11", "14"]})
                    act(refused)
                    arrive(refused, f"{here.top}: {name}, {wish} refused: {reason}")
    return found


def clone(player: Player) -> Player:
    """The same moment again, with an empty record of wishes."""
    other = copy.copy(player)
    other.world = copy.copy(player.world)
    other.world.wishes, other.world.refusals = [], dict(player.world.refusals)
    other.log, other.quiet = [], True
    return other


def in_dialog(name: str, step: str, draft: Json | None = None) -> Player:
    """Somebody in front of the first step of a dialog that staff open."""
    player = Player(roles=("grid_leader",))
    player.state = [Frame(name, DIALOGS[name].version, step, draft or {}).to_json()]
    return player


HOME = {"building": "2", "unit": "1", "room": "301", "verified": True}
STARTS: dict[str, tuple[Callable[[], Player], Event]] = {
    "a newcomer presses start": (lambda: Player(met=False), Opened("")),
    "a newcomer's first photo": (lambda: Player(met=False), MediaSent("photo", "m0")),
    "held fragments of a guest": (Player, Said("喂\n屋头水没得")),
    "a resident at home": (lambda: Player(consent="v1", home=HOME), Opened("")),
    "an elder who can't walk": (lambda: Player(elder=True), Opened("")),
    "a warden's notice": (lambda: in_dialog("notice", "words"), Said("明天8点到12点3号楼停水")),
    "an empty notice": (lambda: in_dialog("notice", "words"), Opened("")),
    "an application for access": (lambda: in_dialog("access", "task"), Opened("")),
    "the end of an application": (lambda: in_dialog("access", "period"), Said("12月1日到12月31日")),
    "a difficulty at home": (lambda: in_dialog("aside", "tell", {"notice": "n1", "kind": "difficulty"}), Opened("")),
    "a question about a notice": (lambda: in_dialog("aside", "tell", {"notice": "n1", "kind": "question"}), Opened("")),
    "an English speaker": (lambda: Player(language="en", consent="v1"), Opened("cases")),
}
SIMILAR = {
    "case_id": "c4", "number": "SMY-261123-004", "category": "PR01", "state": "in_progress", "answer_by": "2026-11-25T18:30:00+08:00",
    "party": {"zh": "物业", "en": "Property"}, "place": {"building": "3", "unit": None, "floor": None, "room": None, "spot": None},
}  # fmt: skip


@pytest.fixture(scope="module")
def walked() -> Walk:
    players = []
    for make, event in STARTS.values():
        player = make()
        player.world.similar = [] if player.ctx.who.home else [SIMILAR]
        player.does(event)
        players.append(player)
    return walk(players)


def test_nobody_is_left_without_an_answer(walked: Walk) -> None:
    """Whatever a person does at any step, something is said or typing is shown; texts and buttons exist in both languages."""
    assert walked.silent == []


def test_every_step_of_every_dialog_is_reached(walked: Walk) -> None:
    """No step is dead: each one is asked somewhere on the way."""
    missing = {(dialog.name, step) for dialog in DIALOGS.values() for step in dialog.steps} - walked.steps
    assert missing == set()
