"""Files up and down, albums, places and contacts, and the built-in samples."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sandbox import pictures
from tests.sandbox.conftest import CheckedSandbox


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "PNG")
    return file.getvalue()


async def download(demo: CheckedSandbox, file_id: str) -> bytes:
    path = (await demo.api("getFile", file_id=file_id))["file_path"]
    async with demo.session.get(f"{demo.url}/file/bot{demo.token}/{path}") as answer:
        assert answer.status == 200
        return await answer.read()


async def test_a_photo_of_the_bot_goes_up_and_down(demo: CheckedSandbox) -> None:
    """Sizes are listed small to large; the last is the picture itself, byte for byte; its id can be sent again."""
    persona, chat = await demo.newcomer()
    picture = png(640, 480)
    sent = await demo.api("sendPhoto", {"photo": ("a.png", picture)}, chat_id=chat, caption="楼道 *灯*", parse_mode="Markdown")
    small, large = sent["photo"]
    assert (sent["caption"], large["width"], large["height"], large["file_size"]) == ("楼道 灯", 640, 480, len(picture))
    assert await download(demo, large["file_id"]) == picture
    assert Image.open(io.BytesIO(await download(demo, small["file_id"]))).size == (small["width"], small["height"])
    again = await demo.api("sendPhoto", chat_id=chat, photo=large["file_id"])
    assert again["photo"][-1]["file_unique_id"] == large["file_unique_id"]
    media = (await demo.messages(persona))[-1]["media"]
    assert (media["kind"], media["width"], media["mime"]) == ("photo", 640, "image/png")
    async with demo.session.get(demo.url + media["url"]) as answer:
        assert await answer.read() == picture


@pytest.mark.parametrize(
    ("method", "field"),
    [("sendPhoto", "photo"), ("sendVoice", "voice"), ("sendDocument", "document"), ("sendVideo", "video")],
)
async def test_missing_and_unknown_files_are_refused(demo: CheckedSandbox, method: str, field: str) -> None:
    """No file, an empty one, an unknown id, an address elsewhere: nothing is fetched from other hosts."""
    where: dict[str, Any] = {"chat_id": 700001}
    assert await demo.refusal(method, **where) == f"400 Bad Request: there is no {field} in the request"
    assert await demo.refusal(method, {field: ("x", b"")}, **where) == "400 Bad Request: file must be non-empty"
    assert (
        await demo.refusal(method, **dict(where, **{field: "AgAC-unknown"})) == "400 Bad Request: wrong file identifier/HTTP URL specified"
    )
    url: dict[str, Any] = {field: "https://example.com/x"}
    assert await demo.refusal(method, **where, **url) == "400 Bad Request: failed to get HTTP URL content"


async def test_captions_have_their_own_limit(demo: CheckedSandbox) -> None:
    """1024 characters after parsing."""
    file = {"document": ("a.txt", b"1")}
    sent = await demo.api("sendDocument", file, chat_id=700001, caption="<i>" + "字" * 1024 + "</i>", parse_mode="HTML")
    assert len(sent["caption"]) == 1024
    assert await demo.refusal("sendDocument", file, chat_id=700001, caption="字" * 1025) == "400 Bad Request: message caption is too long"


async def test_what_is_no_picture_is_no_photo(demo: CheckedSandbox) -> None:
    """A text, a sliver, and a picture of the wrong kind of id are refused."""
    assert await demo.refusal("sendPhoto", {"photo": ("a.jpg", b"<html>")}, chat_id=700001) == "400 Bad Request: IMAGE_PROCESS_FAILED"
    assert (
        await demo.refusal("sendPhoto", {"photo": ("a.png", png(900, 10))}, chat_id=700001) == "400 Bad Request: PHOTO_INVALID_DIMENSIONS"
    )
    document = (await demo.api("sendDocument", {"document": ("a.png", png(9, 9))}, chat_id=700001))["document"]
    refusal = await demo.refusal("sendPhoto", chat_id=700001, photo=document["file_id"])
    assert refusal == "400 Bad Request: can't use file of type Document as Photo"


async def test_documents_keep_name_and_kind(demo: CheckedSandbox) -> None:
    """Chinese names too; video and voice carry their measures."""
    sent = await demo.api("sendDocument", {"document": ("物业 账单.pdf", b"%PDF-")}, chat_id=700001)
    assert (sent["document"]["file_name"], sent["document"]["mime_type"]) == ("物业 账单.pdf", "application/pdf")
    video = (await demo.api("sendVideo", {"video": ("a.mp4", b"1")}, chat_id=700001, width=64, duration=3))["video"]
    assert (video["width"], video["duration"]) == (64, 3)
    voice = (await demo.api("sendVoice", {"voice": ("a.ogg", pictures.voice(3))}, chat_id=700001))["voice"]
    assert (voice["duration"], voice["mime_type"]) == (3, "audio/ogg")


async def test_files_too_big(demo: CheckedSandbox) -> None:
    """A photo has 10 MB, a download 20 MB; unknown ids are wrong."""
    big = png(8, 8) + b"\0" * (10 * 1024 * 1024)
    assert "is too big for a photo" in await demo.refusal("sendPhoto", {"photo": ("a.png", big)}, chat_id=700001)
    document = await demo.api("sendDocument", {"document": ("a.bin", b"\0" * (20 * 1024 * 1024 + 1))}, chat_id=700001)
    assert await demo.refusal("getFile", file_id=document["document"]["file_id"]) == "400 Bad Request: file is too big"
    assert await demo.refusal("getFile", file_id="x") == "400 Bad Request: wrong file_id or the file is temporarily unavailable"
    assert await demo.refusal("getFile") == "400 Bad Request: file_id not specified"
    async with demo.session.get(f"{demo.url}/file/bot{demo.token}/photos/none.jpg") as answer:
        assert answer.status == 404


async def test_an_album_is_messages_with_one_group(demo: CheckedSandbox) -> None:
    """Two photos, one of them uploaded with the call, each a message of its own; no half albums."""
    persona, chat = await demo.newcomer()
    known = (await demo.api("sendPhoto", {"photo": ("a.png", png(10, 10))}, chat_id=chat))["photo"][-1]["file_id"]
    media = [{"type": "photo", "media": "attach://one", "caption": "前"}, {"type": "photo", "media": known}]
    sent = await demo.api("sendMediaGroup", {"one": ("b.png", png(20, 20))}, chat_id=chat, media=media)
    assert len({one["media_group_id"] for one in sent}) == 1
    assert [one.get("caption") for one in sent] == ["前", None]
    before = len(await demo.messages(persona))
    bad = [{"type": "photo", "media": known}, {"type": "photo", "media": "nothing"}]
    await demo.refusal("sendMediaGroup", chat_id=chat, media=bad)
    assert len(await demo.messages(persona)) == before
    many = [{"type": "photo", "media": known}] * 11
    assert await demo.refusal("sendMediaGroup", chat_id=chat, media=many) == "400 Bad Request: too many messages to send as an album"
    assert await demo.refusal("sendMediaGroup", chat_id=chat) == '400 Bad Request: parameter "media" is required'


async def test_places_and_contacts(demo: CheckedSandbox) -> None:
    """Both ways, with the world's edge as limit."""
    sent = await demo.api("sendLocation", chat_id=700001, latitude=36.6, longitude=117.1)
    assert sent["location"] == {"latitude": 36.6, "longitude": 117.1}
    assert await demo.refusal("sendLocation", chat_id=700001, longitude=1) == "400 Bad Request: latitude is empty"
    assert await demo.refusal("sendLocation", chat_id=700001, latitude=91, longitude=1) == "400 Bad Request: wrong location specified"
    card = await demo.api("sendContact", chat_id=700001, phone_number="0999-96777", first_name="燃气")
    assert card["contact"] == {"phone_number": "0999-96777", "first_name": "燃气"}


