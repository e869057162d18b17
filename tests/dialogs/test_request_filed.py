"""After filing: undo, what follows, help; dangers, leaving and silence at any step."""

from __future__ import annotations

from dialogs.words import Answered, ContactSent, Hazarded, MediaSent, PlaceSent, Refused
from tests.dialogs.neighbours import HOME, LIGHT, opened, resident
from tests.dialogs.play import Player

# --- after filing ----------------------------------------------------------------------------------------------------


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


def test_pictures_of_a_danger_come_along() -> None:
    """Pictures sent while the danger was asked about belong to the form that waited for it, or to the matter it becomes."""
    u = resident()
    u.says("3栋2单元灯不亮。")
    u.does(Hazarded("SF10", "楼上在装修有点响", False, ("d1", "d2")))
    u.taps("提交")
    assert opened(u).media == ("d1", "d2")
    after = filed()
    after.does(Hazarded("SF10", "现在滋滋响还冒火花", True, ("d3",)))
    assert after.world.of("OpenCase")[-1].media == ("d3",)


def test_what_has_solved_itself_is_not_filed() -> None:
    """"来水了" in mid-form offers to drop it; after filing it leads to the verdict on the case."""
    u = resident()
    u.says("停水了。")
    u.says("来水了")
    assert u.top == ("request", "cancel")
    u.taps("不报了")
    assert u.world.of("OpenCase") == []
    for words in ("修好了", "好了", "it works now"):
        done = filed()
        done.says(words)
        assert [frame.dialog for frame in done.stack] == ["request", "cases"]
        assert len(done.world.of("OpenCase")) == 1
        assert not done.world.of("AddNote")


def test_who_cannot_manage_alone_gets_a_case_of_their_own() -> None:
    """The building's outage is known already; the person who needs a hand is not only counted."""
    u = resident()
    u.world.similar = [{**LIGHT, "category": "UT01"}]
    u.says("停水了，2栋1单元2楼，我走不动。")
    assert opened(u).flags == {"needs_help": True}
    other = resident()
    other.world.similar = u.world.similar
    other.says("停水了，2栋1单元2楼。")
    assert other.top == ("request", "similar")


def test_a_matter_without_a_place_is_confirmed_without_one() -> None:
    """A complaint about staff belongs to no building."""
    u = resident()
    (confirm,) = u.says("我要投诉网格员小王态度差。")
    assert "📍" not in confirm
    u.taps("提交")
    assert opened(u).category == "PT03"


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


# --- dangers, leaving, silence ---------------------------------------------------------------------------------------


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
