"""A picture drawn anew from its pixels: place, time, device, thumbnail and whatever hid behind the picture stay behind."""

from __future__ import annotations

import io
import struct
import warnings
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")

# Sizes are checked here, before a pixel is unpacked; Pillow's own limit is a warning first.
Image.MAX_IMAGE_PIXELS = None


class NoPicture(ValueError):
    """The content is not a picture that can be drawn"""


class TooManyPixels(ValueError):
    """The picture would unpack to more than is allowed"""


def redraw(content: bytes, limits: dict[str, Any]) -> bytes:
    """The same picture as a JPEG without any metadata, upright, no larger than `limits` (locales/media.toml) say.

    Raises NoPicture, TooManyPixels.
    """
    try:
        # Pillow also warns of damaged metadata, which isn't kept anyway.
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > limits["max_pixels"]:
                raise TooManyPixels(f"{picture.width} × {picture.height}")
            side = limits["longest_side"]
            picture.draft("RGB", (side, side))
            upright = ImageOps.exif_transpose(picture)
            if max(upright.size) > limits["widest_shape"] * min(upright.size):
                raise NoPicture("a line")
            upright.thumbnail((side, side))
            drawn = io.BytesIO()
            _opaque(upright).save(drawn, "JPEG", quality=limits["quality"])
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error, LookupError, ArithmeticError, TypeError) as error:
        # Pillow tells a broken picture by any of these.
        if isinstance(error, NoPicture | TooManyPixels):
            raise
        raise NoPicture(type(error).__name__) from None
    return drawn.getvalue()


def _opaque(picture: Image.Image) -> Image.Image:
    """On white where it was transparent, in plain colours; a new image, so that nothing of the old one's information is kept."""
    paper = Image.new("RGB", picture.size, "white")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper.paste(picture, mask=picture.getchannel("A"))
    else:
        paper.paste(picture.convert("RGB"))
    return paper
