"""A request as people make it: scripts 1 and 2 of domain.md as pure conversations, then every branch of the dialog."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import locales
from dialogs.words import Answered, Ask, ContactSent, Hazarded, MediaSent, PlaceSent, Refused, Typing
from tests.dialogs.play import PROPERTY, Json, Player, book

HOME = {"building": "2", "unit": "1", "room": "301", "verified": True}
LIGHT = {
    "case_id": "c4", "number": "SMY-261123-004", "category": "PR01", "state": "in_progress", "answer_by": "2026-11-25T18:30:00+08:00",
    "party": PROPERTY, "place": {"building": "2", "unit": None, "floor": None, "room": None, "spot": None},
}  # fmt: skip


def resident(**who: Any) -> Player:
    return Player("2026-11-23T09:00:00", **{"consent": "v1", **who})


def opened(player: Player) -> Any:
    """The one case that was filed."""
    wishes = player.world.of("OpenCase")
    assert len(wishes) == 1, wishes
    return wishes[0]


def place(**parts: str) -> Json:
    return {**dict.fromkeys(("building", "unit", "floor", "room", "spot")), **parts}


# --- the scripts --------------------------------------------------------------------------------------------------------


def test_script_1_photo_wrong_building_same_problem_hazard() -> None:
    """The photo is kept, building 12 is refused with three others, the case is found, and sparks raise it before any form question."""
    u = Player("2026-11-23T20:05:00", met=False)
    u.world.similar = [LIGHT]
    (asked,) = u.sends("photo")
    assert "照片" in asked
    assert "在哪栋几单元" in asked
    assert "/privacy" in asked
    (refused,) = u.says("12栋 灯黑的")
    assert "没有12栋（有1–11栋和14栋）" in refused
    assert u.labels == ["2栋", "11栋", "14栋"]
    assert u.world.wishes == [], "nothing was asked of the world about building 12"
    (similar,) = u.says("哦打错了 2栋一单元 三楼到四楼")
    assert all(part in similar for part in ("2栋1单元3-4楼", "楼道灯不亮", "SMY-261123-004", "办理中", "11月25日18:30"))
    assert u.labels == ["我也遇到", "不是同一个"]
    (check,) = u.says("一样的吧 不过我这里滋滋响 还有火花！")
    assert "现在有烟或火吗" in check
    (merged,) = u.says("没有 就滋滋的")
    assert all(part in merged for part in ("照片", "SMY-261123-004", "紧急", "11月23日22:05", "11月24日20:05"))
    (join,) = u.world.of("JoinCase")
    assert (join.case_id, join.media, join.hazard) == ("c4", ("m1",), "SF10")
    assert "滋滋响 还有火花" in join.words
    assert u.world.of("OpenCase") == []
    assert u.world.of("RaiseAlarm") == []
    assert u.stack == ()


def test_script_2_old_man_fragments_dialect() -> None:
    """Five fragments in 38 s get one answer; one question a message; filed as E1 with the unit open; help and elder mode after a yes."""
    u = Player("2026-11-23T19:02:00", met=False)
    for fragment in ("喂", "有人没得", "屋头水莫得了", "从昨黑就莫得", "我腿脚又不好"):
        assert u.says(fragment) == []
        assert any(isinstance(s, Typing) for s in u.said)
        assert u.waits(7) == []
    (heard,) = u.waits(20)
    assert "您家没有水，从昨天晚上开始，对吗？" in heard
    assert u.labels == ["对", "不对", "☎请打给我"]
    (where,) = u.says("嗯")
    assert where.startswith("您住几栋几楼？")
    assert u.says("老地方嘛 刘师傅晓得") == []
    (again,) = u.waits(20)
    assert "我这里还没有" in again
    assert "☎请打给我" in u.labels
    assert u.says("2") == []
    assert u.says("2楼左手") == []
    (unit,) = u.waits(20)
    assert unit.startswith("2栋2楼")
    assert "1单元还是2单元" in unit
    assert u.labels == ["1", "2", "不晓得"]
    moment = u.ctx.now
    (filed,) = u.says("不晓得")
    contact, answer = moment + timedelta(hours=2), moment + timedelta(hours=24)
    assert all(part in filed for part in ("紧急", "011", f"{contact:%H:%M}前", f"11月24日{answer:%H:%M}", "要不要请楼长帮您提水？"))
    assert u.labels[:2] == ["要", "不用"]
    case = opened(u)
    assert (case.category, case.place["building"], case.place["unit"], case.place["floor"]) == ("UT01", "2", None, "2")
    assert case.flags == {"needs_help": True, "unit_unknown": True}
    assert all(line in case.words for line in ("屋头水莫得了", "从昨黑就莫得", "我腿脚又不好", "刘师傅晓得", "2楼左手"))
    assert u.world.of("FindSimilar")[0].place["building"] == "2"
    (elder,) = u.says("要 谢谢幺妹儿")
    (help_wish,) = u.world.of("AskHelp")
    assert (help_wish.case_id, help_wish.what) == ("c11", "water"), "no word of health"
    assert "刘叔会来敲门" in elder
    assert "小程序" in elder
    assert "可以" in u.labels
    assert u.ctx.who.elder is False
    u.taps("可以")
    assert u.ctx.who.elder is True
    for line in u.log:
        assert not line.startswith("B:") or line.count("？") <= 2


# --- what is a first message --------------------------------------------------------------------------------------------


def test_a_whole_sentence_is_read_back_and_filed_with_two_taps() -> None:
    """Place, floor and matter are understood; the confirmation has the promise as dates; number and dates follow the submit."""
    u = resident()
    (confirm,) = u.says("3栋2单元3楼灯不亮了。")
    assert all(part in confirm for part in ("3栋2单元3楼", "楼道灯不亮", "11月23日21:00", "11月25日09:00", "安家物业"))
    assert u.labels == ["提交", "改地点", "改问题", "加照片", "保密"]
    (filed,) = u.taps("提交")
    assert all(part in filed for part in ("SMY-261123-011", "尾号 011", "11月23日21:00", "11月25日09:00"))
    assert (opened(u).place, opened(u).words) == (place(building="3", unit="2", floor="3"), "3栋2单元3楼灯不亮了。")
    assert u.waits(121) == []
    assert u.stack == ()


def test_a_short_whole_message_is_no_fragment() -> None:
    """"3栋灯不亮" has matter and building: it is answered at once, and asks for the unit only."""
    u = resident()
    (unit,) = u.says("3栋灯不亮")
    assert "1单元还是2单元" in unit
    assert u.says("1")[0].startswith("请看对不对")


def test_home_is_proposed_and_can_be_changed_in_one_tap() -> None:
    """Without a place said, a resident's own home is read back as such; another building replaces it."""
    u = resident(home=HOME)
    (confirm,) = u.says("楼道灯不亮")
    assert "2栋1单元（您登记的家）" in confirm
    u.taps("改地点")
    assert "2栋1单元301室" in u.labels
    (changed,) = u.says("9栋2单元")
    assert "9栋2单元" in changed
    assert "您登记的家" not in changed
    u.taps("提交")
    assert opened(u).place == place(building="9", unit="2")
    water = resident(home=HOME)
    assert "2栋1单元301室" in water.says("我家停水了")[0], "a matter at home takes the room too"
    other = resident(home=HOME)
    assert "9栋1单元" in other.says("9栋1单元灯不亮")[0], "what is said goes before what is known"


