"""Where messages may go: to public addresses, whatever they are wrapped in."""

from __future__ import annotations

import pytest

from app.adapters.webhooks.addresses import destination, may_go_to
from app.ports.errors import AddressForbidden

pytestmark = pytest.mark.unit

INWARD = (
    "127.0.0.1",
    "127.9.9.9",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "100.64.0.1",
    "0.0.0.0",
    "169.254.169.254",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "2002:7f00:1::",  # 6to4 around 127.0.0.1
    "64:ff9b::a9fe:a9fe",  # NAT64 around 169.254.169.254
    "64:ff9b::10.0.0.1",
)
NEVER = ("0.0.0.0", "169.254.169.254", "224.0.0.1", "fe80::1", "::", "::ffff:169.254.169.254")


@pytest.mark.parametrize("address", INWARD)
def test_no_message_goes_inward(address: str) -> None:
    assert not may_go_to(address, private=False)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_messages_go_to_public_addresses(address: str) -> None:
    assert may_go_to(address, private=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "fc00::1"])
def test_private_networks_can_be_allowed(address: str) -> None:
    assert may_go_to(address, private=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_allowed(address: str) -> None:
    assert not may_go_to(address, private=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "ftp://example.org/hook",
        "https:///hook",
        "https://user@example.org/",
        "https://user:word@example.org/",
        "https://example.org/#part",
        "https://example.org:22/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://[::1/",
        "https://exa mple.org/",
        "https://ex\u00e4mple.org/",
        "https://example.org/\r\nX: 1",
        "",
    ],
)
def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(AddressForbidden):
        destination(url, private=False)


def test_an_address_has_a_host_and_a_port() -> None:
    assert destination("https://example.org/hook?a=b", private=False) == ("example.org", 443)
    assert destination("https://example.org:8443/", private=False) == ("example.org", 8443)
    assert destination("http://localhost:9000/", private=True) == ("localhost", 9000)
