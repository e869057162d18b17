"""The policy dialog: answer with source and date, one of these, an honest hand-over, refine, pre-check, services, facts, follow-ups."""

from __future__ import annotations

import json

import pytest

from dialogs.policy_quote import excerpt
from dialogs.policy_signs import asks_policy, follows, is_rumour, split_two
from dialogs.words import Refused
from tests.dialogs.play import Player

SOURCE = ("三眉园社区（示例）", "2026-03-01", "2027-12-31", "2026-11-23")


def resident(**who: object) -> Player:
    return Player("2026-11-23T10:00:00", **{"consent": "v1", **who})


QUESTIONS = (
    "我妈80了有没有啥补贴", "居住证要带什么材料", "低保能不能办啊", "楼上漏水谁来赔", "物业费可以不交吗", "租房押金不退怎么办",
    "社区几点开门", "物业电话是多少", "我的网格员是谁", "能办什么", "听说养老金要刷脸？", "孩子上小学怎么报名", "加装电梯要多少人同意",
    "邻居占了公共楼道违法吗", "养狗要办证吗", "外地人孩子能上这边的小学吗",
    "What allowance is there at 80?", "Which documents for a residence permit?", "How do I get my deposit back?",
)  # fmt: skip
MATTERS = (
    "3栋2单元灯不亮", "下水道堵了怎么办", "9栋电梯又停了，什么时候修", "楼上天天吵，能不能管管", "门口垃圾怎么没人收", "我家没水了怎么回事", "你好",
    "谢谢", "人工", "进度", "想申请低保", "the lift is broken, can you fix it?", "有人在楼道里堆东西",
)  # fmt: skip


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_told_from_a_matter(text: str) -> None:
    """Rules, rights, procedures and facts are asked about; they open the policy dialog."""
    assert asks_policy(text, resident().ctx)


@pytest.mark.parametrize("text", MATTERS)
def test_a_matter_put_as_a_question_stays_a_matter(text: str) -> None:
    """Residents describe faults in questions: what is to be fixed goes to a request."""
    assert not asks_policy(text, resident().ctx)


def test_an_answer_names_source_and_dates_and_the_clause_is_one_tap_away() -> None:
    """Short first; whose word it is, from when, until when, as of when; the full clause on request; helpful ends it."""
    u = resident()
    (told,) = u.says("开证明须知要怎么看？")
    assert all(fact in told for fact in SOURCE)
    assert "受理机关" in told
    (whole,) = u.taps("📖 看全文条款")
    assert len(whole) > len(told.split("📄")[0])
    assert all(fact in whole for fact in SOURCE)
    assert "好" in u.taps("👍 有用")[0]
    assert u.world.of("JudgeAnswer")[0].helpful is True
    assert u.stack == ()


def test_is_it_one_of_these() -> None:
    """Up to three titles as buttons; a tap answers with that document; none of these goes to the desk with a date."""
    u = resident()
    u.says("租房押金能不退吗？")
    assert u.labels == ["高龄津贴办法（示例）", "另一份文件（示例）", "都不是"]
    (told,) = u.taps("另一份文件（示例）")
    assert "另一份文件（示例）" in told
    assert any(o.url == "https://example.org/2" for row in u.open.rows for o in row) if u.open else False
    other = resident()
    other.says("租房押金能不退吗？")
    (handed,) = other.taps("都不是")
    assert "不敢乱答" in handed
    assert "最迟" in handed
    assert other.world.of("HandOver")[0].passages == (7, 8)


@pytest.mark.parametrize(("question", "reason", "words"), [
    ("去月亮上要什么手续？", "none", "不敢乱答"),
    ("停车怎么收费？", "conflict", "说法不一样"),
    ("过期的政策还有效吗？", "expired", "过期"),
    ("物业费可以不交吗？", "undated", "没有注明"),
])  # fmt: skip
def test_what_cannot_be_confirmed_is_handed_over_with_a_date(question: str, reason: str, words: str) -> None:
    """No document, two that disagree, an expired or an undated one: said so, documents named, a date given, no promise."""
    u = resident()
    (told,) = u.says(question)
    assert words in told
    assert "最迟" in told
    wish = u.world.of("HandOver")[0]
    assert (wish.reason, wish.category, wish.quiet) == (reason, "AD02", False)
    assert (told.count("2026-03-01") >= 1) == (reason != "none")
    assert u.stack == ()


