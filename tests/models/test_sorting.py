"""Training, storing and asking the learned sorting, without a database."""

from __future__ import annotations

import io

import numpy as np
import pytest

from models.sorting_fit import TooLittle, fitted
from models.sorting_model import NotASorting, Sorting
from models.sorting_terms import cleaned, runs, subject

LIGHTS = [
    f"{street}路灯坏了很久\n{street}的路灯晚上不亮，行人看不见路，请派人来修理灯泡和电线"
    for street in ("东街", "西街", "南街", "北街", "新街", "老街")
]
SCHOOLS = [
    f"{school}收费问题\n{school}的老师要求补课并收取费用，家长希望学校停止违规收费"
    for school in ("一小", "二小", "三小", "四小", "五小", "六小")
]
TEXTS, NAMES = LIGHTS + SCHOOLS, ["市政"] * 6 + ["教育"] * 6


def test_the_right_category_is_likeliest() -> None:
    """A text in the words of one category is given to it, and the likelihoods add up to one."""
    ranked = fitted(TEXTS, NAMES).ranked("中街路灯不亮\n中街的路灯坏了，晚上行人看不见，请来修理灯泡")
    assert [name for name, _ in ranked] == ["市政", "教育"]
    assert ranked[0][1] > 0.6
    assert sum(likely for _, likely in ranked) == pytest.approx(1)


def test_what_is_stored_answers_the_same() -> None:
    """A version comes back from its bytes with the same answers."""
    sorting = fitted(TEXTS, NAMES)
    again = Sorting.loaded(sorting.dumped())
    assert again.ranked(SCHOOLS[0]) == sorting.ranked(SCHOOLS[0])
    assert again.like(SCHOOLS[0]) is sorting.like(SCHOOLS[0]) is True


def test_short_words_are_not_like_long_letters() -> None:
    """A few words, nothing at all and another language are unlike what was learned."""
    sorting = fitted(TEXTS, NAMES)
    assert not any(
        sorting.like(text) for text in ("灯不亮", "", "😀", "the streetlight in front of the school has been dark for weeks now, please")
    )


def test_english_is_not_like_chinese_letters() -> None:
    """Pairs of Latin letters that occur in Chinese letters by chance make no English message like them."""
    mixed = [f"{text} the gate is open and the lights in the street are off" for text in TEXTS]
    assert not fitted([*TEXTS, *mixed[:1]] * 2, [*NAMES, "市政"] * 2).like("the lights in the street are off and the gate is open now")


def test_three_categories_are_learned_too() -> None:
    """With more than two categories each has weights of its own."""
    noise = [f"{time}噪音扰民\n{time}工地施工太吵，居民睡不着觉，请制止" for time in ("夜里", "清晨", "中午", "周末", "傍晚", "凌晨")]
    ranked = fitted(TEXTS + noise, NAMES + ["噪音"] * 6).ranked("半夜施工噪音\n工地半夜施工太吵，居民睡不着")
    assert ranked[0][0] == "噪音"
    assert len(ranked) == 3


def test_one_category_teaches_nothing() -> None:
    """Where there is nothing to tell apart the training refuses."""
    with pytest.raises(TooLittle):
        fitted(LIGHTS, ["市政"] * 6)


def test_cases_without_a_word_in_common_teach_nothing() -> None:
    """Nothing occurs twice, so nothing would be kept: the training refuses instead of failing."""
    with pytest.raises(TooLittle):
        fitted(["甲乙", "丙丁", ""], ["a", "b", "b"])


def test_rare_runs_are_not_kept() -> None:
    """What one case alone says stands nowhere in a version: it may be a name."""
    sorting = fitted([*TEXTS, "欧阳龘先生的投诉\n欧阳龘家门口的路灯不亮"], [*NAMES, "市政"])
    assert not np.isin(runs("龘")[0], sorting.whole_runs).any()


@pytest.mark.parametrize("stored", [b"", b"no archive", b"PK\x03\x04broken"])
def test_other_bytes_are_refused(stored: bytes) -> None:
    """Bytes that are no version raise one clear error."""
    with pytest.raises(NotASorting):
        Sorting.loaded(stored)


def test_objects_are_never_unpickled() -> None:
    """An archive that smuggles Python objects is refused unread."""
    out = io.BytesIO()
    np.savez(out, form=np.array([{"a": 1}], dtype=object))
    with pytest.raises(NotASorting):
        Sorting.loaded(out.getvalue())


def test_masks_and_numbers_say_nothing() -> None:
    """Codes of places, masks and digits are taken out; the first line is the subject, cut when it is long."""
    assert cleaned("A市L3县某某〔手机〕的路灯！！") == "市 县 的路灯"
    assert cleaned("2019年 ROOM") == "0年 room"
    assert subject("题目\n正文") == "题目"
    assert len(subject("长" * 500)) == 60
