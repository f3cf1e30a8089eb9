"""Port of a provider that tells who somebody is: OpenID Connect, by the code of a visit there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Visit:
    """A way to the provider; `state`, `nonce` and `verifier` stay with the browser that goes."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who came back. Without `verified` the address is no proof."""

    email: str
    verified: bool
    name: str


class IdentityProvider(Protocol):
    """One provider."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def domains(self) -> frozenset[str]:
        """Those whose people become candidates by coming."""
        ...

    async def begin(self, back: str) -> Visit:
        """A way there that leads back to this address; raises ProviderUnavailable."""
        ...

    async def finish(self, code: str, *, nonce: str, verifier: str, back: str) -> Identity:
        """Who came back with this code; raises ProviderUnavailable or IdentityRefused."""
        ...
