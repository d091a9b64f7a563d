"""Check a picture and make a clean copy of it: no place, no owner, no script survives."""

import io
import struct

from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from services.errors import Invalid

BYTES_MOST = 10 * 1024 * 1024
PIXELS_MOST = 40_000_000
"""By the header, before decoding: a 17 kB file can unfold to 715 MB (reference: reliability.md C1)."""
SIDE_MOST = 2_048
"""Pixels of the longer side of what is kept; enough to read a sign on a photograph."""
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    EOFError,
    struct.error,
    Pillow.DecompressionBombError,
    Warning,
)
"""What the decoders raise on bytes that only look like a picture: found by changing bytes of good ones."""


class NotAPicture(Invalid):
    """Refuse bytes that are no picture of a kind we keep, whatever their name says."""

    code = "media.not_a_picture"
    title = "只能上传 JPG、PNG、GIF 或 WebP 图片"


class PictureTooLarge(Invalid):
    """Refuse a picture with too many bytes or pixels."""

    status = 413
    code = "media.too_large"
    title = "图片过大，请压缩后再上传"


def clean_copy(data: bytes) -> bytes:
    """Return the picture re-encoded as JPEG, turned upright, at most 2,048 pixels a side, without metadata.

    Blocking and CPU-bound: call it off the loop.

    Raises:
        NotAPicture, PictureTooLarge.
    """
    if len(data) > BYTES_MOST:
        raise PictureTooLarge(f"{len(data)} bytes")
    try:
        with Pillow.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > PIXELS_MOST:
                raise PictureTooLarge(f"{picture.width}x{picture.height} pixels")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except _UNREADABLE as error:
        raise NotAPicture(type(error).__name__) from error
    upright.thumbnail((SIDE_MOST, SIDE_MOST))
    clean = io.BytesIO()
    upright.save(clean, format="JPEG", quality=85)
    return clean.getvalue()
