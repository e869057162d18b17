"""Policy search on a small knowledge base: the right clause, the right place, learning, and honest silence."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.search import Learned, Passage, Searcher, fitted, language
from models.search_conflict import conflicting, outdated
from models.search_corpus import article_number
from models.search_places import Places
from models.search_words import ChineseWords, EnglishWords

TODAY = date(2026, 11, 22)
POLICY = Path(__file__).parent.parent.parent / "locales" / "policy"


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((POLICY / name).read_text(encoding="utf-8"))


LEXICON: dict[str, Any] = {
    "zh": [read(f"zh/{path.name}") for path in sorted((POLICY / "zh").glob("*.toml"))],
    "en": read("en/synonyms.toml"),
    "regions": read("regions.toml"),
    "weights": read("weights.toml"),
}


def passage(number: int, title: str, text: str, **more: Any) -> Passage:
    known: dict[str, Any] = {
        "id": number, "document_id": number, "key": f"d{number}", "title": title, "section": "", "text": text, "source": "示例", "url": None,
        "issued": date(2026, 1, 1), "valid_from": None, "valid_until": None, "replaced_by": None, "region": "",
    }  # fmt: skip
    return Passage(**{**known, **more})


CLAUSES = (
    passage(1, "高龄老人津贴发放办法", "年满八十周岁的本市户籍老年人可以申请高龄津贴，每月一百元。申请时提交户口簿和身份证。"),
    passage(2, "电动自行车停放管理规定", "禁止在建筑物的公共门厅、疏散通道、楼梯间、安全出口停放电动自行车或者为电动自行车充电。"),
    passage(3, "生育登记服务指南", "夫妻生育子女的，凭结婚证和双方身份证在户籍地或者现居住地办理生育登记。"),
    passage(4, "犬只管理办法", "养犬应当办理登记，携犬出户应当使用犬绳，及时清理犬只粪便。"),
    passage(5, "居住证申领须知", "在本市居住半年以上的外来人员，可以凭租房合同和身份证申领居住证。"),
    passage(
        6,
        "Parking permits for residents",
        "Residents may apply for one parking permit per household. Bring your vehicle licence and proof of address.",
    ),
    passage(
        7,
        "Large item collection",
        "Furniture and other bulky waste is collected on the first Saturday of each month; put it out after 18:00.",
    ),
)
SEARCHER = Searcher(CLAUSES, (), LEXICON)


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("我妈80了有没有啥补贴", "d1"),
        ("楼道里能不能给电瓶车充电", "d2"),
        ("生孩子要去哪登记", "d3"),
        ("遛狗不牵绳归谁管", "d4"),
        ("外地人怎么办居住证", "d5"),
        ("how do I get a permit to park my car", "d6"),
        ("when is the old sofa picked up", "d7"),
    ],
)
def test_a_residents_own_words_find_the_clause(question: str, key: str) -> None:
    """Words that stand in no document lead to the right one."""
    assert SEARCHER.search(question, TODAY).findings[0].key == key


@given(st.text(max_size=80))
def test_any_text_is_answered_without_an_exception(question: str) -> None:
    """Whatever is asked, the verdict is whole: a confidence from 0 to 1, ranked findings, an outcome."""
    verdict = SEARCHER.search(question, TODAY)
    assert 0 <= verdict.confidence <= 1
    assert verdict.outcome in ("answer", "choose", "none")
    assert [f.score for f in verdict.findings] == sorted((f.score for f in verdict.findings), reverse=True)
    assert len({f.document_id for f in verdict.findings}) == len(verdict.findings)


@pytest.mark.parametrize("question", ["' OR 1=1 --", "的了吗呢", "???", "1", "a the of"])
def test_what_asks_nothing_is_not_answered(question: str) -> None:
    """Scraps without meaning never get a clause."""
    assert SEARCHER.search(question, TODAY).outcome == "none"


def test_an_empty_knowledge_base_knows_nothing() -> None:
    """Nothing imported: no findings, no confidence."""
    verdict = Searcher((), (), LEXICON).search("我妈80了有没有啥补贴", TODAY)
    assert (verdict.findings, verdict.confidence, verdict.outcome) == ((), 0.0, "none")


def test_an_answered_question_serves_the_next_who_asks_it() -> None:
    """A question that staff answered from a clause finds it again, though it shares no word with it."""
    asked = "家里的大块头旧货往哪儿扔"
    before = [f.key for f in SEARCHER.search(asked, TODAY).findings[:1]]
    after = Searcher(CLAUSES, [Learned(asked, (5,), "")], LEXICON).search("大块头旧货往哪扔", TODAY)
    assert before != ["d5"]
    assert after.findings[0].key == "d5"


def test_the_place_asked_for_decides_between_alike_notices() -> None:
    """Of two notices that differ in the province only, the one of the province that is asked for comes first."""
    both = (
        passage(1, "广东省企业稳岗补贴的通知", "对不裁员的企业给予稳岗补贴，补贴标准为上年度失业保险费的百分之五十。"),
        passage(2, "江苏省企业稳岗补贴的通知", "对不裁员的企业给予稳岗补贴，补贴标准为上年度失业保险费的百分之五十。"),
    )
    searcher = Searcher(both, (), LEXICON)
    assert searcher.search("江苏的企业稳岗补贴有多少", TODAY).findings[0].key == "d2"
    assert searcher.search("广东的企业稳岗补贴有多少", TODAY).findings[0].key == "d1"


@pytest.mark.parametrize("change", [{"valid_until": date(2026, 6, 30)}, {"replaced_by": "d9"}, {"valid_from": date(2027, 1, 1)}])
def test_what_does_not_hold_is_never_the_answer(change: dict[str, Any]) -> None:
    """An expired, replaced or not yet valid clause is named as such and not given as the answer."""
    old = (passage(1, CLAUSES[0].title, CLAUSES[0].text, **change), *CLAUSES[1:])
    verdict = Searcher(old, (), LEXICON).search("八十岁老人高龄津贴怎么申请，每月多少钱", TODAY)
    assert verdict.findings[0].key == "d1"
    assert verdict.outcome != "answer"


def test_two_that_disagree_are_both_named() -> None:
    """Two valid documents on one thing with different numbers: both stand in the conflict."""
    text = "年满80周岁的本市户籍老年人可以申请高龄津贴，每月{}元，申请时提交户口簿和身份证。"
    pair = (passage(1, "高龄老人津贴发放办法", text.format(100)), passage(2, "高龄老人津贴发放办法（修订）", text.format(150)))
    assert conflicting(pair, [0.9, 0.9]) == pair
    assert conflicting((pair[0], passage(3, "高龄老人津贴发放办法", text.format(100))), [0.9, 0.9]) == ()
    assert conflicting(pair, [0.9, 0.3]) == ()


def test_the_heir_of_a_replaced_document_is_named_with_it() -> None:
    """A replaced document stands beside the one that took its place."""
    old, new = passage(1, "办法", "甲", replaced_by="d2"), passage(2, "新办法", "乙")
    assert outdated((old, new), TODAY) == (old, new)
    assert outdated((new, old), TODAY) == ()


def test_weights_are_learnt_only_from_enough_answers() -> None:
    """Two answered questions are no ground for weights; sixty are, and the threshold stays within bounds."""
    few = Searcher(CLAUSES, [Learned("老人补贴", (1,), ""), Learned("狗绳", (4,), "")], LEXICON)
    assert fitted(few) == {}
    wordings = ("怎么申请", "有什么规定", "去哪里办理", "要带什么", "找谁", "多少钱", "有没有说法", "行不行", "归谁管", "多久办好")
    topics = ((1, "高龄津贴"), (2, "电动车充电"), (3, "生育登记"), (4, "养狗登记"), (5, "居住证"))
    many = [Learned(f"{topic}{wording}", (number,), "") for number, topic in topics for wording in wordings]
    learnt = fitted(Searcher(CLAUSES, many, LEXICON))
    assert set(learnt) == {"zh"}
    assert 0.05 <= learnt["zh"]["threshold"] <= 0.95
    assert Searcher(CLAUSES, many, LEXICON, learnt).search("居住证去哪里办", TODAY).findings[0].key == "d5"


def test_articles_are_numbered_in_words_and_figures() -> None:
    """第一百二十条之二 comes after 第120条 and before 第一百二十一条."""
    assert article_number("刑法 第120条") < article_number("刑法 第一百二十条之二") < article_number("刑法 第一百二十一条")
    assert article_number("没有条号") == 0


def test_a_city_lies_in_its_province() -> None:
    """A city's question is about its province too."""
    where = Places(LEXICON["regions"]["regions"]).read("昆山和苏州的企业")
    assert where.names == {"昆山", "苏州"}
    assert where.provinces == {"江苏"}
    assert where.about == "江苏"


def test_dictionaries_say_what_residents_may_mean() -> None:
    """Everyday words lead to official ones, and a misspelt word to the known one."""
    chinese = ChineseWords(LEXICON["zh"])
    assert any(concept.joint for concept in chinese.match("楼上漏水到我家天花板"))
    english = EnglishWords(LEXICON["en"], ["parking", "collection"])
    assert english.match("pakring permit")
    assert language("能 park 吗") == "zh"
