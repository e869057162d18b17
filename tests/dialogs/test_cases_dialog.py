"""My cases: list, one with its timeline, more words, withdrawing, the verdict and opening again."""

from __future__ import annotations

from typing import Any

import pytest

from dialogs import DIALOGS
from dialogs.cases import entry
from dialogs.verdict import REASONS
from dialogs.wishes import AddNote, AskStaff, ConfirmCase, ListCases, ShowCase, WithdrawCase
from dialogs.words import Ask, Chose, Commanded, Event, Hazarded, MediaSent, Opened, Refused, Said, Woke
from tests.dialogs.play_alarm import Player
from tests.dialogs.test_alarm import FORM

BY = "2026-11-25T18:30:00+08:00"


def case(tail: str = "004", state: str = "in_progress", moves: tuple[str, ...] = ("withdraw", "note"), *, is_open: bool = True) -> dict[str, Any]:
    return {
        "case_id": f"c{tail}", "number": f"SMY-261123-{tail}", "category": "PR01", "state": state, "building": "2", "answer_by": BY,
        "contact_by": BY, "open": is_open, "place": {"building": "2", "unit": "1"}, "outcome": "", "party": {"zh": "安家物业", "en": "Anjia"},
        "timeline": [{"at": BY, "event": "submit", "text": "灯不亮"}, {"at": BY, "event": "dispatch", "text": ""}], "moves": list(moves),
    }  # fmt: skip


CONFIRMING = case("007", "confirming", ("note", "confirm"))
CLOSED = case("002", "closed", ("reopen",), is_open=False)
BUSY = case()


def resident(*cases: dict[str, Any], event: Event | None = None, draft: dict[str, Any] | None = None, **grants: Any) -> Player:
    """A person with these cases who asks for them, over a half-filled form."""
    by_id = {one["case_id"]: one for one in cases}
    world: dict[str, Any] = {
        "ListCases": {"cases": list(cases)},
        "ShowCase": lambda wish: by_id.get(wish.case_id) or Refused("ShowCase", "not_found"),
        "AddNote": lambda wish: {"number": by_id[wish.case_id]["number"]},
        "WithdrawCase": lambda wish: {"number": by_id[wish.case_id]["number"], "hazard_stays": False},
        "ConfirmCase": lambda wish: {
            "number": by_id[wish.case_id]["number"],
            "state": "closed" if wish.outcome == "solved" else "in_progress",
            "answer_by": None if wish.outcome == "solved" else "2026-11-26T08:00:00+08:00",
        },
        "AskStaff": {"case_id": "q", "number": "SMY-261123-099", "answer_by": BY, "contact_by": BY, "on_duty": True},
        **grants,
    }
    player = Player(world, dialogs={**DIALOGS, "form": FORM})
    player.opens("form", {"purpose": "certificate", "took": []})
    player.opens("cases", draft or {}, event or Commanded("progress", "进度"))
    return player


def pushed(value: str, *cases: dict[str, Any], **grants: Any) -> Player:
    """The button `value` of a message that the desk pushed."""
    opening = entry(value)
    assert opening is not None
    return resident(*cases, event=Chose(value), draft=opening[1], **grants)


# --- list and show ------------------------------------------------------------------------------------------------------


def test_none_is_said_and_the_form_comes_back() -> None:
    """Nobody is left in an empty list."""
    player = resident()
    assert player.keys == ["cases.none", "welcome.home"]
    assert player.top == ("form", "slot")


def test_the_list_shows_state_and_promise_and_opens_by_tap_or_number() -> None:
    """Several cases are listed with state and date; a tap or the last three digits open one."""
    player = resident(BUSY, CONFIRMING, CLOSED)
    assert "办理中" in player.said
    assert "11月25日18:30" in player.said
    player.does(Chose("case:c004"))
    assert player.top == ("cases", "show")
    player = resident(BUSY, CONFIRMING, CLOSED)
    player.says("007")
    assert player.wished(ShowCase)[0].case_id == "c007"
    assert player.labels[:3] == ["解决了", "部分解决", "没解决"]


def test_a_single_case_is_shown_at_once_with_its_timeline() -> None:
    """One case: state, party, both dates and every step, in words."""
    player = resident(BUSY)
    for words in ("SMY-261123-004", "安家物业", "办理中", "11月25日18:30", "已派给承办单位", "灯不亮"):
        assert words in player.said
    assert player.labels == ["补充", "撤回", "全部事项", "返回"]
    player.taps("返回")
    assert player.top == ("form", "slot")


