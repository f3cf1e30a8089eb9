"""People, their roles, and the secrets by which they are known again.

A secret (of a sign-in, a link, a key) is kept only as its digest. A digest without salt is enough
for it: a secret is 256 random bits, unlike a password.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal
from uuid import UUID

LEAST_PASSWORD = 12
MOST_PASSWORD = 200
LONGEST_NAME = 80
LONGEST_EMAIL = 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+|[^@\s]+@localhost")


class Role(StrEnum):
    """What a person is here for."""

    CANDIDATE = "candidate"
    EDUCATOR = "educator"
    INTERVIEWER = "interviewer"
    ADMIN = "admin"


EVERY_ROLE = frozenset(Role)
ACTS_AS: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.CANDIDATE: frozenset({Role.CANDIDATE}),
        Role.INTERVIEWER: frozenset({Role.CANDIDATE, Role.INTERVIEWER}),
        Role.EDUCATOR: frozenset({Role.CANDIDATE, Role.INTERVIEWER, Role.EDUCATOR}),
        Role.ADMIN: EVERY_ROLE,
    }
)


@dataclass(frozen=True)
class Person:
    """Somebody with an account. A deleted one keeps its id, and nothing that names it."""

    id: UUID
    name: str
    email: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether this person may sign in."""
        return self.disabled_at is None and self.deleted_at is None


@dataclass(frozen=True)
class Visitor:
    """Who asks: a signed-in person, the one person of a server without accounts, or nobody.

    `person_id` is None for the local person too: what it owns has no owner's id.
    """

    person: Person | None = None
    roles: frozenset[Role] = frozenset()
    local: bool = False

    @property
    def person_id(self) -> UUID | None:
        """The id that new interviews carry as their owner's."""
        return self.person.id if self.person is not None else None

    @property
    def name(self) -> str:
        """The person's name; empty for the local person and for nobody."""
        return self.person.name if self.person is not None else ""

    @property
    def known(self) -> bool:
        """Whether somebody is signed in, or the server has just one person."""
        return self.local or self.person is not None

    def may(self, role: Role) -> bool:
        """Whether this visitor acts in that role."""
        return role in self.roles

    def owns(self, owner_id: UUID | None) -> bool:
        """Whether something with this owner's id is the visitor's own.

        What has no owner is of the time before there were accounts: it is the admins'.
        """
        if self.local:
            return True
        if owner_id is None:
            return self.may(Role.ADMIN)
        return self.person_id == owner_id


def signed_in(person: Person) -> Visitor:
    """The visitor that this person is."""
    return Visitor(person, ACTS_AS[person.role])


@dataclass(frozen=True)
class SignIn:
    """One browser that is signed in."""

    id: UUID
    person_id: UUID
    digest: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Link:
    """A link that lets a person set a password, once."""

    id: UUID
    person_id: UUID
    digest: str
    created_at: datetime
    expires_at: datetime
    made_by: UUID | None = None
    used_at: datetime | None = None

    def opens(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and now < self.expires_at


@dataclass(frozen=True)
class ApiKey:
    """A key by which a program acts for a person."""

    id: UUID
    person_id: UUID
    name: str
    digest: str
    created_at: datetime
    revoked_at: datetime | None = None


Act = Literal[
    "signed_in",
    "refused",
    "signed_out",
    "invited",
    "password_set",
    "role_changed",
    "disabled",
    "enabled",
    "deleted",
    "key_made",
    "key_revoked",
    "webhook_made",
    "webhook_removed",
    "assigned",
    "unassigned",
    "viewed",
]


@dataclass(frozen=True)
class AccountEvent:
    """One line of the log of accounts: ids only, and never a secret."""

    act: Act
    at: datetime
    who: UUID | None = None
    whom: UUID | None = None
    interview_id: UUID | None = None
    note: str = ""
    id: int | None = None


def digest_of_secret(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def plain_email(given: str) -> str | None:
    """An address in the one way it is kept, or None when it is none."""
    plain = given.strip().casefold()
    fits = len(plain) <= LONGEST_EMAIL and _EMAIL.fullmatch(plain) is not None
    return plain if fits and plain.isprintable() else None