def test_a_guest_reports_a_public_place_without_consent() -> None:
    """A public place needs neither building nor binding nor consent."""
    u = Player("2026-11-23T09:00:00")
    (confirm,) = u.says("大门口垃圾堆了三天没人清")
    assert "大门口" in confirm
    u.taps("提交")
    assert opened(u).place == place(spot="大门口")
    assert u.labels == ["撤销"], "and nothing about a person is asked"


def test_a_shared_position_is_a_place() -> None:
    """A place pin first, then the matter."""
    u = resident()
    (asked,) = u.does(PlaceSent(30.65701, 104.06588))
    assert "是什么问题" in asked
    u.says("垃圾堆成山了。")
    u.taps("提交")
    assert opened(u).place == place(spot="📍30.65701, 104.06588")


def test_an_album_is_acknowledged_once() -> None:
    """Pictures of one album: one question; a later one is counted; all of them reach the case."""
    u = resident()
    assert len(u.sends("photo")) == 1
    assert u.sends("photo") == []
    assert u.sends("photo") == []
    u.waits(30)
    assert "4张" in u.sends("photo")[0]
    u.sends("photo", "3栋2单元灯不亮")
    u.taps("提交")
    assert len(opened(u).media) == 5


def test_a_voice_message_is_kept_and_words_may_follow() -> None:
    """No speech recognition: it is said so, the voice goes with the case."""
    u = resident()
    (asked,) = u.sends("voice", seconds=23)
    assert "语音23秒" in asked
    assert "我还听不懂语音" in asked
    assert "能打两个字" in asked
    u.says("楼上天天晚上打麻将，6栋902。")
    u.taps("提交")
    assert (opened(u).category, opened(u).media) == ("OR01", ("m1",))


