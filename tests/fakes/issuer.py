"""A small OpenID provider: discovery, visits, codes with PKCE, signed tokens; it lies when told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

ISSUER = "https://id.example/realm"
CLIENT = "sounding"
SECRET = "the client's secret"
BACK = "http://testserver/sign-in/provider/back"


@cache
def _key(_: str) -> RSAKey:
    """Made once a name: making takes long."""
    return RSAKey.generate_key(2048, {"kid": "one"})


class FakeIssuer:
    """One provider; `claims` replace those of its tokens, `signed_by` its way to sign them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.key = _key("its own")
        self.claims: dict[str, Any] = {}
        self.dropped: tuple[str, ...] = ()
        self.signed_by = "RS256"
        self.metadata: dict[str, Any] = {}
        self.visits: dict[str, dict[str, str]] = {}
        self.away = False
        self.app = Starlette(
            routes=[
                Route("/realm/.well-known/openid-configuration", self._discovery),
                Route("/realm/authorize", self._authorize),
                Route("/realm/token", self._token, methods=["POST"]),
                Route("/realm/keys", self._keys),
            ]
        )

    def visit(self, address: str) -> str:
        """Somebody signs in there; the path with its query that their browser comes back to."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
        assert urlsplit(address).path == "/realm/authorize"
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        assert asked["redirect_uri"] == BACK
        code = secrets.token_urlsafe(8)
        self.visits[code] = asked
        return f"/sign-in/provider/back?{urlencode({'code': code, 'state': asked['state']})}"

    async def _discovery(self, _: Request) -> Response:
        if self.away:
            return Response(status_code=502)
        told = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        return JSONResponse(told | self.metadata)

    async def _authorize(self, request: Request) -> Response:
        return RedirectResponse(self.visit(str(request.url)))

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _token(self, request: Request) -> Response:
        form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        asked = self.visits.pop(form.get("code", ""), None)  # a code is taken once
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        if (
            asked is None
            or request.headers.get("authorization") != f"Basic {basic}"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or not hmac.compare_digest(challenge, asked["code_challenge"])
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        told = {"access_token": "a", "token_type": "Bearer", "id_token": self._signed(asked)}
        return JSONResponse(told)

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(self.clock())
        claims = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": "42",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": "owner@example.org",
            "email_verified": True,
            "name": "Grace Hopper",
        } | self.claims
        claims = {name: value for name, value in claims.items() if name not in self.dropped}
        if self.signed_by == "none":
            parts = ({"alg": "none"}, claims)
            coded = (base64.urlsafe_b64encode(json.dumps(p).encode()).decode() for p in parts)
            return ".".join(part.rstrip("=") for part in coded) + "."
        if self.signed_by == "another key":
            return jwt.encode({"alg": "RS256", "kid": "one"}, claims, _key("another"))
        if self.signed_by == "HS256":
            shared = OctKey.import_key(SECRET.ljust(32, "-"))
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, shared)
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
