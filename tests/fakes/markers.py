"""Who is who in the peopled fake web, what each side has, and who may find which word of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from app.domain.person import Role

SIDES = ("mine", "theirs")
ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "owner": Role.CANDIDATE,
        "other": Role.CANDIDATE,
        "assigned": Role.INTERVIEWER,
        "interviewer": Role.INTERVIEWER,
        "educator": Role.EDUCATOR,
        "colleague": Role.EDUCATOR,
        "admin": Role.ADMIN,
    }
)
CALLERS = ("nobody", "guest", *ROLES)
EDUCATORS = frozenset({"educator", "colleague", "admin"})
LEARNER: Mapping[str, str] = MappingProxyType({"mine": "owner", "theirs": "other"})
MAKER: Mapping[str, str] = MappingProxyType({"mine": "educator", "theirs": "colleague"})
IDS = {name: UUID(int=7000 + number) for number, name in enumerate(ROLES)}


@dataclass(frozen=True)
class Things:
    """The ids of one side: `done`, `fresh`, `brought`, `again`, `sat`, `alone` are interviews.

    `done` was contested, so others may read it; `alone` is practice that was not.
    """

    side: str
    done: UUID
    fresh: UUID
    brought: UUID
    again: UUID
    sat: UUID
    alone: UUID
    contest: UUID
    exchange: UUID
    handed: UUID
    drill: UUID
    key: UUID
    receipt: UUID
    assignment: UUID
    invitation: UUID
    imported: UUID
    webhook: UUID
    delivery: UUID

    @property
    def slug(self) -> str:
        """The id of its draft and of its note."""
        return f"about-{self.side}"

    @property
    def token(self) -> str:
        """What opens its invitation."""
        return f"token-of-{self.side}"

    @property
    def secret(self) -> str:
        """What opens the link of its learner."""
        return f"secret-of-{self.side}"

    def word(self, kind: str) -> str:
        """The marker of one kind of thing."""
        return f"qzx{kind}{self.side}"


def _things(side: str, first: int) -> Things:
    ids = (UUID(f"{first + n:08x}-0000-4000-8000-{first + n:012x}") for n in range(17))
    return Things(side, *ids)


OF = {side: _things(side, 0x5000 + 0x100 * n) for n, side in enumerate(SIDES)}


def seen_by(kind: str, side: str) -> frozenset[str]:
    """Who may find a marker of this kind: the rule that docs/accounts.md states."""
    learner, maker = frozenset({LEARNER[side]}), frozenset({MAKER[side]})
    readers = learner | EDUCATORS | (frozenset({"guest", "assigned"}) if side == "mine" else set())
    return {
        "name": learner | {"admin"},
        "mail": learner | {"admin"},
        "answer": readers,
        "amended": readers,
        "comment": readers,
        "marked": readers,
        "contest": readers,
        "program": readers,
        "dropped": readers,
        "upload": learner,
        "alone": learner,
        "asked": learner,
        "handed": learner | EDUCATORS,
        "goal": learner,
        "key": learner,
        "title": EDUCATORS,
        "contact": EDUCATORS,
        "guest": EDUCATORS,
        "draft": EDUCATORS,
        "import": EDUCATORS,
        "note": EDUCATORS,
        "hook": maker | {"admin"},
        "secret": frozenset(),
    }[kind] | (maker if kind in {"title", "contact", "guest"} else frozenset())


KINDS = (
    *("name", "mail", "answer", "amended", "comment", "marked", "contest", "program", "dropped"),
    *("upload", "asked", "handed", "goal", "key", "title", "contact", "guest", "draft", "import"),
    *("note", "hook", "secret", "alone"),
)
