"""Pictures are checked by what they are, and nothing of the camera's survives."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from services.media.pictures import BYTES_MOST, SIDE_MOST, NotAPicture, PictureTooLarge, clean_copy
from tests.support.pictures import a_picture


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_every_kind_we_keep_becomes_a_jpeg(kind: str) -> None:
    clean = opened(clean_copy(a_picture(kind)))
    assert (clean.format, clean.size) == ("JPEG", (40, 30))


def test_place_and_owner_written_by_the_camera_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010E] = "GPS-CANARY"
    exif.get_ifd(0x8825)[2] = (
        TiffImagePlugin.IFDRational(36),
        TiffImagePlugin.IFDRational(4),
        TiffImagePlugin.IFDRational(0),
    )
    data = a_picture("JPEG", exif=exif)
    assert b"GPS-CANARY" in data
    clean = clean_copy(data)
    assert b"GPS-CANARY" not in clean
    assert not opened(clean).getexif()


def test_a_picture_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(clean_copy(a_picture("JPEG", exif=exif))).size == (30, 40)


def test_a_large_picture_is_made_smaller_in_proportion() -> None:
    clean = opened(clean_copy(a_picture("PNG", size=(4_096, 1_024))))
    assert clean.size == (SIDE_MOST, SIDE_MOST // 4)


def test_what_stands_behind_the_picture_is_gone() -> None:
    assert b"<script>" not in clean_copy(a_picture("PNG") + b"<script>alert(1)</script>")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"GIF89a",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"BM" + bytes(60),
        b"\xff\xd8\xff",
    ],
)
def test_what_is_no_picture_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        clean_copy(data)


def test_a_picture_cut_short_is_refused() -> None:
    data = a_picture("PNG", size=(400, 400))
    with pytest.raises(NotAPicture):
        clean_copy(data[: len(data) // 2])


def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(PictureTooLarge):
        clean_copy(bytes(BYTES_MOST + 1))


@pytest.mark.parametrize("side", [7_000, 12_000, 60_000])
def test_a_small_file_that_would_unfold_is_refused_by_its_header(side: int) -> None:
    data = unfolding(side)
    assert len(data) < 200
    with pytest.raises((PictureTooLarge, NotAPicture)):
        clean_copy(data)


@given(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]), st.data())
def test_whatever_is_broken_in_a_picture_it_is_kept_or_refused(kind: str, data: st.DataObject) -> None:
    broken = bytearray(a_picture(kind, exif=an_exif()))
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        clean = clean_copy(bytes(broken))
    except (NotAPicture, PictureTooLarge):
        return
    assert opened(clean).format == "JPEG"


def an_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 3
    exif[0x010E] = "description"
    return exif


def unfolding(side: int) -> bytes:
    """Return a PNG whose header promises a square of a side, in one bit a pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