@pytest.mark.parametrize("act", ["silence", "tap", "call"])
def test_a_voice_message_is_never_lost(act: str) -> None:
    """Nothing follows in ten minutes, or the person says that is all, or wants a call: a human gets the voice, with a date."""
    u = resident()
    u.sends("voice", seconds=23)
    (told,) = {"silence": lambda: u.waits(601), "tap": lambda: u.taps("staff"), "call": lambda: u.taps("☎请打给我")}[act]()
    (wish,) = u.world.of("CallMe" if act == "call" else "AskStaff")
    assert wish.media == ("m1",)
    assert "11月2" in told
    assert u.stack == ()


def test_a_greeting_alone_gets_the_menu_after_the_pause() -> None:
    """Something may follow "你好"; when nothing does, the menu is shown, with the line about the program to a newcomer."""
    u = Player("2026-11-23T09:00:00", met=False)
    assert u.says("你好") == []
    (menu,) = u.waits(21)
    assert "小程序" in menu
    assert "📋 我的事项" in u.labels
    assert u.stack == ()
    assert "不客气" in u.says("谢谢")[0]


# --- fragments ----------------------------------------------------------------------------------------------------------


def test_the_pause_is_longer_for_elders_and_never_over_a_minute() -> None:
    """20 s after the last fragment, 45 s in elder mode, 60 s after the first at most."""
    quick, slow = resident(), resident(elder=True)
    for u, pause in ((quick, 20), (slow, 45)):
        u.says("灯坏了")
        assert u.waits(pause - 1) == []
        assert len(u.waits(2)) == 1
    u = resident()
    heard = []
    for fragment in ("那个", "就是", "楼道里", "黑得很", "灯坏了", "好久了"):
        heard += u.says(fragment)
        heard += u.waits(12)
    assert len(heard) == 1
    assert u.ctx.now.minute == 1


def test_held_fragments_stand_in_front_of_what_is_answered_at_once() -> None:
    """A photo, a command or a whole sentence ends the pause; no fragment is lost."""
    u = resident()
    u.says("灯坏了")
    u.sends("photo")
    assert u.top == ("request", "place")
    u.says("3栋2单元。")
    u.taps("提交")
    assert (opened(u).words, opened(u).media) == ("灯坏了\n3栋2单元。", ("m2",))
    other = resident()
    other.says("灯坏了")
    other.says("人工")
    assert "灯坏了" in other.world.of("AskStaff")[0].words
    other.taps("就这样")
    assert other.top == ("request", "start")
    assert "继续" in other.labels
    assert "几单元" in other.taps("继续")[0]