def test_every_way_through_list_and_show_ends_somewhere() -> None:
    """Back, progress, a foreign case and a new matter: never silent, never a dead end."""
    player = resident(BUSY, CLOSED)
    player.does(Chose("case:c004"))
    player.taps("全部事项")
    assert player.top == ("cases", "list")
    player.does(Commanded("progress", "进度"))
    assert len(player.wished(ListCases)) == 3
    player.does(Chose("case:stranger"))
    assert player.keys == ["cases.not_found", "cases.list"]
    player.says("3栋2单元灯不亮")
    assert player.stack[-1].draft["took"] == ["Said"]
    player = pushed("case:stranger", BUSY)
    assert player.keys[0] == "cases.not_found"


def test_opened_without_an_event_it_offers_the_list() -> None:
    """As a bare question it has a button that leads on."""
    player = Player({"ListCases": {"cases": [BUSY, CLOSED]}})
    player.opens("cases", {})
    player.taps("看我的事项")
    assert player.top == ("cases", "list")


def test_a_human_for_this_case_knows_its_number() -> None:
    """人工 beside a case hands its number over."""
    player = resident(BUSY)
    player.does(Commanded("human", "人工"))
    assert "SMY-261123-004" in player.wished(AskStaff)[0].words


# --- more words and pictures --------------------------------------------------------------------------------------------


def test_words_and_pictures_are_added() -> None:
    """【补充】 takes words and every picture of an album, then 【好了】."""
    player = resident(BUSY)
    player.taps("补充")
    player.says("昨晚又闪了")
    player.does(MediaSent("photo", "m1"))
    player.does(MediaSent("photo", "m2"))
    assert [(note.words, note.media) for note in player.wished(AddNote)] == [("昨晚又闪了", ()), ("", ("m1",)), ("", ("m2",))]
    assert "SMY-261123-004" in player.said
    player.taps("好了")
    assert player.top == ("form", "slot")


def test_words_beside_a_shown_case_belong_to_it_and_can_be_taken_elsewhere() -> None:
    """What is said while looking at a case is added; 【这是另一件事】 hands the same words on."""
    player = resident(BUSY)
    player.says("3栋的灯也不亮")
    assert player.wished(AddNote)[0].words == "3栋的灯也不亮"
    player.taps("这是另一件事")
    assert player.stack[-1].draft["took"] == ["Said"]
    player = resident(BUSY)
    player.does(MediaSent("voice", "v1", "", 12))
    player.taps("这是另一件事")
    assert player.stack[-1].draft["took"] == ["MediaSent"]


def test_much_later_a_message_is_a_new_matter() -> None:
    """Half an hour on, nothing is put into a case that was looked at before."""
    for words in ("show", "note"):
        player = resident(BUSY)
        if words == "note":
            player.taps("补充")
        player.waits(1801)
        player.says("电梯停了")
        assert not player.wished(AddNote)
        assert player.stack[-1].draft["took"] == ["Said"]


def test_a_closed_case_takes_no_note_and_says_how_to_go_on() -> None:
    """Refused with case_closed: said, and the case is shown as it is now."""
    player = resident(BUSY, AddNote=Refused("AddNote", "case_closed"))
    player.taps("补充")
    player.says("还是不亮")
    assert player.keys[0] == "cases.note_closed"
    assert player.top == ("cases", "show")


# --- withdraw -----------------------------------------------------------------------------------------------------------


def test_withdrawing_is_asked_once() -> None:
    """【撤回】 asks; yes withdraws, no keeps, a new matter goes on."""
    player = resident(BUSY)
    player.taps("撤回")
    assert not player.wished(WithdrawCase)
    player.taps("撤回")
    assert player.wished(WithdrawCase)[0].case_id == "c004"
    assert "已撤回" in player.said
    player = resident(BUSY)
    player.does(Commanded("cancel", "算了"))
    player.taps("不撤回")
    assert not player.wished(WithdrawCase)
    player = resident(BUSY)
    player.taps("撤回")
    player.does(MediaSent("photo", "m1"))
    assert player.stack[-1].draft["took"] == ["MediaSent"]
    assert not player.wished(WithdrawCase)


def test_a_hazard_stays_with_the_community_and_says_so() -> None:
    """Withdrawing a danger to others: the person is out, the case goes on."""
    player = resident(BUSY, WithdrawCase={"number": "SMY-261123-004", "hazard_stays": True})
    player.taps("撤回")
    player.taps("撤回")
    assert "接着处理" in player.said
    player = resident(BUSY, WithdrawCase=Refused("WithdrawCase", "not_now"))
    player.taps("撤回")
    player.taps("撤回")
    assert player.keys[0] == "cases.not_now"


