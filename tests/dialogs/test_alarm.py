"""Somebody in danger: the alarm is raised before anything is asked, stays until they are safe, and gives the open form back."""

from __future__ import annotations

import re
from typing import Any

import pytest

import locales
from dialogs import DIALOGS, kernel
from dialogs.alarm import hears
from dialogs.alarm_answers import says_safe, yes_or_no
from dialogs.kernel import Dialog, Done, Frame, Step
from dialogs.wishes import AddToAlarm, CallMe, RaiseAlarm, StandDown
from dialogs.words import Chose, Commanded, Event, Hazarded, Json, MediaSent, Opened, PlaceSent, Refused, Said, Woke, ask
from tests.dialogs.play_alarm import CONTACTS, Player, settings, texts

FACTS = settings()["emergency"]
KINDS = sorted(FACTS["kinds"])
NUMBER = "SMY-261123-009"
GRANTS: dict[str, Any] = {
    "RaiseAlarm": lambda wish: {"case_id": f"case-{wish.kind}", "number": NUMBER, "numbers": {}},
    "AddToAlarm": {"state": "submitted", "acked": False},
    "StandDown": {"number": NUMBER},
    "CallMe": {"number": NUMBER, "contact_by": "2026-11-24T00:03:00+08:00"},
    "AskStaff": {"case_id": "q", "number": NUMBER, "answer_by": "2026-11-24T10:00:00+08:00", "contact_by": "2026-11-24T10:00:00+08:00", "on_duty": True},
}


def alarm(kind: str, text: str, *, check: bool = False, event: Event | None = None, player: Player | None = None, **grants: Any) -> Player:
    """A person in whose words `kind` was found, as handlers open the dialog."""
    player = player or Player({**GRANTS, **grants})
    draft = {"kind": kind, "check": check, "inform": kind in ("DS04", "DS05"), "text": text, "shown": True, "group": False}
    player.opens("alarm", draft, event or Said(text))
    return player


def _form_ask(draft: Json, ctx: Any) -> tuple[Any, ...]:
    return (ask("welcome.home"),)


def _form_take(draft: Json, event: Event, ctx: Any) -> Any:
    return Done() if isinstance(event, Woke) else kernel.Again(draft={**draft, "took": [*draft["took"], type(event).__name__]}, reask=False)


FORM = Dialog("form", 1, {"slot": Step(_form_ask, _form_take)})
"""A half-filled form below the alarm; it writes down what it is handed."""


def over_a_form(kind: str, text: str, *, check: bool = False) -> Player:
    player = Player(GRANTS, dialogs={**DIALOGS, "form": FORM})
    player.opens("form", {"purpose": "certificate", "took": []})
    return alarm(kind, text, check=check, player=player)


# --- script 7 -----------------------------------------------------------------------------------------------------------


def test_script_7_keeps_the_form_and_stays() -> None:
    """"算了 … 活着没意思" raises a private alarm over the form; no cancel, no menu, no case number; the form is left in peace."""
    player = over_a_form("DS05", "算了 办了也没用 活着没意思 药我都准备好了")
    (raised,) = player.wished(RaiseAlarm)
    assert (raised.kind, raised.confirmed) == ("DS05", True)
    assert "一个人" in player.said
    assert player.labels == ["☎请打给我", "请来陪我", "我暂时安全"]
    assert NUMBER not in player.said
    assert [frame.dialog for frame in player.stack] == ["form", "alarm"]
    assert player.stack[0].draft["purpose"] == "certificate"

    answer = player.says("一个人")
    assert player.wished(AddToAlarm)[-1].words == "一个人"
    assert "另一个房间" in answer
    assert not player.question_rows_open

    assert player.says("你们管不了的") == ""
    assert player.wished(AddToAlarm)[-1].words == "你们管不了的"

    player.does(Woke("alarm"))
    assert player.top == ("alarm", "rest")
    assert player.said == "", "the form is not asked again that night"


def test_forget_it_in_danger_is_no_cancel() -> None:
    """算了 as a whole message is answered kindly, passed on, and the alarm stays."""
    for kind in KINDS:
        if FACTS["kinds"][kind].get("hazard"):
            continue
        player = alarm(kind, "出事了")
        player.does(Commanded("cancel", "算了"))
        assert player.top == ("alarm", "talk")
        assert player.wished(AddToAlarm)[-1].words == "算了"
        assert player.said
        assert not player.wished(StandDown)