def test_what_was_misheard_is_asked_again() -> None:
    """【不对】 asks for it anew; "不对，是…" is read at once; the wrong category is forgotten."""
    for said in (["不对", "是漏水，3栋1单元2楼。"], ["不对，是漏水，3栋1单元2楼。"]):
        u = resident()
        u.says("屋头")
        u.says("水没得")
        u.waits(21)
        assert u.top == ("request", "heard")
        for words in said:
            u.says(words)
        assert opened(u).category == "PR02"


# --- the matter ---------------------------------------------------------------------------------------------------------


def test_suggestions_then_groups_then_a_person() -> None:
    """Three suggestions and "none of these"; the groups; the categories of one; at last the desk."""
    u = resident(home=HOME)
    u.says("路灯和井盖都坏了。")
    assert len(u.labels) <= 4
    assert u.labels[-1] == "都不是"
    u.taps("都不是")
    assert len(u.labels) == 12
    u.taps("🏠 房屋物业")
    assert "单元门/门禁" in u.labels
    u.taps("都不是")
    (wish,) = u.world.of("AskStaff")
    assert wish.words == "路灯和井盖都坏了。"
    assert u.stack == ()


def test_a_suggestion_is_one_tap() -> None:
    """The tapped category is the case's."""
    u = resident(home=HOME)
    u.says("路灯和井盖都坏了。")
    u.taps("c:PF02")
    assert opened(u).category == "PF02"


def test_words_that_nobody_can_place_reach_a_person() -> None:
    """Twice asked in another way, then a human gets all of them."""
    u = resident()
    for words in ("有个问题。", "就是那个东西不行。", "真的不行。"):
        u.says(words)
    assert u.world.of("AskStaff")[0].words == "有个问题。\n就是那个东西不行。\n真的不行。"


def test_a_question_goes_to_the_desk_with_a_date() -> None:
    """What is asked and not reported needs no place and no form."""
    u = resident()
    (told,) = u.says("居住证怎么办？")
    assert "SMY-" in told
    assert "最迟" in told
    assert u.world.of("AskStaff")[0].category == "AD02"


def test_a_danger_to_life_is_no_request() -> None:
    """Choosing it in the groups shows its numbers and raises the alarm, with the words that were said."""
    u = resident()
    u.says("有个问题。")
    u.taps("🛡 安全")
    heard = u.taps("c:SF01")
    assert "119" in heard[0]
    assert u.top[0] == "alarm"
    assert u.world.of("RaiseAlarm")[0].words == "有个问题。"


# --- the place ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["11栋", "11栋。", "不对，是11栋"])
def test_an_unknown_building_is_never_guessed(answer: str) -> None:
    """Tapped or said, only a building that exists goes on; another unknown one is refused as well."""
    u = resident()
    u.says("12栋2单元灯不亮")
    assert "没有13栋" in u.says("13栋。")[0]
    u.says(answer)
    u.waits(21)
    assert u.says("提交")
    assert opened(u).place == place(building="11", unit="2")


def test_a_unit_or_floor_that_does_not_exist_is_asked_for() -> None:
    """The building's own numbers decide."""
    u = resident()
    assert "3栋没有5单元" in u.says("3栋5单元灯不亮")[0]
    assert "请看对不对" in u.says("2单元")[0]
    leak = resident()
    assert "3栋只有9层，没有25楼" in leak.says("3栋1单元25楼家里漏水")[0]
    assert "3栋1单元3楼" in leak.says("3楼")[0]
    whole = resident()
    whole.says("停水了，3栋。")
    whole.taps("整栋都这样")
    assert opened(whole).flags == {"whole_building": True}


