"""The words' opinion and that of past cases made one list."""

from __future__ import annotations

from dialogs.sorted_out import Opinion, merged

TOLD = ["PR01", "PF01", "PT01"]
WEIGHTS = {"PR01": 3.0, "PF01": 1.0}


def opinion(*ranked: tuple[str, float], like: bool = True, cases: int = 600, own: bool = False) -> Opinion:
    return Opinion(ranked, like, cases, own)


def test_own_categories_lead_texts_like_theirs() -> None:
    """Four learned ones come first, then what the words say."""
    names = [("城建", 0.5), ("教育", 0.2), ("交通", 0.1), ("环保", 0.1), ("卫生", 0.1)]
    assert merged(TOLD, WEIGHTS, opinion(*names, own=True))[:5] == ["城建", "教育", "交通", "环保", "PR01"]


def test_own_categories_follow_where_a_text_is_unlike() -> None:
    """Residents' short words keep the built-in codes first."""
    assert merged(TOLD, WEIGHTS, opinion(("城建", 0.9), ("教育", 0.1), like=False, own=True)) == [*TOLD, "城建", "教育"]


def test_built_in_codes_are_confirmed_by_cases() -> None:
    """Many sure cases lift the second opinion of the words over the first; few don't."""
    close = {"PR01": 3.0, "PF01": 2.6}
    sure = (("PF01", 0.9), ("PR01", 0.1))
    assert merged(TOLD, close, opinion(*sure))[0] == "PF01"
    assert merged(TOLD, close, opinion(*sure, cases=10))[0] == "PR01"


def test_an_unlike_text_is_left_to_the_words() -> None:
    """What cases of built-in codes say of a text unlike theirs is not heard."""
    assert merged(TOLD, WEIGHTS, opinion(("PF01", 1.0), like=False)) == TOLD