def test_once_a_human_answers_a_private_alarm_is_silent() -> None:
    """With the duty officer in the conversation, the bot says nothing more to a person at risk."""
    player = alarm("DS05", "不想活了", AddToAlarm={"state": "in_progress", "acked": True})
    player.says("一个人")
    for words in ("嗯", "不知道", "睡不着", "好吵", "算了吧都"):
        assert player.says(words) == ""
    assert [wish.words for wish in player.wished(AddToAlarm)][-1] == "算了吧都"


def test_a_person_who_may_want_to_die_is_never_stood_down_by_words() -> None:
    """没事了 and 【我暂时安全】 reach staff, but only staff end it."""
    player = alarm("DS05", "不想活了")
    player.taps("我暂时安全")
    player.says("没事了")
    assert not player.wished(StandDown)
    assert player.top == ("alarm", "talk")


def test_a_call_is_promised_with_a_time_and_without_a_number() -> None:
    """【☎请打给我】 asks for a call on this case; the answer names the time, not the case."""
    player = alarm("DS05", "不想活了")
    player.taps("☎请打给我")
    assert player.wished(CallMe)[-1].case_id == "case-DS05"
    assert "00:03" in player.said
    assert NUMBER not in player.said


# --- script 8 -----------------------------------------------------------------------------------------------------------


def test_script_8_two_digits_a_place_and_a_harmless_screen() -> None:
    """1 and 2 are answers, the place goes to staff only, and 清屏 leaves nothing but the reading room's hours."""
    player = alarm("DS04", "他又打我 娃儿在哭 我躲厕所 不敢出声")
    assert "1" in player.said
    assert NUMBER not in player.said
    assert "几栋几室" in player.says("1")
    answer = player.says("10栋 501 他喝了酒 有刀在厨房")
    assert "110" in answer
    placed = player.wished(RaiseAlarm)[-1]
    assert (placed.place["building"], placed.place["room"]) == ("10", "501")
    neutral = player.says("清屏")
    assert "图书室" in neutral
    for words in ("他来了", "在敲门"):
        assert player.says(words) == ""
    assert player.wished(AddToAlarm)[-1].words == "在敲门"
    assert player.does(Commanded("menu", "菜单")) == ""


def test_not_safe_ends_the_questions() -> None:
    """2 = not safe: nothing more is asked."""
    player = alarm("DS04", "他又打我")
    answer = player.says("2")
    assert "不用再回" in answer
    assert not player.question_rows_open


# --- alarms about a place -----------------------------------------------------------------------------------------------


def test_fire_asks_where_and_learns_it() -> None:
    """The alarm is raised before the question; the floor said next completes it; then only one further question."""
    player = alarm("SF02", "楼道冒烟了")
    assert len(player.wished(RaiseAlarm)) == 1
    assert "已通知值班员" in player.said
    assert NUMBER in player.said
    assert player.said.count("？") == 1
    answer = player.says("3栋5楼")
    assert player.wished(RaiseAlarm)[-1].place["building"] == "3"
    assert "都出来了吗" in answer
    assert "我已安全" in player.labels


def test_a_place_in_the_first_words_is_not_asked_again() -> None:
    """4栋3楼着火了: the place goes with the alarm and the next question is another."""
    player = alarm("SF02", "4栋3楼着火了")
    (raised,) = player.wished(RaiseAlarm)
    assert raised.place["building"] == "4"
    assert "几栋" not in player.said


def test_a_building_that_does_not_exist_is_asked_about() -> None:
    """12栋着火: the alarm goes out with the words as said, and the place is still asked."""
    player = alarm("SF02", "12栋着火了")
    (raised,) = player.wished(RaiseAlarm)
    assert (raised.words, raised.place) == ("12栋着火了", {})
    assert "几栋" in player.said