def test_what_cannot_be_read_twice_is_left_open() -> None:
    """Nobody is asked for a unit three times; a public spot is taken in the person's own words."""
    u = resident()
    u.says("3栋灯不亮")
    assert "写个数字就行" in u.says("就是老李那边呗，你懂的。")[0]
    u.says("就是靠马路那边。")
    u.taps("提交")
    assert opened(u).flags == {"unit_unknown": True}
    spot = resident()
    spot.says("垃圾堆成山了。")
    assert "我这里还没有" in spot.says("老王家对面。")[0]
    spot.says("就是老王修鞋摊旁边呀。")
    spot.taps("提交")
    assert opened(spot).place == place(spot="就是老王修鞋摊旁边呀。")


# --- reported already ---------------------------------------------------------------------------------------------------


def with_similar() -> Player:
    u = resident()
    u.world.similar = [LIGHT]
    u.says("2栋1单元灯不亮")
    assert u.top == ("request", "similar")
    return u


@pytest.mark.parametrize("words", ["我也遇到", "一样的", "对", "就是这个。"])
def test_joining_in_ones_own_words(words: str) -> None:
    """A tap, its label typed, or plain words join; number and date are told."""
    u = with_similar()
    (told,) = u.says(words)
    assert u.world.of("JoinCase")[0].case_id == "c4"
    assert "SMY-261123-004" in told
    assert u.stack == ()


@pytest.mark.parametrize("words", ["不是同一个", "不一样的。", "不是。"])
def test_another_problem_is_filed_on_its_own(words: str) -> None:
    """Not the same: the confirmation follows, and it isn't asked twice."""
    u = with_similar()
    assert "请看对不对" in u.says(words)[0]
    u.taps("提交")
    assert opened(u).place["building"] == "2"
    assert len(u.world.of("FindSimilar")) == 1


def test_a_case_closed_meanwhile_is_not_joined() -> None:
    """The refusal is told and the own matter goes on."""
    u = with_similar()
    u.world.refusals["JoinCase"] = Refused("JoinCase", "case_closed")
    told = u.taps("我也遇到")
    assert "刚刚办结" in told[0]
    assert u.top == ("request", "confirm")


def test_private_matters_are_not_compared() -> None:
    """No search among the cases of others where it is about a person, or where confidence was asked for."""
    u = resident(home=HOME)
    u.says("我想申请低保。")
    assert u.world.of("FindSimilar") == []
    assert u.top == ("request", "confirm")
    quiet = resident()
    quiet.says("6栋902上面天天打麻将，莫说是我说的哈。")
    assert quiet.world.of("FindSimilar") == []
    quiet.taps("提交")
    assert opened(quiet).flags == {"confidential": True}


# --- confirming ---------------------------------------------------------------------------------------------------------


def test_each_part_is_fixed_with_one_tap_or_in_words() -> None:
    """Place, matter, photo, confidence; then "对" submits."""
    u = resident()
    u.says("3栋2单元灯不亮")
    u.taps("改问题")
    assert "单元门" in u.says("单元门关不上")[0]
    u.says("改地址")
    assert "10栋1单元" in u.says("10栋1单元。")[0]
    u.taps("加照片")
    assert "1个附件" in u.sends("photo")[-1]
    assert "保密办理" in u.taps("保密")[0]
    assert "不用保密" in u.labels
    assert "哪里不对" in u.says("不对")[0]
    assert "电梯" not in u.says("不是10栋，是9栋1单元。")[0]
    u.says("对")
    case = opened(u)
    assert (case.category, case.place, case.flags) == ("PR05", place(building="9", unit="1"), {"confidential": True})


def test_another_matter_in_words_replaces_the_wrong_one() -> None:
    """"不是灯，是门禁" changes the matter."""
    u = resident()
    u.says("3栋2单元灯不亮")
    assert "单元门" in u.says("不是，是单元门坏了")[0]


def test_back_returns_to_the_question_before() -> None:
    """One step back asks it again, the answer replaces; where there is no way back, it is said."""
    u = resident()
    u.says("3栋灯不亮")
    u.taps("1")
    assert "1单元还是2单元" in u.says("返回")[0]
    assert "3栋2单元" in u.taps("2")[0]
    first = resident()
    first.sends("photo")
    assert "没有可以返回的" in first.says("返回")[0]


