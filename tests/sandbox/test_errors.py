"""The error normaliser and the reading of numbers and forms, without a server."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sandbox.errors import normalise
from sandbox.params import Call, read_form


@pytest.mark.parametrize(
    ("code", "text", "final"),
    [
        (400, "Chat not found", (400, "Bad Request: chat not found")),
        (400, "Bad Request: chat_id is empty", (400, "Bad Request: chat_id is empty")),
        (400, "BUTTON_DATA_INVALID", (400, "Bad Request: BUTTON_DATA_INVALID")),
        (400, "TOPIC_CLOSED", (400, "Bad Request: TOPIC_CLOSED")),
        (400, "USER_IS_BLOCKED", (403, "Forbidden: bot was blocked by the user")),
        (400, "INPUT_USER_DEACTIVATED", (403, "Forbidden: user is deactivated")),
        (403, "CHAT_WRITE_FORBIDDEN", (400, "Bad Request: CHAT_WRITE_FORBIDDEN")),
        (403, "bot was kicked", (403, "Forbidden: bot was kicked")),
        (404, "Message not found", (400, "Bad Request: message not found")),
        (303, "SEE_OTHER", (400, "Bad Request: SEE_OTHER")),
        (406, "SOMETHING", (400, "Bad Request: SOMETHING")),
        (500, "Internal Server Error: restart", (500, "Internal Server Error: restart")),
        (401, "Unauthorized", (401, "Unauthorized")),
    ],
)
def test_inner_errors_get_the_words_a_client_sees(code: int, text: str, final: tuple[int, str]) -> None:
    """Codes and first letters are changed by the server's rules, and only by them."""
    assert normalise(code, text) == final


@pytest.mark.parametrize(("value", "number"), [("12", 12), ("-3", -3), ("12abc", 12), ("abc", 0), ("", 7), ("99999999999", 100)])
def test_integers_are_read_leniently_and_clamped(value: str, number: int) -> None:
    """A number that can't be read is 0, a missing one the default, a large one the limit."""
    assert Call("x", {"n": value}).integer("n", 7, -5, 100) == number


@pytest.mark.parametrize(("value", "flag"), [("true", True), ("True", True), ("1", True), ("yes", True), ("on", False), ("", False)])
def test_booleans_are_true_for_three_words(value: str, flag: bool) -> None:
    """true, yes and 1 are true; anything else is false."""
    assert Call("x", {"n": value}).flag("n") is flag


@given(
    some.dictionaries(
        some.text(some.characters(exclude_categories=["Cs"]), min_size=1), some.text(some.characters(exclude_categories=["Cs"]))
    )
)
def test_forms_are_read_as_clients_write_them(fields: dict[str, str]) -> None:
    """Whatever urlencode writes comes back."""
    assert read_form(urlencode(fields).encode()) == fields
