"""What a resident's picture looks like at the desk: drawn anew, and a file that only says it is one stays a file."""

from __future__ import annotations

import base64
import io
import urllib.request
from typing import Any

from PIL import Image

from tests.demo_process import DemoProcess
from tests.people import case_number, newcomer
from tests.pictures import CAMERA, photo_with_place
from tests.world import case_of, rows


def send_with(demo: DemoProcess, name: str, building: int, kind: str, content: bytes, **more: Any) -> list[dict[str, Any]]:
    """A newcomer sends a piece and tells what is wrong → the messages of the case's topic that bring a piece or are a stand-in."""
    person = newcomer(demo, name)
    person.sends(kind, base64.b64encode(content).decode(), settle=True, **more)
    person.says(f"{building}栋1单元3楼水管爆了，水往外喷。", settle=True)
    number = case_number(person.hears("SMY-")["text"])
    demo.settle(30)
    assert len(rows(demo, "SELECT id FROM case_media WHERE case_id = :id", id=case_of(demo, number)["id"])) == 1
    desk = demo.get("/sim/chats/mc")
    thread = next(topic["thread"] for topic in desk["topics"] if number in topic["name"])
    return [m for m in desk["messages"] if m["thread"] == thread and (m["media"] or "没有转来" in (m["text"] or ""))]


def content_of(demo: DemoProcess, message: dict[str, Any]) -> bytes:
    with urllib.request.urlopen(demo.url + message["media"]["url"], timeout=10) as answer:
        return bytes(answer.read())


def test_a_photo_loses_its_place_before_staff_see_it(demo: DemoProcess) -> None:
    """The desk's copy shows the same picture, without EXIF; so does what is kept; also of a picture that was sent as a file."""
    photo = photo_with_place()
    for name, building, kind, more in (("snap", 2, "photo", {}), ("filed", 3, "document", {"filename": "IMG_31N121E.jpg"})):
        (shown,) = send_with(demo, name, building, kind, photo, **more)
        content = content_of(demo, shown)
        picture = Image.open(io.BytesIO(content))
        assert shown["media"]["kind"] == "photo"
        assert (picture.size, dict(picture.getexif())) == ((320, 240), {})
        assert CAMERA.encode() not in content
        assert "31N121E" not in str(shown)
    assert {row["state"] for row in rows(demo, "SELECT state FROM media")} == {"shown"}


def test_what_is_no_picture_stays_a_file(demo: DemoProcess) -> None:
    """What only begins like a photo comes as a file with a name that says nothing; a document comes as it is."""
    program = photo_with_place()[:-3000] + b"MZ\x90\x00 a program"
    (shown,) = send_with(demo, "trick", 4, "photo", program)
    assert (shown["media"]["kind"], content_of(demo, shown)) == ("document", program)
    (paper,) = send_with(demo, "paper", 5, "document", b"%PDF-1.4 bill", filename="bill.pdf")
    assert (paper["media"]["kind"], content_of(demo, paper)) == ("document", b"%PDF-1.4 bill")


def test_what_cannot_be_drawn_is_said(demo: DemoProcess) -> None:
    """A picture in a format that can't be drawn anew may tell a place: staff read that there was one."""
    (note,) = send_with(demo, "phone", 6, "document", b"\x00\x00\x00\x18ftypheic" + bytes(40), filename="IMG.HEIC")
    assert not note["media"]
    assert rows(demo, "SELECT state, error FROM media ORDER BY created_at DESC")[0]["state"] == "refused"
