"""Links inside texts and buttons, accepted or dropped as Telegram does."""

from __future__ import annotations

import re

from sandbox.model import Json

_USER = re.compile(r"tg://user/?\?(?:.*&)?id=(\d+)", re.IGNORECASE)
_EMOJI = re.compile(r"tg://emoji/?\?(?:.*&)?id=(\d+)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HTTP = re.compile(r"(https?|ftp)://([^/?#\s]+)([^\s]*)", re.IGNORECASE)
_HOST = re.compile(r"(?:[^@/]*@)?(?:\[[0-9a-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::\d{1,5})?", re.IGNORECASE)
_OWN = re.compile(r"(?:tg|ton|tonsite):(?://)?\S+", re.IGNORECASE)


def checked_link(url: str) -> str:
    """The link as Telegram keeps it ("http://" and a missing "/" are added), "" when it isn't one."""
    url = url.strip()
    if _OWN.fullmatch(url):
        return url
    if not _SCHEME.match(url) or re.match(r"[\w.-]+\.\w+:\d", url):
        url = f"http://{url}"
    match = _HTTP.fullmatch(url)
    if match is None or not _HOST.fullmatch(match[2]):
        return ""
    if "." not in match[2] and "[" not in match[2]:  # Telegram refuses localhost too
        return ""
    path = match[3] if match[3].startswith("/") else f"/{match[3]}"
    return f"{match[1].lower()}://{match[2]}{path}"


def link_entity(url: str) -> Json | None:
    """What makes an entity of a link: a mention of a user, or a text_link; None when the link is no link."""
    person = _USER.fullmatch(url.strip())
    if person is not None:
        return {"type": "text_mention", "user": {"id": int(person[1])}}
    link = checked_link(url)
    return {"type": "text_link", "url": link} if link else None


def emoji_id(url: str) -> str | None:
    match = _EMOJI.fullmatch(url.strip())
    return match[1] if match else None