@pytest.mark.parametrize("kind", [k for k in KINDS if not FACTS["kinds"][k].get("hazard")])
def test_every_alarm_is_raised_before_it_asks(kind: str) -> None:
    """Each kind raises at once, asks its question, takes ten more messages to staff and rests after hours without news."""
    player = alarm(kind, "出事了")
    (raised,) = player.wished(RaiseAlarm)
    assert (raised.kind, raised.words, raised.confirmed) == (kind, "出事了", True)
    assert player.said
    for n in range(10):
        player.says(f"情况{n}")
    assert [w.words for w in player.wished(AddToAlarm)] == [f"情况{n}" for n in range(10)]
    player.does(MediaSent("photo", "m1"))
    assert player.wished(AddToAlarm)[-1].media == ("m1",)
    player.does(PlaceSent(36.65, 117.12))
    assert "36.65" in player.wished(AddToAlarm)[-1].words
    assert player.timer is not None
    assert player.timer.seconds == FACTS["limits"]["rest_after"]
    player.does(Woke("alarm"))
    assert (player.top, player.said) == (("alarm", "rest"), "")


@pytest.mark.parametrize("value", sorted(FACTS["spoken"]["zh"].keys() - {"sos", "yes", "no"}))
def test_every_answer_by_button_reaches_staff_in_words(value: str) -> None:
    """A tapped answer is read by staff as words and met with its own sentence."""
    question = next(name for name, row in FACTS["questions"].items() if value in row["options"])
    kind = next(name for name, row in FACTS["kinds"].items() if question in row["questions"])
    player = alarm(kind, "出事了")
    while player.stack[-1].draft["asked"] != question:
        player.says("说不清")
    player.does(Chose(value))
    told = [w.words for w in player.wishes if isinstance(w, AddToAlarm | CallMe)][-1]
    assert told == FACTS["spoken"]["zh"][value]
    assert player.said


def test_safe_gives_the_form_back() -> None:
    """【我已安全】 stands the alarm down and the suspended form asks its question again, nothing lost."""
    player = over_a_form("SF02", "着火了")
    player.taps("我已安全")
    assert player.wished(StandDown)[0].case_id == "case-SF02"
    assert player.top == ("form", "slot")
    assert player.stack[0].draft["purpose"] == "certificate"
    assert player.keys == ["alarm.safe", "welcome.home"]


def test_safe_in_words_stands_down_and_doubt_does_not() -> None:
    """安全了 ends it; 还不安全, 安全了吗 and safety of somebody else do not."""
    for words in ("我还不安全", "这样安全了吗？", "我安全了但我妈还在里面"):
        player = alarm("SF02", "着火了")
        player.says(words)
        assert not player.wished(StandDown), words
    player = alarm("SF02", "着火了")
    player.says("我们安全了")
    assert player.wished(StandDown)


def test_a_photo_as_first_message_goes_with_the_alarm() -> None:
    """A picture whose caption tells of danger is added to the alarm."""
    player = alarm("SF02", "着火了", event=MediaSent("photo", "m7", "着火了"))
    assert player.wished(AddToAlarm)[0].media == ("m7",)
    assert player.top == ("alarm", "talk")


def test_something_graver_on_top_is_an_alarm_of_its_own() -> None:
    """In the stuck lift somebody collapses: a second alarm of the graver kind, with its own question."""
    player = alarm("SF03", "我们卡在电梯里")
    player.does(Hazarded("ME01", "有人晕倒了", True))
    assert [wish.kind for wish in player.wished(RaiseAlarm)] == ["SF03", "ME01"]
    assert "意识" in player.said
    player.does(Hazarded("SF06", "天花板掉下来", True))
    assert len(player.wished(RaiseAlarm)) == 2
    assert player.wished(AddToAlarm)[-1].words == "天花板掉下来"


def test_an_alarm_that_could_not_be_stored_says_so_and_tries_again() -> None:
    """The person is told to phone, and the next words raise it."""
    player = alarm("SF02", "着火了", RaiseAlarm=Refused("RaiseAlarm", "broken"))
    assert "直接打" in player.said
    player.grants["RaiseAlarm"] = GRANTS["RaiseAlarm"]
    player.says("3栋")
    assert player.wished(RaiseAlarm)[-1].words == "着火了\n3栋"
    assert player.stack[-1].draft["case_id"] == "case-SF02"


def test_a_human_is_named_in_an_alarm_and_the_menu_waits() -> None:
    """人工 inside danger is answered at once; 菜单 keeps the alarm and offers 【我已安全】."""
    player = alarm("SF01", "煤气味好大")
    assert "值班员" in player.does(Commanded("human", "人工"))
    player.does(Commanded("menu", "菜单"))
    assert player.labels == ["我已安全"]
    assert player.does(Opened("")) != ""
    assert player.top == ("alarm", "talk")


