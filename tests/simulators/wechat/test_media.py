"""Keep temporary media as long and as large as the platform does."""

from datetime import timedelta

import pytest

from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.media import LARGEST, SHELF_BYTES, SILENT_AMR, MediaKind, Shelf
from tests.support.set_clock import SetClock

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
JPEG = b"\xff\xd8\xff\xe0picture"


@pytest.fixture
def shelf(clock: SetClock) -> Shelf:
    return Shelf(clock)


def refusal_of_get(shelf: Shelf, media_id: str) -> Errcode:
    with pytest.raises(ApiRefused) as refused:
        shelf.get(media_id)
    return refused.value.code


def test_a_file_is_kept_three_days(shelf: Shelf, clock: SetClock) -> None:
    kept = shelf.put(MediaKind.IMAGE, PNG)
    clock.advance(timedelta(days=3, seconds=-1))
    assert shelf.get(kept.media_id).body == PNG
    clock.advance(timedelta(seconds=1))
    assert refusal_of_get(shelf, kept.media_id) is Errcode.MEDIA_ID_INVALID


@pytest.mark.parametrize(
    ("kind", "body", "suffix"),
    [
        (MediaKind.IMAGE, PNG, "png"),
        (MediaKind.IMAGE, JPEG, "jpg"),
        (MediaKind.IMAGE, b"GIF89a...", "gif"),
        (MediaKind.VOICE, SILENT_AMR, "amr"),
        (MediaKind.VOICE, b"ID3...", "mp3"),
        (MediaKind.VIDEO, b"\x00\x00\x00\x18ftypmp42", "mp4"),
        (MediaKind.THUMB, JPEG, "jpg"),
    ],
)
def test_a_format_of_its_kind_is_taken_by_its_content(shelf: Shelf, kind: MediaKind, body: bytes, suffix: str) -> None:
    assert shelf.put(kind, body).file_name.endswith(f".{suffix}")


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        (MediaKind.IMAGE, b"", Errcode.MEDIA_EMPTY),
        (MediaKind.IMAGE, b"<svg/>", Errcode.FILE_TYPE_INVALID),
        (MediaKind.VOICE, PNG, Errcode.FILE_TYPE_INVALID),
        (MediaKind.THUMB, PNG, Errcode.FILE_TYPE_INVALID),
        (MediaKind.THUMB, JPEG + bytes(LARGEST[MediaKind.THUMB]), Errcode.MEDIA_SIZE_INVALID),
    ],
)
def test_a_file_the_platform_does_not_take_is_refused(
    shelf: Shelf, kind: MediaKind, body: bytes, code: Errcode
) -> None:
    with pytest.raises(ApiRefused) as refused:
        shelf.put(kind, body)
    assert refused.value.code is code


def test_the_oldest_files_make_room(shelf: Shelf) -> None:
    # Given a shelf filled to its last byte by pictures of the largest size
    largest = PNG + bytes(LARGEST[MediaKind.IMAGE] - len(PNG))
    kept = [shelf.put(MediaKind.IMAGE, largest) for _ in range(SHELF_BYTES // len(largest) + 1)]
    # When one had no room, then the first has gone and the last is there
    assert refusal_of_get(shelf, kept[0].media_id) is Errcode.MEDIA_ID_INVALID
    assert shelf.get(kept[-1].media_id).media_id == kept[-1].media_id
