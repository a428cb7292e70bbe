"""Which machines messages may go to."""

import pytest

from service.notifications.addresses import is_public


@pytest.mark.parametrize("number", ["1.1.1.1", "103.20.90.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_machines_of_the_public_internet_may_be_reached(number):
    assert is_public(number)


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "10.0.0.5",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "not a number",
    ],
)
def test_machines_of_our_own_networks_may_not(number):
    assert not is_public(number)