# --- check: is it happening? --------------------------------------------------------------------------------------------


def test_the_past_is_asked_about_and_no_alarm_goes_out() -> None:
    """上个月着火 … gets one question; the no hands the words on as an ordinary matter."""
    player = over_a_form("SF02", "上个月着火那家赔了没", check=True)
    assert player.said == "现在正在发生吗？"
    player.taps("不是")
    assert not player.wishes
    assert player.stack[-1].draft["took"] == ["Hazarded"]


def test_yes_raises_the_alarm() -> None:
    """A yes in words is enough."""
    player = alarm("SF02", "上周着火的那家", check=True)
    player.says("对 现在又烧起来了")
    (raised,) = player.wished(RaiseAlarm)
    assert raised.confirmed
    assert "上周着火的那家" in raised.words
    assert player.top == ("alarm", "talk")


def test_script_1_sparks_without_smoke_go_back_as_an_urgent_matter() -> None:
    """SF10 asks for smoke; 没有 就滋滋的 is a no; the form below gets the true hazard with all words."""
    player = over_a_form("SF10", "一样的吧 不过我这里滋滋响 还有火花！")
    assert player.said == "现在有烟或火吗？"
    assert player.labels == ["没有", "有"]
    assert not player.wishes
    move = DIALOGS["alarm"].steps["check"].take(dict(player.stack[-1].draft), Said("没有 就滋滋的"), player.ctx)
    assert isinstance(move, Done)
    assert move.hand_on == Hazarded("SF10", "一样的吧 不过我这里滋滋响 还有火花！\n就滋滋的", True)
    player.says("没有 就滋滋的")
    assert player.stack[-1].draft["took"] == ["Hazarded"]


def test_sparks_with_smoke_are_a_fire() -> None:
    """A yes shows the fire numbers first and raises a fire."""
    player = alarm("SF10", "插座冒火花")
    player.taps("有")
    assert player.keys[0] == "alarm.numbers.SF02"
    assert [wish.kind for wish in player.wished(RaiseAlarm)] == ["SF02"]
    player = alarm("SF10", "插座冒火花")
    player.says("没有烟，但有明火")
    assert [wish.kind for wish in player.wished(RaiseAlarm)] == ["SF02"]


def test_falling_things_that_hurt_somebody_are_medical() -> None:
    """SF06 asks whether somebody is hurt: yes is a medical alarm, no an urgent matter."""
    player = alarm("SF06", "阳台上往下扔酒瓶")
    player.taps("有")
    assert [wish.kind for wish in player.wished(RaiseAlarm)] == ["ME01"]
    player = over_a_form("SF06", "阳台上往下扔酒瓶")
    player.taps("没有")
    assert player.stack[-1].draft["took"] == ["Hazarded"]


def test_an_unanswered_question_loses_nothing() -> None:
    """Words that are no answer are asked about once more and then handed on; so is silence."""
    player = over_a_form("SF02", "如果着火了怎么办", check=True)
    assert "没太明白" in player.says("我想问问")
    player.says("物业电话多少")
    assert player.stack[-1].dialog == "form"
    assert player.stack[-1].draft["took"] == ["Hazarded"]
    assert not player.wishes
    player = over_a_form("SF10", "插座滋滋响")
    assert player.timer is not None
    assert player.timer.seconds == FACTS["limits"]["check_after"]
    player.does(Woke("alarm"))
    assert player.stack[-1].draft["took"] == ["Hazarded"]


def test_pictures_sent_before_the_answer_are_handed_on() -> None:
    """A picture is no answer, and it goes back with the words."""
    player = over_a_form("SF10", "插座滋滋响")
    player.does(MediaSent("photo", "m3"))
    move = DIALOGS["alarm"].steps["check"].take(dict(player.stack[-1].draft), Chose("smoke_no"), player.ctx)
    assert isinstance(move, Done)
    assert move.hand_on == Hazarded("SF10", "插座滋滋响", True, ("m3",))


def test_pictures_sent_before_a_yes_go_with_the_alarm() -> None:
    """The picture is added to the alarm that the yes raises."""
    player = alarm("SF02", "上周着火的那家", check=True)
    player.does(MediaSent("photo", "m3"))
    player.taps("是，正在发生")
    assert player.wished(AddToAlarm)[0].media == ("m3",)
    assert player.top == ("alarm", "talk")


