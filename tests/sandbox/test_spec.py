"""The validator itself, and whether it is at work."""

from __future__ import annotations

import pytest

from tests.sandbox import spec
from tests.sandbox.conftest import HAVE_SPEC

needs_spec = pytest.mark.skipif(not HAVE_SPEC, reason="botapi-10.1.json isn't beside the checkout: answers are not held against it")


@needs_spec
def test_validator_accepts_a_minimal_message() -> None:
    """A message with only what is required passes."""
    spec.check({"message_id": 1, "date": 2, "chat": {"id": 3, "type": "private"}}, ["Message"], "m")


@needs_spec
@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ({"message_id": "1", "date": 2, "chat": {"id": 3, "type": "private"}}, "no Integer"),
        ({"message_id": 1, "date": 2}, "lacks chat"),
        ({"message_id": 1, "date": 2, "chat": {"id": 3, "type": "private"}, "colour": 1}, "has no colour"),
        ({"message_id": True, "date": 2, "chat": {"id": 3, "type": "private"}}, "no Integer"),
    ],
)
def test_validator_refuses_what_does_not_fit(value: object, complaint: str) -> None:
    """Wrong types, missing and unknown fields are found."""
    with pytest.raises(spec.Wrong, match=complaint):
        spec.check(value, ["Message"], "m")


@needs_spec
def test_validator_picks_the_kind_of_chat_member_by_its_status() -> None:
    """The complaint is about the kind that the value claims to be."""
    with pytest.raises(spec.Wrong, match="ChatMemberBanned lacks until_date"):
        spec.check({"status": "kicked", "user": {"id": 1, "is_bot": False, "first_name": "x"}}, ["ChatMember"], "m")
