"""OpenID Connect: discovery, the code flow with PKCE, and the checks of what comes back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.httpx_client import (  # type: ignore[import-untyped]  # has no types
    AsyncOAuth2Client,
    OAuthError,
)
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from app.ports.errors import IdentityRefused, ProviderUnavailable
from app.ports.identity import Identity, Visit

DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid email profile"
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
LEEWAY_S = 60
SECONDS = 10.0
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
Metadata = Mapping[str, Any]


def _now() -> float:
    return datetime.now(UTC).timestamp()


@dataclass(frozen=True)
class Oidc:
    """A provider by its issuer. It is asked for its keys at every visit: visits are few."""

    issuer: str
    client_id: str
    client_secret: str
    domains: frozenset[str] = frozenset()
    clock: Callable[[], float] = _now
    transport: httpx2.AsyncBaseTransport | None = None

    @property
    def name(self) -> str:
        """Its host."""
        return urlsplit(self.issuer).hostname or self.issuer

    async def begin(self, back: str) -> Visit:
        """A way there with fresh secrets."""
        metadata = await self._metadata()
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        async with self._client(metadata, back) as client:
            url, state = client.create_authorization_url(
                _endpoint(metadata, "authorization_endpoint"), nonce=nonce, code_verifier=verifier
            )
        return Visit(url, state, nonce, verifier)

    async def finish(self, code: str, *, nonce: str, verifier: str, back: str) -> Identity:
        """Exchange the code, check the token, read the address."""
        metadata = await self._metadata()
        keys = await self._json(_endpoint(metadata, "jwks_uri"))
        async with self._client(metadata, back) as client:
            try:
                told = await client.fetch_token(
                    _endpoint(metadata, "token_endpoint"), code=code, code_verifier=verifier
                )
            except OAuthError as error:
                raise IdentityRefused("the provider takes this code for no sign-in") from error
            except (httpx2.HTTPError, ValueError) as error:
                raise ProviderUnavailable("the provider gave no token") from error
        claims = self._claims(str(told.get("id_token") or ""), keys, nonce)
        name = str(claims.get("name") or claims.get("preferred_username") or "")
        verified = claims.get("email_verified") is True
        return Identity(str(claims.get("email") or ""), verified, name)

    def _claims(self, token: str, keys: Metadata, nonce: str) -> Metadata:
        rules = jwt.JWTClaimsRegistry(
            now=lambda: int(self.clock()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            held = jwt.decode(
                token,
                KeySet.import_key_set(cast(KeySetSerialization, keys)),
                algorithms=list(SIGNED_BY),
            )
            rules.validate(held.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise IdentityRefused(f"the token does not hold: {type(error).__name__}") from error
        several = isinstance(held.claims["aud"], list) and len(held.claims["aud"]) > 1
        if held.claims.get("azp", None if several else self.client_id) != self.client_id:
            raise IdentityRefused("the token is meant for another program")
        return held.claims

    async def _metadata(self) -> Metadata:
        found = await self._json(_safe(self.issuer.rstrip("/") + DISCOVERY))
        if found.get("issuer") != self.issuer:
            raise ProviderUnavailable("the provider calls itself by another name")
        return found

    async def _json(self, url: str) -> Metadata:
        try:
            async with httpx2.AsyncClient(timeout=SECONDS, transport=self.transport) as client:
                answer = await client.get(url)
            answer.raise_for_status()
            found = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailable("the provider does not answer") from error
        if not isinstance(found, dict):
            raise ProviderUnavailable("the provider does not answer as agreed")
        return found

    def _client(self, metadata: Metadata, back: str) -> AsyncOAuth2Client:
        ways = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = "client_secret_basic" in ways
        return AsyncOAuth2Client(
            client_id=self.client_id,
            client_secret=self.client_secret,
            token_endpoint_auth_method="client_secret_basic" if basic else "client_secret_post",
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=SECONDS,
            transport=self.transport,
        )


def _endpoint(metadata: Metadata, name: str) -> str:
    return _safe(str(metadata.get(name) or ""))


def _safe(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL):
        return url
    raise ProviderUnavailable("the provider names an address without https")