def test_a_rumour_is_never_confirmed_and_carries_the_warning() -> None:
    """Script 12: hearsay about what swindlers want gets what holds today, a date, and 96110."""
    u = resident()
    (told,) = u.says("还有个事 听说明年养老认证改成刷卡 不去就停发？")
    assert "不敢乱答" in told
    assert "96110" in told
    assert "现行做法见" in told
    assert "2026-03-01" in told
    assert u.world.of("HandOver")[0].reason == "rumour"
    known = resident()
    known.world.answers["FindPolicy"] = lambda wish, player: {**player.world._FindPolicy(wish, player), "outcome": "answer", "reviewed": True}
    (answer,) = known.says("听说明年养老认证改成刷卡 不去就停发？")
    assert "96110" in answer
    assert known.top == ("policy", "answer"), "what staff have reviewed is answered, and still warned about"
    assert is_rumour("somebody called and wants a verification code, is it true?", u.ctx)
    assert not is_rumour("听说高龄津贴涨了？", u.ctx)


def test_age_is_asked_only_where_the_clause_depends_on_it() -> None:
    """Two thresholds and no age told: one question; the sentence of the threshold that is met is quoted."""
    u = resident()
    u.says("高龄津贴能领多少？")
    assert u.labels == ["< 80", "80–89", "90+"]
    (told,) = u.taps("90+")
    assert "年满90周岁" in told
    assert "受理机关" in told
    known = resident()
    assert "年满80周岁" in known.says("我妈80岁了高龄津贴能领多少？")[0]
    assert known.world.of("FindPolicy")[0].question == "我妈80岁了高龄津贴能领多少？"


def test_a_follow_up_searches_the_document_just_quoted() -> None:
    """"那要带什么材料" belongs to the answer; another subject is another question; a fault is a request."""
    u = resident()
    u.says("开证明须知要怎么看？")
    u.says("那要多久")
    assert u.world.of("FindPolicy")[-1].document == "smy-1"
    assert follows("那要带什么材料", u.ctx)
    u.says("居住证需要什么材料？")
    assert u.top == ("policy", "service"), "the catalogue knows how it is done"
    u.says("3栋2单元灯不亮。")
    assert u.top[0] == "request"


def test_a_pre_check_decides_nothing_and_keeps_nothing_without_a_yes() -> None:
    """At most four questions; the result leaves the decision to the authority; answers leave the dialog only by consent."""
    u = resident()
    u.says("80岁高龄津贴能领多少？")
    u.taps("✅ 问我 2 个小问题")
    u.taps("满了")
    (result,) = u.taps("在")
    assert "受理机关决定" in result
    assert "2026-03-01" in result
    assert "没有保存" in u.taps("不交，别保存")[0]
    assert u.world.of("HandOver") == []
    assert "满了" not in json.dumps(u.state, ensure_ascii=False)
    agreed = resident()
    agreed.says("80岁高龄津贴能领多少？")
    for tap in ("✅ 问我 2 个小问题", "还没", "说不清"):
        agreed.taps(tap)
    assert "仍然可以申请" in agreed.log[-1]
    (told,) = agreed.taps("交给专干")
    wish = agreed.world.of("HandOver")[0]
    assert (wish.category, wish.reason) == ("AS03", "check")
    assert "还没" in wish.words
    assert "前打给您" in told


def test_who_does_not_want_to_type_is_called() -> None:
    """Script 4: an officer phones before a date; nothing else is asked."""
    u = resident()
    u.says("我妈80岁，高龄津贴能领多少？")
    (told,) = u.taps("☎ 请专干联系我")
    assert "前打给您" in told
    wish = u.world.of("HandOver")[0]
    assert (wish.category, wish.call_me, wish.reason) == ("AS03", True, "visit")


def test_one_s_own_hardship_goes_to_the_quiet_desk() -> None:
    """An unanswered question about aid for oneself is not read by the whole moderator chat."""
    u = resident()
    u.says("我家低保去月亮上还有吗？")
    wish = u.world.of("HandOver")[0]
    assert (wish.category, wish.quiet) == ("AD02", True)


