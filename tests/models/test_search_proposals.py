"""What residents say and no document knows is proposed for the dictionary, not learnt by itself."""

from __future__ import annotations

from models.search_proposals import proposals

TITLE, TEXT = "电动自行车停放管理规定", "禁止在疏散通道停放电动自行车或者为其充电。"


def test_words_that_several_used_and_no_clause_knows_are_proposed() -> None:
    """Two different questions with 小电驴 make a proposal; what only one said, or the clause says itself, makes none."""
    asked = [("小电驴能停楼道吗", TITLE, TEXT), ("小电驴在哪充电", TITLE, TEXT), ("充电桩坏了", TITLE, TEXT)]
    found = proposals(asked, known=lambda word: False, cut=("吗", "在哪", "能"), most=10)
    assert [(one.word, one.title, one.asked) for one in found] == [("小电驴", TITLE, 2)]


def test_what_the_dictionary_has_is_not_proposed_again() -> None:
    """A word with an entry is left out, and so are its parts."""
    asked = [("小电驴能停楼道吗", TITLE, TEXT), ("小电驴在哪充电", TITLE, TEXT)]
    assert proposals(asked, known=lambda word: word in "小电驴", cut=(), most=10) == []
