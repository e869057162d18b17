"""What a persona's message carries: words, pictures, sound, files, places, contact cards, as the persona API takes them."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any

from sandbox import entities, media, pictures
from sandbox.errors import ApiError, SimError
from sandbox.model import Json
from sandbox.world import World

_KINDS = ("text", "photo", "voice", "document", "location", "contact")
MOST_TEXT = 4096
SAMPLE_VOICE_SECONDS = 5
SAMPLE_PLACE = (36.6512, 117.1201)


def content_of(world: World, wish: Json) -> Json:
    """The message content. Raises SimError 400."""
    kinds = [kind for kind in _KINDS if wish.get(kind) is not None]
    if len(kinds) != 1:
        raise SimError(400, f"a message carries exactly one of {', '.join(_KINDS)}")
    kind = kinds[0]
    value = wish[kind]
    if kind == "text":
        return _words("text", "entities", value)
    if kind == "location":
        return {"location": _place(value)}
    if kind == "contact":
        return {"contact": _contact(value)}
    data, name = _bytes(kind, value)
    try:
        content = _file(world, kind, data, str(wish.get("filename") or name), wish)
    except ApiError as error:
        raise SimError(400, error.description) from None
    if wish.get("caption"):
        content.update(_words("caption", "caption_entities", wish["caption"]))
    return content


def _words(field: str, marks_field: str, value: Any) -> Json:
    if not isinstance(value, str):
        raise SimError(400, f"{field} is a text")
    value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # a half character never leaves a phone
    words, marks = entities.finish(value, [])
    if not words:
        raise SimError(400, f"{field} is empty")
    if len(words) > MOST_TEXT:
        raise SimError(400, f"{field} is longer than {MOST_TEXT} characters; a phone would send several messages")
    content: Json = {field: words}
    if marks:
        content[marks_field] = marks
    return content


def _file(world: World, kind: str, data: bytes, name: str, wish: Json) -> Json:
    if kind == "photo":
        return media.keep_photo(world, data, "")
    if kind == "voice":
        return media.keep_voice(world, data, int(wish.get("duration") or 0))
    return media.keep_document(world, data, name, str(wish.get("mime") or ""))


def _bytes(kind: str, value: Any) -> tuple[bytes, str]:
    """The bytes and a name, from "sample", a file path, a data URL or base64."""
    if not isinstance(value, str) or not value:
        raise SimError(400, f'{kind} is a file path, base64, or "sample"')
    if value == "sample":
        if kind == "voice":
            return pictures.voice(SAMPLE_VOICE_SECONDS), ""
        return (pictures.stairwell(), "sample.jpg") if kind == "photo" else (b"sample\n", "sample.txt")
    if len(value) < 4096 and "\0" not in value:
        try:
            path = Path(value).expanduser()
            if path.is_file():
                return path.read_bytes(), path.name
        except OSError:  # base64 that is no possible file name
            pass
    if value.startswith("data:"):
        value = value.partition(",")[2]
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise SimError(400, f"{kind}: there is no such file, and it is no base64") from None
    if not data:
        raise SimError(400, f"{kind} is empty")
    return data, f"{kind}.bin"


def _place(value: Any) -> Json:
    if value == "sample":
        value = SAMPLE_PLACE
    if isinstance(value, dict):
        value = (value.get("latitude"), value.get("longitude"))
    if isinstance(value, str):
        value = value.split(",")
    try:
        latitude, longitude = (float(one) for one in value)
    except (TypeError, ValueError):
        raise SimError(400, "location is {latitude, longitude} or [latitude, longitude]") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise SimError(400, "there is no such place on earth")
    return {"latitude": latitude, "longitude": longitude}


def _contact(value: Any) -> Json:
    if value == "sample":
        value = {"phone_number": "+8613900000000", "first_name": "样例"}
    if isinstance(value, str):
        value = {"phone_number": value}
    if not isinstance(value, dict) or not value.get("phone_number"):
        raise SimError(400, "contact is a phone number or {phone_number, first_name}")
    contact = {"phone_number": str(value["phone_number"]), "first_name": str(value.get("first_name") or value["phone_number"])}
    for name in ("last_name", "user_id", "vcard"):
        if value.get(name) is not None:
            contact[name] = value[name]
    return contact
