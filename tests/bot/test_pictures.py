"""Pictures are drawn anew before anybody sees them: nothing but what they show is left."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import locales
from bot.pictures import NoPicture, TooManyPixels, redraw
from tests.pictures import CAMERA, photo_with_place

LIMITS = locales.table("media")


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_place_time_and_device_are_left_behind() -> None:
    """A real JPEG with GPS, date, camera and thumbnail: the copy has no EXIF, and no byte of the camera's name."""
    photo = photo_with_place()
    assert opened(photo).getexif().get_ifd(0x8825), "the original tells the place"
    drawn = redraw(photo, LIMITS)
    picture = opened(drawn)
    assert (picture.format, dict(picture.getexif()), picture.info.get("exif")) == ("JPEG", {}, None)
    assert CAMERA.encode() in photo
    assert CAMERA.encode() not in drawn
    assert b"Exif" not in drawn


def test_what_was_turned_stands_upright() -> None:
    """The camera's note "turn me" is carried out, because it is left behind."""
    assert opened(photo_with_place(size=(60, 40), turned=6)).size == (60, 40)
    assert opened(redraw(photo_with_place(size=(60, 40), turned=6), LIMITS)).size == (40, 60)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_other_kinds_become_jpeg(kind: str) -> None:
    """Whatever can be drawn is; what is transparent becomes white; what is huge becomes smaller."""
    content = io.BytesIO()
    Image.new("RGBA" if kind in ("PNG", "WEBP", "TIFF") else "RGB", (3000, 1500), 0).save(content, kind)
    picture = opened(redraw(content.getvalue(), LIMITS))
    assert (picture.format, picture.size) == ("JPEG", (2560, 1280))
    assert picture.getpixel((5, 5)) == ((255, 255, 255) if kind in ("PNG", "WEBP", "TIFF") else (0, 0, 0))


def test_a_bomb_is_refused_unopened() -> None:
    """A few kilobytes that say they are 60,000 pixels wide and high."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")
    with pytest.raises(TooManyPixels):
        redraw(bomb, LIMITS)


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"\xff\xd8\xff\xe0 no picture", b"<svg onload='alert(1)'/>", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_told(content: bytes) -> None:
    """Programs, pages and broken pictures raise one error."""
    with pytest.raises(NoPicture):
        redraw(content, LIMITS)


@given(st.data())
def test_a_damaged_picture_is_drawn_or_told(data: st.DataObject) -> None:
    """Whatever bytes are cut or changed: a JPEG without metadata, or NoPicture, or TooManyPixels."""
    photo = bytearray(photo_with_place(size=(40, 30)))
    for _ in range(data.draw(st.integers(1, 4))):
        photo[data.draw(st.integers(0, len(photo) - 1))] = data.draw(st.integers(0, 255))
    try:
        drawn = redraw(bytes(photo[: data.draw(st.integers(1, len(photo)))]), LIMITS)
    except (NoPicture, TooManyPixels):
        return
    assert not opened(drawn).getexif()
