"""Which addresses a message may go to: none of this machine, of private nets, or of no net at all.

A public IPv6 address can carry a private IPv4 one inside (mapped, 6to4, Teredo, NAT64), so what is
inside is looked at too.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from app.ports.errors import AddressForbidden

NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
WELL_KNOWN = frozenset({80, 443})
FIRST_FREE_PORT = 1024
Address = IPv4Address | IPv6Address


def destination(url: str, *, private: bool) -> tuple[str, int]:
    """The host and port of an address.

    Raises:
        AddressForbidden: nothing that a message may be sent to.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressForbidden("expected an address such as https://example.org/hook") from None
    if parts.scheme not in ({"https", "http"} if private else {"https"}) or not parts.hostname:
        raise AddressForbidden("expected an address that begins with https://")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressForbidden("expected an address without a name, a password or a #")
    if not url.isascii() or any(letter <= " " for letter in url):
        raise AddressForbidden("expected an address of plain letters")
    port = port if port is not None else (443 if parts.scheme == "https" else 80)
    if port not in WELL_KNOWN and port < FIRST_FREE_PORT:
        raise AddressForbidden(f"expected port 80, 443 or one from 1024, found {port}")
    return parts.hostname, port


def may_go_to(text: str, *, private: bool) -> bool:
    """Whether a message may go to this IP address."""
    address = ip_address(text.partition("%")[0])
    return all(_allowed(each, private) for each in (address, *_inside(address)))


def _allowed(address: Address, private: bool) -> bool:
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False  # where clouds keep the keys of a machine
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return True  # what is inside decides
    return address.is_global or (private and (address.is_private or address.is_loopback))


def _inside(address: Address) -> tuple[Address, ...]:
    if isinstance(address, IPv4Address):
        return ()
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    found += address.teredo or ()
    if any(address in net for net in NAT64):
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return tuple(each for each in found if each is not None)