def test_violence_in_the_past_informs_a_human_anyway() -> None:
    """他上个月打过我: an unconfirmed alarm first, then the question; the no is passed on and nothing is asked again."""
    for kind in ("DS04", "DS05"):
        player = over_a_form(kind, "以前的事", check=True)
        (raised,) = player.wished(RaiseAlarm)
        assert not raised.confirmed
        assert player.top == ("alarm", "check")
        player.does(Chose(f"{FACTS['kinds'][kind]['check']}_no"))
        assert player.wished(AddToAlarm)
        assert not player.wished(StandDown)
        assert player.keys == [f"alarm.past.{kind}"]
        assert player.top == ("alarm", "rest")


def test_violence_that_happens_now_after_all_is_confirmed() -> None:
    """A yes turns the unconfirmed alarm into a confirmed one."""
    player = alarm("DS04", "他以前打我", check=True)
    player.says("是 现在就在打")
    assert [wish.confirmed for wish in player.wished(RaiseAlarm)] == [False, True]
    assert player.top == ("alarm", "talk")


def test_a_confidence_does_not_travel_with_another_danger() -> None:
    """What was said about violence at home is not in the words of the fire that follows, nor is its case."""
    player = alarm("DS04", "他以前打我", check=True)
    player.does(Hazarded("SF02", "厨房着火了", True))
    fire = player.wished(RaiseAlarm)[-1]
    assert (fire.kind, fire.words) == ("SF02", "厨房着火了")
    assert player.stack[-1].draft["case_id"] == "case-SF02"


def test_another_danger_in_the_answer_begins_anew() -> None:
    """Asked about a fire of last week, somebody collapses: that alarm is raised; the same danger said again is a yes."""
    player = alarm("SF02", "上周着火", check=True)
    player.does(Hazarded("ME01", "我妈晕倒了", True))
    assert [wish.kind for wish in player.wished(RaiseAlarm)] == ["ME01"]
    player = alarm("SF01", "上次有煤气味", check=True)
    player.does(Hazarded("SF01", "厨房煤气味好大", True))
    assert [wish.kind for wish in player.wished(RaiseAlarm)] == ["SF01"]
    player = over_a_form("SF10", "滋滋响")
    player.does(Hazarded("SF10", "没有 就滋滋的", True))
    assert player.stack[-1].draft["took"] == ["Hazarded"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("没有 就滋滋的", "no"), ("没有", "no"), ("没得", "no"), ("冇", "no"), ("不是", "no"), ("没烟没火", "no"), ("没有烟", "no"),
        ("不是现在，是上周", "no"), ("是上周的事", "no"), ("演练啊", "no"), ("是去年", "no"), ("现在没有了，上周的", "no"), ("已经灭了", "no"),
        ("No, just buzzing", "no"), ("nope", "no"), ("it was last week", "no"), ("no smoke", "no"), ("not on fire", "no"),
        ("there's no fire, just sparks", "no"), ("没有着火", "no"), ("没看到烟", "no"), ("暂时没", "no"),
        ("有", "yes"), ("是", "yes"), ("对 正在烧", "yes"), ("没有烟，但有明火", "yes"), ("嗯", "yes"), ("冒烟了", "yes"), ("是真的！", "yes"),
        ("不是演练，是真的", "yes"), ("昨天就开始冒烟，现在还在冒烟", "yes"), ("yes", "yes"), ("Yeah there's smoke", "yes"), ("right now!", "yes"),
        ("快来", "yes"), ("有一点烟", "yes"), ("it is happening right now", "yes"),
        ("怎么了", None), ("我在3栋", None), ("now what", None), ("north gate", None),
    ],
)  # fmt: skip
def test_free_answers_are_read(text: str, answer: str | None) -> None:
    """Yes, no, or not readable."""
    assert yes_or_no(text, FACTS["answers"]) == answer


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("安全了", True), ("没事了", True), ("没事了谢谢", True), ("我们都出来了", True), ("火灭了", True), ("孩子找到了", True), ("I'm safe now", True),
        ("we are safe, thank you", True), ("不安全", False), ("没事了吗", False), ("烟出来了", False), ("水都出来了", False), ("还没灭", False),
        ("I'm not safe", False), ("are we safe?", False), ("老公没事了但是孩子在里面", False), ("火还没灭", False),
    ],
)  # fmt: skip
def test_safe_words_are_read(text: str, safe: bool) -> None:
    """Only a short message without a doubt ends a danger."""
    assert says_safe(text, FACTS["safe"], FACTS["limits"]["safe_length"]) is safe


