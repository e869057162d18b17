"""Small real files made in code: a JPEG mosaic, and an OGG/Opus voice; and what an image's header says of its size."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache

# The JPEG standard's example Huffman table for luminance DC: number of codes of each length, then the categories.
_DC_COUNTS = (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)
_DC_VALUES = tuple(range(12))
_AC_COUNTS = (1, *(0,) * 15)  # one code, "0": end of block, for every block of the mosaic is flat
_OPUS_SILENCE = b"\xf8\xff\xfe"  # one frame of 20 ms
_FRAME_SAMPLES = 960


def _huffman() -> dict[int, tuple[int, int]]:
    codes, code, value = {}, 0, 0
    for length, count in enumerate(_DC_COUNTS, 1):
        for _ in range(count):
            codes[_DC_VALUES[value]] = (code, length)
            code, value = code + 1, value + 1
        code <<= 1
    return codes


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def mosaic(width: int, height: int, shade: Callable[[int, int], tuple[int, int, int]]) -> bytes:
    """A baseline JPEG of flat 8 × 8 tiles; `shade(column, row)` gives a tile's (Y, Cb, Cr), each 0..255."""
    codes = _huffman()
    bits, count = 0, 0
    last = [0, 0, 0]
    for row in range((height + 7) // 8):
        for column in range((width + 7) // 8):
            for part, level in enumerate(shade(column, row)):
                value = level - 128  # the DC of a flat block is 8 × its level; a step of 8 in the table makes it 1
                step, last[part] = value - last[part], value
                size = abs(step).bit_length()
                code, length = codes[size]
                bits = (bits << length) | code
                count += length
                if size:
                    bits = (bits << size) | (step if step > 0 else step + (1 << size) - 1)
                    count += size
                bits <<= 1  # end of block
                count += 1
    padding = -count % 8
    scan = ((bits << padding) | ((1 << padding) - 1)).to_bytes((count + padding) // 8, "big").replace(b"\xff", b"\xff\x00")
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            _segment(0xDB, b"\x00" + bytes([8] * 64)),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + b"\x01\x11\x00\x02\x11\x00\x03\x11\x00"),
            _segment(0xC4, b"\x00" + bytes(_DC_COUNTS) + bytes(_DC_VALUES)),
            _segment(0xC4, b"\x10" + bytes(_AC_COUNTS) + b"\x00"),
            _segment(0xDA, b"\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00"),
            scan,
            b"\xff\xd9",
        )
    )


@cache
def stairwell() -> bytes:
    """The built-in picture: a dark stairwell, 480 × 360."""

    def shade(column: int, row: int) -> tuple[int, int, int]:
        step = (column + 4) // 6
        edge = 38 - step * 3
        if row == edge:
            return 105, 124, 132
        if row > edge:
            return 62 - (row - edge), 125, 131
        if 44 <= column <= 52 and 5 <= row <= 16:
            return 88 - abs(column - 48) * 5, 140, 120
        return 24 + (column * 7 + row * 13) % 5, 132, 126

    return mosaic(480, 360, shade)


@cache
def grey(width: int, height: int) -> bytes:
    """A flat stand-in for the small size of a photo, since pictures can't be scaled here."""
    return mosaic(width, height, lambda column, row: (150, 128, 128))


def image_size(data: bytes) -> tuple[str, int, int] | None:
    """(file ending, width, height) of a JPEG, PNG, GIF or WebP, None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return ".png", width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return ".gif", width, height
    if data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X" and len(data) >= 30:
        return ".webp", 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return ".webp", width & 0x3FFF, height & 0x3FFF
    if data.startswith(b"\xff\xd8\xff"):
        at = 2
        while at + 9 < len(data) and data[at] == 0xFF:
            marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
            if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
                height, width = struct.unpack(">HH", data[at + 5 : at + 9])
                return ".jpg", width, height
            at += 2 + length
    return None


def _checksums() -> list[int]:
    table = []
    for value in range(256):
        rest = value << 24
        for _ in range(8):
            rest = ((rest << 1) ^ 0x04C11DB7 if rest & 0x80000000 else rest << 1) & 0xFFFFFFFF
        table.append(rest)
    return table


def _page(flags: int, samples: int, number: int, packets: list[bytes]) -> bytes:
    head = struct.pack("<4sBBQIII", b"OggS", 0, flags, samples, 0x51, number, 0)
    data = head + bytes([len(packets)]) + bytes(map(len, packets)) + b"".join(packets)
    checksum, table = 0, _checksums()
    for byte in data:
        checksum = ((checksum << 8) & 0xFFFFFFFF) ^ table[(checksum >> 24) ^ byte]
    return data[:22] + struct.pack("<I", checksum) + data[26:]


@cache
def voice(seconds: int) -> bytes:
    """An OGG/Opus file of silence."""
    pages = [
        _page(2, 0, 0, [b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48000, 0, 0)]),
        _page(0, 0, 1, [b"OpusTags" + struct.pack("<I", 7) + b"sandbox" + struct.pack("<I", 0)]),
    ]
    for second in range(seconds):
        last = 4 if second == seconds - 1 else 0
        pages.append(_page(last, (second + 1) * 50 * _FRAME_SAMPLES, second + 2, [_OPUS_SILENCE] * 50))
    return b"".join(pages)


def voice_seconds(data: bytes) -> int:
    """How long an OGG file plays, 0 when it isn't one."""
    at = data.rfind(b"OggS")
    return 0 if at < 0 or len(data) < at + 14 else int(struct.unpack("<Q", data[at + 6 : at + 14])[0]) // 48000