# --- consent, refusals --------------------------------------------------------------------------------------------------


def test_consent_is_one_tap_at_submit() -> None:
    """Asked only when it is needed; agreeing files at once; the full text comes back to the question; refusing loses nothing."""
    u = Player("2026-11-23T09:00:00")
    u.says("3栋2单元灯不亮。")
    (asked,) = u.taps("提交")
    assert "请您同意" in asked
    assert "☎请打给我" in u.labels
    u.taps("看全文")
    assert u.top[0] in ("request", "welcome")
    while u.top[0] == "welcome":
        u.says("返回")
    assert "公共地方" in u.taps("不同意")[0]
    (filed,) = u.taps("同意并提交")
    assert "SMY-" in filed
    assert u.ctx.who.consent == book()["settings"]["consent_version"]
    assert u.labels == ["撤销"]


def test_urgent_is_filed_first_and_asked_after() -> None:
    """No water at home of somebody without consent: a number at once, the consent after it."""
    u = Player("2026-11-23T09:00:00")
    (filed,) = u.says("停水了，3栋1单元2楼。")
    assert "紧急" in filed
    assert "同意" in u.labels
    u.taps("同意")
    assert u.ctx.who.consent
    assert u.stack == ()
    no = Player("2026-11-23T09:00:00")
    no.says("停水了，3栋1单元2楼。")
    assert "照样办" in no.taps("以后再说")[0]


@pytest.mark.parametrize(
    ("refusal", "step", "words"),
    [
        (Refused("OpenCase", "too_many", {"limit": 5}), "kept", "5件"),
        (Refused("OpenCase", "place_missing"), "place", "在哪栋"),
        (Refused("OpenCase", "something_new"), "kept", "留着没丢"),
    ],
)
def test_a_refusal_tells_the_way_on(refusal: Refused, step: str, words: str) -> None:
    """The draft stays, whatever the world refuses; "继续" tries again."""
    u = resident()
    u.says("3栋2单元灯不亮。")
    u.world.refusals["OpenCase"] = refusal
    assert words in u.taps("提交")[0]
    assert u.top == ("request", step)
    if step == "kept":
        u.says("继续")
        u.taps("提交")
        assert len(u.world.of("OpenCase")) == 2


# --- after filing -------------------------------------------------------------------------------------------------------


def filed() -> Player:
    u = resident()
    u.says("3栋2单元灯不亮。")
    u.taps("提交")
    return u


def test_undo_within_two_minutes() -> None:
    """One tap takes it back; "取消" asks first; later the way is told."""
    u = filed()
    assert "已撤销" in u.taps("撤销")[0]
    assert u.world.of("UndoCase")[0].case_id == "c11"
    assert u.stack == ()
    words = filed()
    words.says("取消")
    assert words.labels == ["撤销", "保留"]
    words.taps("撤销")
    assert words.world.of("UndoCase")
    late = filed()
    late.waits(130)
    late.world.refusals["UndoCase"] = Refused("UndoCase", "too_late")
    assert "两分钟" in late.taps("撤销")[0]


def test_what_follows_belongs_to_the_case() -> None:
    """Words, pictures and places are added; thanks are not; another matter elsewhere is another case, and said so."""
    u = filed()
    assert "已补进" in u.says("三楼那盏最暗，老人容易摔。")[0]
    u.sends("photo", "就是这盏")
    u.does(PlaceSent(30.0, 104.0))
    u.does(ContactSent("13800000000"))
    assert "不客气" in u.says("谢谢")[0]
    notes = u.world.of("AddNote")
    assert [n.words for n in notes] == ["三楼那盏最暗，老人容易摔。", "就是这盏", "📍30.00000, 104.00000", "☎13800000000"]
    assert notes[1].media
    assert "另外登记" in u.says("垃圾也没人清。")[0]
    assert "另外登记" in u.labels
    other = u.says("9栋1单元电梯坏了。")
    assert "另一件事" in other[0]
    assert u.world.of("OpenCase")[-1].category == "PR04"


