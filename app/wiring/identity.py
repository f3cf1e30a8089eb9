"""What lets people in: passwords, and a provider where one is set."""

from __future__ import annotations

from app.adapters.identity.oidc import Oidc
from app.adapters.secrets.argon2id import Argon2idHasher
from app.ports.accounts import PasswordHasher
from app.ports.identity import IdentityProvider
from app.settings import Settings


def make_hasher(settings: Settings) -> PasswordHasher | None:
    """What hashes passwords; None without accounts."""
    return Argon2idHasher() if settings.accounts == "on" else None


def make_identity(settings: Settings) -> IdentityProvider | None:
    """The provider; None where none is set."""
    if not settings.oidc_issuer or not settings.oidc_client_id:
        return None
    names = (settings.oidc_allowed_domains or "").casefold().split(",")
    domains = frozenset(name.strip() for name in names if name.strip())
    return Oidc(settings.oidc_issuer, settings.oidc_client_id, _secret(settings), domains)


def _secret(settings: Settings) -> str:
    if settings.oidc_client_secret is not None:
        return settings.oidc_client_secret.get_secret_value()
    if settings.oidc_client_secret_file is None:
        return ""
    return settings.oidc_client_secret_file.read_text(encoding="utf-8").strip()
