"""Uploaded pictures become new ones: smaller, of one format, without what a camera wrote into them."""

import io
from typing import BinaryIO

from django.core.files import File
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000


class NotAPicture(Exception):  # noqa: N818 - it is an answer, not a fault
    """The file is no picture that we can read, or is too large to open."""


def re_encode(upload: BinaryIO | File, *, widest: int, highest: int) -> bytes:
    """Return the picture in `upload` as WebP of at most this size. Raises `NotAPicture`."""
    try:
        with Image.open(upload, formats=["PNG", "JPEG", "WEBP", "GIF"]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotAPicture
            picture = ImageOps.exif_transpose(opened)
            picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAPicture from error
    picture.thumbnail((widest, highest), Image.Resampling.LANCZOS)
    found = io.BytesIO()
    picture.save(found, "WEBP", quality=84, method=4)
    return found.getvalue()