async def test_what_people_send(demo: CheckedSandbox, tmp_path: Path) -> None:
    """Samples, file paths and base64 arrive as photo, voice, document, place and contact."""
    picture = png(300, 200)
    path = tmp_path / "灯.png"
    path.write_bytes(picture)
    await demo.act("wang", "send", photo=str(path), caption="看")
    await demo.act("wang", "send", photo=base64.b64encode(picture).decode(), media_group="g1")
    await demo.act("wang", "send", voice="sample")
    await demo.act("wang", "send", document=str(path))
    await demo.act("wang", "send", location={"latitude": 1.5, "longitude": 2.5})
    await demo.act("wang", "send", contact="+8613900000000")
    photo, second, voice, document, place, contact = [one["message"] for one in await demo.updates("message")]
    assert (photo["caption"], photo["photo"][-1]["width"]) == ("看", 300)
    assert await download(demo, photo["photo"][-1]["file_id"]) == picture
    assert second["media_group_id"] == "g1"
    assert (voice["voice"]["duration"], voice["voice"]["mime_type"]) == (5, "audio/ogg")
    assert document["document"]["file_name"] == "灯.png"
    assert place["location"] == {"latitude": 1.5, "longitude": 2.5}
    assert contact["contact"]["phone_number"] == "+8613900000000"


def test_the_sample_picture_is_a_real_jpeg() -> None:
    """A decoder reads it at its size and finds it dark, not empty."""
    image = Image.open(io.BytesIO(pictures.stairwell()))
    image.load()
    levels = image.convert("L").tobytes()
    assert (image.format, image.size) == ("JPEG", (480, 360))
    assert min(levels) < 40
    assert max(levels) > 100
    assert pictures.image_size(pictures.stairwell()) == (".jpg", 480, 360)


def test_the_sample_voice_is_an_ogg_of_its_length() -> None:
    """Pages follow each other and the last one ends it."""
    data = pictures.voice(5)
    pages = data.split(b"OggS")[1:]
    assert (len(pages), pages[0][1], pages[-1][1]) == (7, 2, 4)
    assert b"OpusHead" in pages[0]
    assert pictures.voice_seconds(data) == 5


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_headers_of_pictures_are_read(kind: str) -> None:
    """Of every kind that phones send."""
    file = io.BytesIO()
    Image.new("RGB", (37, 21)).save(file, kind)
    found = pictures.image_size(file.getvalue())
    assert found is not None
    assert found[1:] == (37, 21)
