"""Pictures are kept once, whole or not at all, and taken away only when old."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidField
from service.domain.receipt_photos import MOST_BYTES, PhotoType, require_photo, type_of
from service.files.photos import PhotoShelf
from tests.factories.deliveries import PICTURE


@pytest.fixture
def shelf(tmp_path):
    return PhotoShelf(tmp_path / "photos")


def test_a_picture_is_kept_once_and_given_back(shelf):
    digest = shelf.put(PICTURE)
    assert shelf.put(PICTURE) == digest
    assert shelf.get(digest) == PICTURE
    assert [path.name for path in shelf.directory.glob("*/*")] == [digest], "no unfinished file is left"
    assert shelf.get("0" * 64) is None


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "G" * 64, "0" * 63])
def test_a_name_that_is_no_digest_opens_nothing(shelf, name):
    with pytest.raises(ValueError, match="SHA-256"):
        shelf.get(name)


def test_only_old_files_are_found_and_a_picture_that_comes_again_is_young(shelf):
    digest = shelf.put(PICTURE)
    assert shelf.older_than(time.time() - 60) == []
    assert shelf.older_than(time.time() + 60) == [digest]
    shelf.remove([digest, "1" * 64])
    assert shelf.get(digest) is None
    assert PhotoShelf(shelf.directory / "none").older_than(time.time()) == []


@given(st.binary(max_size=40))
def test_what_does_not_begin_like_a_picture_is_none(content):
    known = type_of(content)
    begins = content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (content[:4], content[8:12]) == (
        b"RIFF",
        b"WEBP",
    )
    assert (known is not None) == begins


def test_pictures_are_told_by_their_first_bytes():
    assert require_photo(b"\xff\xd8\xff\xe0rest") is PhotoType.JPEG
    assert require_photo(b"RIFF1234WEBPrest") is PhotoType.WEBP
    for content, code in ((b"<svg onload=alert(1)>", "not_a_photo"), (PICTURE + bytes(MOST_BYTES), "too_large")):
        with pytest.raises(InvalidField) as refused:
            require_photo(content)
        assert refused.value.faults[0].code == code