def test_a_danger_after_filing_is_its_own_urgent_matter() -> None:
    """Sparks after the light was reported: filed at once at the same place."""
    u = filed()
    heard = u.does(Hazarded("SF10", "现在滋滋响还冒火花", True))
    assert "紧急" in heard[0]
    last = u.world.of("OpenCase")[-1]
    assert (last.hazard, last.place["building"], last.place["unit"]) == ("SF10", "3", "2")


def test_help_that_nobody_can_give_is_arranged_with_a_date() -> None:
    """No helper found: it is said, with the moment of the first contact."""
    u = resident()
    u.says("停水了，3栋1单元2楼，我走不动。")
    u.world.refusals["AskHelp"] = Refused("AskHelp", "nobody")
    heard = u.taps("要")
    assert "没找到" in heard[0]
    assert "11月23日11:00" in heard[0]
    assert "可以" in u.labels
    assert "照旧" in u.says("不用了")[0]
    assert u.ctx.who.elder is False


# --- dangers, leaving, silence ------------------------------------------------------------------------------------------


def test_a_hazard_alone_becomes_an_urgent_request() -> None:
    """Sparks as the first words: after the check question the place is asked, then it is filed urgent without a form."""
    u = resident()
    u.says("楼道开关冒火花 滋滋响")
    u.taps("没有")
    assert u.top == ("request", "place")
    u.says("3栋2单元。")
    assert opened(u).hazard == "SF10"
    assert "冒火花" in opened(u).words


def test_words_about_a_past_danger_are_an_ordinary_matter() -> None:
    """"上次着火的…" checked as over: no alarm, no urgent case, and no danger among the suggestions."""
    u = resident(home=HOME)
    u.says("上个月着火那家的垃圾还堆在大门口。")
    u.taps("不是")
    assert u.world.of("RaiseAlarm") == []
    assert u.world.of("OpenCase") == []
    assert u.top[0] == "request"
    assert "SF02" not in str(u.draft)


def test_cancel_offers_to_keep_it_for_a_day() -> None:
    """Give up, keep, or go on; what is kept waits below a new matter and is put away after a day with a sentence."""
    u = resident()
    u.says("3栋灯不亮")
    u.says("算了")
    assert u.labels == ["不报了", "留24小时", "继续"]
    u.taps("留24小时")
    u.says("9栋1单元电梯坏了。")
    heard = u.waits(130)
    assert u.top == ("request", "kept")
    assert "没报完" in heard[-1]
    (gone,) = u.waits(24 * 3600)
    assert "收起来了" in gone
    assert u.stack == ()
    again = resident()
    again.says("3栋灯不亮")
    again.says("算了")
    assert "1单元" in again.taps("继续")[0]
    again.says("不报了")
    assert "已删" in again.says("取消")[0]
    assert again.stack == ()
    nothing = resident()
    nothing.taps("menu:handling") if nothing.open else nothing.says("菜单")
    nothing.taps("menu:handling")
    assert "不报了" in nothing.says("算了")[0]
    assert nothing.stack == ()


def test_an_ordinary_draft_expires_with_a_sentence() -> None:
    """After a day without an answer it is put away, and nothing was filed."""
    u = resident()
    u.says("3栋灯不亮")
    (told,) = u.waits(24 * 3600 + 1)
    assert "没有报上去" in told
    assert u.stack == ()
    assert u.world.of("OpenCase") == []


def test_what_is_urgent_does_not_wait_for_an_answer() -> None:
    """Ten minutes without an answer: with a building it is filed as it is, without one a human gets it."""
    u = resident()
    u.says("3栋停水了。")
    (told,) = u.waits(601)
    assert opened(u).category == "UT01"
    assert "紧急" in told
    nowhere = resident()
    nowhere.says("停水了。")
    nowhere.waits(601)
    assert nowhere.world.of("AskStaff")[0].category == "UT01"
    assert nowhere.stack == ()