# --- the verdict --------------------------------------------------------------------------------------------------------


def test_solved_is_filed_at_once_and_stars_follow() -> None:
    """【解决了】 closes the case; five unfilled stars are asked; the rating goes in a second act."""
    player = pushed("confirm:c007:solved", CONFIRMING)
    assert player.wished(ConfirmCase) == [ConfirmCase("c007", "solved")]
    assert player.labels == ["1★", "2★", "3★", "4★", "5★", "跳过"]
    player.taps("4★")
    assert player.wished(ConfirmCase)[-1] == ConfirmCase("c007", "solved", 4, "")
    assert player.top == ("form", "slot")


def test_stars_may_be_skipped_left_or_given_in_words() -> None:
    """Skipping and silence file nothing more; 四星 counts; two stars ask why."""
    for event in (Chose("skip"), Woke("verdict"), Commanded("cancel", "算了")):
        player = pushed("confirm:c007:solved", CONFIRMING)
        player.does(event)
        assert len(player.wished(ConfirmCase)) == 1
        assert player.top == ("form", "slot")
    player = pushed("confirm:c007:solved", CONFIRMING)
    player.says("四星")
    assert player.wished(ConfirmCase)[-1].stars == 4
    player = pushed("confirm:c007:solved", CONFIRMING)
    player.taps("2★")
    assert player.top == ("cases", "reason")
    player.taps("态度")
    assert player.wished(ConfirmCase)[-1] == ConfirmCase("c007", "solved", 2, "态度不好")
    player = pushed("confirm:c007:solved", CONFIRMING)
    player.says("电梯又停了")
    assert player.stack[-1].draft["took"] == ["Said"]


@pytest.mark.parametrize("outcome", ["partly", "not_solved"])
@pytest.mark.parametrize("reason", REASONS)
def test_not_solved_asks_stars_and_a_reason_and_gives_a_new_date(outcome: str, reason: str) -> None:
    """Filed once, with stars and reason; the answer carries the new date."""
    player = pushed(f"confirm:c007:{outcome}", CONFIRMING)
    assert not player.wished(ConfirmCase)
    player.taps("1★")
    player.does(Chose(reason))
    (filed,) = player.wished(ConfirmCase)
    assert (filed.outcome, filed.stars) == (outcome, 1)
    assert filed.words
    assert "11月26日08:00" in player.said


def test_a_reopening_verdict_is_never_lost() -> None:
    """Leaving before the stars or the reason files what was said: by silence, by a photo, by asking for a human."""
    player = pushed("confirm:c007:not_solved", CONFIRMING)
    player.does(Woke("verdict"))
    assert player.wished(ConfirmCase) == [ConfirmCase("c007", "not_solved", 0, "")]
    player = pushed("confirm:c007:not_solved", CONFIRMING)
    player.taps("跳过")
    player.does(Commanded("human", "人工"))
    assert player.wished(ConfirmCase)
    assert player.stack[-1].draft["took"] == ["Commanded"]
    player = pushed("confirm:c007:partly", CONFIRMING)
    player.does(MediaSent("photo", "m1"))
    assert player.wished(ConfirmCase)
    assert player.stack[-1].draft["took"] == ["MediaSent"]
    player = pushed("confirm:c007:partly", CONFIRMING)
    player.taps("跳过")
    player.does(MediaSent("photo", "m1", "还漏着"))
    assert player.wished(ConfirmCase)[0].words == "还漏着"
    assert player.wished(AddNote)[0].media == ("m1",)
    player = pushed("confirm:c007:partly", CONFIRMING)
    player.does(Hazarded("SF10", "滋滋响", True))
    assert player.stack[-1].draft["took"] == ["Hazarded"]


@pytest.mark.parametrize(
    ("words", "outcome"),
    [("解决了", "solved"), ("修好了谢谢", "solved"), ("没解决", "not_solved"), ("还是坏的", "not_solved"), ("好了一半", "partly"), ("没人来", "not_solved")],
)
def test_the_verdict_in_words(words: str, outcome: str) -> None:
    """Free words answer the question as well as buttons."""
    player = pushed("confirm:c007", CONFIRMING)
    assert player.labels == ["解决了", "部分解决", "没解决"]
    player.says(words)
    assert player.top == ("cases", "stars")
    assert player.stack[-1].draft["outcome"] == outcome


