"""A photo as a phone takes it: with the place, the time and the device in it."""

from __future__ import annotations

import io

from PIL import Image

CAMERA = "Canary-Phone-9"
GPS, MAKE, DATE, TURNED = 0x8825, 0x010F, 0x0132, 0x0112


def photo_with_place(size: tuple[int, int] = (320, 240), turned: int = 1) -> bytes:
    """A JPEG whose EXIF tells where in Shanghai it was taken."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    exif = Image.Exif()
    exif[MAKE], exif[DATE], exif[TURNED] = CAMERA, "2026:11:23 08:00:00", turned
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 13.0, 49.4), 3: "E", 4: (121.0, 28.0, 25.0)})
    content = io.BytesIO()
    picture.save(content, "JPEG", exif=exif, comment=CAMERA.encode())
    return content.getvalue()
