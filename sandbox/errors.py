"""Refusals, worded once: how the Bot API turns an inner error into the code and text a client sees, and the persona API's own."""

from __future__ import annotations

import re
from typing import Any

_PREFIX = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 500: "Internal Server Error"}
_ALL_CAPS = re.compile(r"[A-Z0-9_]*\Z")

# Server codes that the real server rewrites into a sentence.
_REWRITTEN = {
    "MESSAGE_NOT_MODIFIED": (
        400,
        "message is not modified: specified new message content and reply markup are exactly the same as a current content"
        " and reply markup of the message",
    ),
    "REPLY_MARKUP_TOO_LONG": (400, "reply markup is too long"),
    "INPUT_USER_DEACTIVATED": (403, "Forbidden: user is deactivated"),
    "USER_IS_BLOCKED": (403, "bot was blocked by the user"),
    "USER_ADMIN_INVALID": (400, "user is an administrator of the chat"),
    "QUERY_ID_INVALID": (400, "query is too old and response timeout expired or query ID is invalid"),
    "MESSAGE_DELETE_FORBIDDEN": (400, "message can't be deleted"),
    "WEBPAGE_CURL_FAILED": (400, "Failed to get HTTP URL content"),
}


def normalise(code: int, text: str) -> tuple[int, str]:
    """The code and description a client sees for an inner error. The rules are the real server's (botapi.md 1)."""
    if code < 400 or code == 404 or (code == 403 and _ALL_CAPS.match(text)):
        code = 400
    if code == 400:
        code, text = _REWRITTEN.get(text, (code, text))
    prefix = _PREFIX.get(code)
    if prefix is None:
        return 400, f"Bad Request: {text}"
    if text.startswith(prefix):
        return code, text
    if len(text) >= 2 and (text[1] == "_" or "A" <= text[1] <= "Z"):
        return code, f"{prefix}: {text}"
    return code, f"{prefix}: {text[:1].lower()}{text[1:]}"


class ApiError(Exception):
    """The Bot API refuses this call."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def body(self) -> dict[str, Any]:
        """The JSON that the client gets."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def refuse(text: str, code: int = 400, **parameters: int) -> ApiError:
    """An ApiError from an inner error's code and text."""
    code, description = normalise(code, text)
    return ApiError(code, description, **parameters)


def too_many(seconds: int) -> ApiError:
    """429; `seconds` must be at least 1."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


class SimError(Exception):
    """The persona API can't do this."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