# --- the urgent entry of the menu ---------------------------------------------------------------------------------------


def test_the_urgent_entry_shows_numbers_and_asks_what_happened() -> None:
    """🆘 shows 110, 119, 120; a tapped kind shows its own numbers and raises it; words go on as a matter."""
    player = Player(GRANTS)
    player.opens("alarm", {})
    assert all(number in player.said for number in ("110", "119", "120"))
    assert len(player.labels) == len(KINDS)
    player.taps("困在电梯")
    assert player.keys[0] == "alarm.numbers.SF03"
    assert player.wished(RaiseAlarm)[0].kind == "SF03"
    player = Player(GRANTS)
    player.opens("alarm", {})
    player.does(Woke("alarm"))
    assert player.stack == ()
    for kind in KINDS:
        player = Player(GRANTS)
        player.opens("alarm", {})
        player.does(Chose(kind))
        assert player.keys[0] == f"alarm.numbers.{kind}"
        assert player.top[1] == ("check" if FACTS["kinds"][kind].get("hazard") else "talk")


def test_who_hears_a_new_danger() -> None:
    """An alarm that stands or asks takes a new danger itself; a resting one doesn't."""
    assert hears(Frame("alarm", 1, "talk"))
    assert hears(Frame("alarm", 1, "check"))
    assert not hears(Frame("alarm", 1, "rest"))
    assert not hears(Frame("request", 1, "start"))


def test_a_resting_alarm_hands_on_what_comes_later_and_its_buttons_still_work() -> None:
    """After hours of silence a message goes to the form below; 【☎请打给我】 of that night still calls."""
    player = over_a_form("DS05", "不想活了")
    player.does(Woke("alarm"))
    player.does(Chose("call"))
    assert player.wished(CallMe)
    player.says("我想接着办证明")
    assert player.stack[-1].draft["took"] == ["Said"]


# --- the texts ----------------------------------------------------------------------------------------------------------

PHONE = re.compile(r"\d{3,}")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_come_within_the_first_120_characters(kind: str, language: str) -> None:
    """Each kind's text has its numbers, the first within 120 characters, and claims nothing that has not happened."""
    shown = re.sub(r"<[^>]*>", "", texts().render(f"alarm.numbers.{kind}", {"contacts": CONTACTS, "check": True}, language))
    first = PHONE.search(shown)
    assert first is not None
    assert first.start() <= 120
    for name in FACTS["kinds"][kind]["numbers"]:
        number = "12110999" if "+" in name else CONTACTS.get(name, name)
        assert number in shown
    assert "已通知" not in shown
    assert "alerted" not in shown


def test_person_kinds_have_numbers_for_groups_without_a_question() -> None:
    """In a group only numbers: no question, no menu, no place."""
    for kind, row in FACTS["kinds"].items():
        for language in ("zh", "en"):
            assert texts().has(f"alarm.numbers_group.{kind}", language) is bool(row.get("person"))
            if row.get("person"):
                assert "？" not in texts().render(f"alarm.numbers_group.{kind}", {}, language)


def test_data_and_texts_fit_together() -> None:
    """Every kind of the detector has facts; every question, option and check has words in both languages."""
    assert set(FACTS["order"]) == set(FACTS["kinds"])
    for language in ("zh", "en"):
        catalogue = locales.catalogue(language)
        for question, row in FACTS["questions"].items():
            assert f"alarm.ask.{question}" in catalogue
            assert f"alarm.ask.{question}.elder" in catalogue
            for value in row["options"]:
                assert f"alarm.button.{value}" in catalogue
                assert value == "call" or f"alarm.after.{value}" in catalogue
                assert value in FACTS["spoken"][language]
        for check, values in FACTS["checks"].items():
            assert f"alarm.check.{check}" in catalogue
            assert all(f"alarm.button.{check}_{value}" in catalogue for value in values)