def test_please_call_me_at_any_question() -> None:
    """A tap or a shared number: staff phone, with a date, and know what was said."""
    for act in ("tap", "contact"):
        u = resident()
        u.says("停水了。")
        (told,) = u.taps("☎请打给我") if act == "tap" else u.does(ContactSent("13800000000"))
        (wish,) = u.world.of("CallMe")
        assert wish.words.startswith("停水了。")
        assert "11月23日" in told
        assert u.stack == ()


def test_a_stale_answer_of_the_world_changes_nothing() -> None:
    """An answer that nobody waits for is swallowed."""
    u = resident()
    u.says("3栋灯不亮")
    before = u.state
    assert u.does(Answered("AddNote", {"number": "x"})) == []
    assert u.state == before


def test_a_message_of_another_kind_is_answered() -> None:
    """A sticker or a contact in mid-form never leaves the question unasked."""
    u = resident()
    u.says("3栋灯不亮")
    heard = u.starts("unknown:sticker")
    assert "看不懂" in heard[0]
    assert "1单元" in heard[1]
    u.does(MediaSent("document", "d1"))
    assert u.draft["media"] == ["d1"]


# --- texts --------------------------------------------------------------------------------------------------------------


def test_every_question_has_a_short_elder_text() -> None:
    """Each question of the request exists for elders in both languages, and its fixed words are at most 60 characters."""
    for language in ("zh", "en"):
        texts = {k: v for k, v in locales.catalogue(language).items() if k.startswith("request.")}
        asked = {k.removesuffix(".elder") for k in texts if k.endswith(".elder")}
        assert asked >= ASKED, ASKED - asked
    long = [k for k, v in locales.catalogue("zh").items() if k.startswith("request.") and k.endswith(".elder") and len(_plain(v)) > 60]
    assert long == []


ASKED = {f"request.{name}" for name in (
    "what", "what_here", "what_else", "photo", "voice", "resume", "heard", "suggest", "puzzled", "groups", "group", "place", "place_home",
    "place_again", "unknown", "unit", "floor", "similar", "confirm", "add_photo", "consent", "cancel", "kept", "filed", "ask_elder",
    "ask_consent", "ask_undo", "added_other", "ask_help.water", "ask_help.stairs", "ask_help.dark", "ask_help.hand", "topic.wealth",
    "topic.learning", "topic.handling", "topic.help", "topic.safety", "topic.culture",
)}  # fmt: skip


def _plain(template: str) -> str:
    import re

    return re.sub(r"\{[{%].*?[}%]\}|</?b>", "", template)


def test_every_category_and_group_has_plain_words() -> None:
    """Each shipped category can be read back, each group has a button, each helper kind and topic a question, in both languages."""
    data = locales.table("categories")
    shipped = {code for code, row in data["category"].items() if row["starred"] and row["class"] != "E0"}
    assert shipped <= set(book()["settings"]["matters"])
    settings = book()["settings"]["request"]
    for language in ("zh", "en"):
        texts = locales.catalogue(language)
        assert {f"request.kind.{group}" for group in data["group"]} <= set(texts)
        assert {f"request.ask_help.{kind}" for kind in settings["help"].values()} <= set(texts)
        assert {f"request.topic.{topic}" for topic in settings["topics"]} <= set(texts)
        assert {f"request.since.{name}" for name in book()["settings"]["since"]} <= set(texts)
    assert set(settings["needs"]) | set(settings["hazards"].values()) <= set(data["category"])


def test_at_most_one_question_leaves_a_turn() -> None:
    """Filing says number and question in one message."""
    u = Player("2026-11-23T09:00:00")
    u.says("停水了，3栋1单元2楼，我走不动。")
    assert len([s for s in u.said if isinstance(s, Ask)]) == 1
