"""What browsers call themselves, in words."""

import pytest

from service.web.devices import LONGEST, device_words

CHROME = "Mozilla/5.0 (Linux; Android 13; SM-A045F) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (CHROME, "Chrome · Android"),
        (CHROME.replace("Chrome/", "SamsungBrowser/26.0 Chrome/"), "Samsung Internet · Android"),
        (f"{CHROME} OPR/80.0", "Opera · Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari · iPhone"),
        ("python-httpx/0.28", "python-httpx/0.28"),
        ("x" * 200, "x" * LONGEST),
        (None, ""),
    ],
)
def test_a_device_is_called_as_its_owner_knows_it(said, words):
    assert device_words(said) == words
