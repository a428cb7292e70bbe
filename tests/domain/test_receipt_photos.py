"""A photo is what its first bytes say, and no larger than a line carries."""

import pytest

from service.domain.errors import InvalidField
from service.domain.receipt_photos import MOST_BYTES, PhotoType, require_photo
from tests.factories.deliveries import PICTURE


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0", PhotoType.JPEG),
        (PICTURE, PhotoType.PNG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", PhotoType.WEBP),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(content, kind):
    assert require_photo(content) is kind


@pytest.mark.parametrize(
    ("content", "code"), [(b"RIFF\x00\x00\x00\x00WAVE", "not_a_photo"), (bytes(MOST_BYTES + 1), "too_large")]
)
def test_anything_else_is_refused(content, code):
    with pytest.raises(InvalidField) as refused:
        require_photo(content)
    assert [fault.code for fault in refused.value.faults] == [code]