def test_the_catalogue_of_services() -> None:
    """能办什么 lists them; one shows who, papers, where, fee, hours, with its source and date; it can be filed at once."""
    u = resident()
    u.says("能办什么")
    assert len(u.labels) == len(u.ctx.settings["services"]["service"])
    (card,) = u.taps("s:residence_permit")
    assert all(mark in card for mark in "👤🗂📍💰🕘📝")
    assert "2026-10-12" in card
    u.taps("📝 要办这件事")
    assert u.top[0] == "request"


def test_facts_of_the_community_come_from_its_tables() -> None:
    """Hours, numbers and people are looked up, with the day they hold; what the tables lack is searched."""
    for text, topic in (("社区几点开门", "hours"), ("物业电话是多少", "phone"), ("今天谁值班", "duty"), ("我的网格员是谁", "grid")):
        u = resident()
        (told,) = u.says(text)
        assert "2026-11-23" in told
        assert u.world.of("LookUp")[0].topic == topic
    u.world.refusals["LookUp"] = Refused("LookUp", "unknown")
    u.says("物业电话是多少")
    assert u.world.of("FindPolicy")


def test_two_things_in_one_message() -> None:
    """The matter is done first, then the question is offered: nothing that was said is lost (domain.md 3.17-6)."""
    text = "我妈低保能不能办啊 还有我们9栋2单元电梯又停了"
    u = resident()
    assert split_two(text, u.ctx) is not None
    u.says(text)
    assert u.world.of("OpenCase")[0].category == "PR04"
    u.waits(130)
    assert "低保" in u.log[-1]
    u.taps("查一查")
    assert "低保" in u.world.of("FindPolicy")[0].question


def test_a_question_after_filing_is_no_note_to_the_case() -> None:
    """Just after filing another question opens the policy dialog, and the case stays as it is."""
    u = resident()
    u.says("停水了，3栋2单元3楼。")
    u.says("居住证需要什么材料？")
    assert u.top == ("policy", "service")
    assert u.world.of("AddNote") == []


def test_too_many_questions_are_refused_with_a_number() -> None:
    """Who has filed enough within the hour hears whom to phone."""
    u = resident()
    u.world.refusals["HandOver"] = Refused("HandOver", "too_many", {"phone": "0999-5550003"})
    (told,) = u.says("去月亮上要什么手续？")
    assert "0999-5550003" in told


def test_an_answer_does_not_wait_for_ever() -> None:
    """After a silence the dialog is over without a word, and a form below is asked again."""
    u = resident()
    u.says("开证明须知要怎么看？")
    assert u.waits(1000) == []
    assert u.stack == ()


def test_the_line_about_the_program_is_said_once() -> None:
    """It stands in the first answer ever, not in the second (domain.md 3.17-10)."""
    u = resident(met=False)
    assert "小程序" in u.says("租房押金能不退吗？")[0]
    assert "小程序" not in u.says("开证明须知要怎么看？")[0]


def test_an_english_answer() -> None:
    """The same facts in the person's language."""
    u = resident(language="en")
    (told,) = u.says("Which documents for 证明须知?")
    assert "As of 2026-11-23" in told


# --- what is quoted ------------------------------------------------------------------------------------------------------


def test_the_excerpt_is_word_for_word_and_nearest_to_the_question() -> None:
    """Whole sentences of the clause, marked where something is left out; a short clause is quoted whole."""
    clause = "第一条 本办法适用于全区。\n第二条 年满80周岁的每月发100元。\n第三条 带身份证和户口簿到窗口。\n第四条 解释权归民政局所有。"
    assert excerpt(clause, "要带什么证件 身份证", 20) == "…第三条 带身份证和户口簿到窗口。…"
    assert excerpt("短。", "什么", 20) == "短。"
    assert excerpt(clause, "随便", 30, prefer="80周岁").count("80周岁") == 1
    for piece in excerpt(clause, "每月多少", 30).strip("…").splitlines():
        assert piece in clause
    assert excerpt("Pay 1.5 yuan. Come at 9.30. Bring a card.", "bring", 8) == "…Bring a card."