def test_a_doubtful_verdict_is_asked_again() -> None:
    """不太满意 decides nothing."""
    player = pushed("confirm:c007", CONFIRMING)
    player.says("不太满意")
    assert player.top == ("cases", "verdict")
    assert not player.wished(ConfirmCase)


def test_a_late_verdict_says_so() -> None:
    """A pushed question answered after the case was closed, or refused by the desk, is told honestly."""
    player = pushed("confirm:c002:solved", CLOSED)
    player.says("解决了")
    assert player.keys[0] == "cases.not_now"
    player = pushed("confirm:c007:solved", CONFIRMING, ConfirmCase=Refused("ConfirmCase", "not_now"))
    assert player.keys == ["cases.not_now", "welcome.home"]
    player = pushed("confirm:c007:partly", CONFIRMING, ConfirmCase=Refused("ConfirmCase", "not_now"))
    player.taps("跳过")
    player.taps("跳过")
    assert player.keys[0] == "cases.not_now"


def test_solved_said_freely_closes_after_one_tap() -> None:
    """修好了 with one open case asks once; a tap files it; no is taken as no."""
    player = resident(BUSY, CLOSED, event=Said("修好了"))
    assert player.labels == ["对，解决了", "还没有"]
    player.taps("对，解决了")
    assert player.wished(ConfirmCase) == [ConfirmCase("c004", "solved")]
    player = resident(BUSY, CLOSED, event=Said("修好了"))
    player.taps("还没有")
    assert not player.wished(ConfirmCase)
    player = resident(BUSY, CLOSED, event=Said("修好了"))
    player.says("没解决")
    assert player.keys[0] == "cases.still_open"


def test_solved_with_several_or_no_open_cases() -> None:
    """Several: which one? None: said. Beside a shown case: that one."""
    player = resident(BUSY, CONFIRMING, event=Said("修好了"))
    assert player.keys == ["cases.which_solved"]
    player.does(Chose("case:c004"))
    assert player.keys == ["cases.said_solved"]
    assert resident(CLOSED, event=Said("修好了")).keys[0] == "cases.none_open"
    player = resident(BUSY)
    player.says("修好了")
    assert player.top == ("cases", "verdict")
    player = resident(BUSY, CONFIRMING)
    player.says("修好了")
    assert player.keys == ["cases.which_solved"]


# --- reopen -------------------------------------------------------------------------------------------------------------


def test_a_closed_case_is_opened_again_with_a_reason() -> None:
    """【重新办理】 needs words; a photo alone asks for a line and is kept."""
    player = resident(CLOSED)
    player.taps("重新办理")
    player.does(MediaSent("photo", "m1"))
    assert player.keys[0] == "cases.reopen_words"
    player.says("又不亮了")
    assert player.wished(ConfirmCase) == [ConfirmCase("c002", "not_solved", 0, "又不亮了")]
    assert player.wished(AddNote)[0].media == ("m1",)
    assert "11月26日08:00" in player.said
    player = resident(CLOSED)
    player.taps("重新办理")
    player.taps("返回")
    assert not player.wished(ConfirmCase)


# --- entries ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "draft"),
    [
        ("cases", {}),
        ("solved", {"solved": True}),
        ("case:x", {"case_id": "x"}),
        ("confirm:x", {"case_id": "x", "verdict": True, "outcome": ""}),
        ("confirm:x:partly", {"case_id": "x", "verdict": True, "outcome": "partly"}),
    ],
)
def test_values_that_lead_here(value: str, draft: dict[str, Any]) -> None:
    """The buttons of pushed messages name the dialog and where it begins."""
    assert entry(value) == ("cases", draft)


@pytest.mark.parametrize("value", ["", "menu:cases", "confirm:", "confirm:x:perhaps", "case:", "undo:x"])
def test_values_that_do_not(value: str) -> None:
    """Anything else is not ours."""
    assert entry(value) is None


def test_at_every_step_the_menu_and_stickers_are_answered() -> None:
    """/start and a sticker never fall silent."""
    for opening in (lambda: resident(BUSY, CLOSED), lambda: resident(BUSY), lambda: pushed("confirm:c007", CONFIRMING)):
        for event in (Opened(""), Opened("unknown:sticker"), Woke("stale")):
            player = opening()
            player.does(event)
            assert any(isinstance(s, Ask) for s in player.heard) or player.said
