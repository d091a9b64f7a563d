"""Draw small pictures."""

import io

from PIL import Image


def a_picture(kind: str = "PNG", *, size: tuple[int, int] = (40, 30), exif: Image.Exif | None = None) -> bytes:
    """Return a picture of a kind, 40 by 30 unless said otherwise, with what a camera wrote into it."""
    out = io.BytesIO()
    extra = {"exif": exif} if exif is not None and kind != "GIF" else {}
    Image.new("RGB", size, (200, 30, 30)).save(out, format=kind, **extra)
    return out.getvalue()
