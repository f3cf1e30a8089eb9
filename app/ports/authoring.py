"""Ports of authoring: drafts with a history, published versions, files that were brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from app.domain.authoring import (
    Brought,
    BroughtItem,
    Draft,
    Edit,
    Item,
    Kind,
    Publication,
    Shelf,
    State,
)
from app.domain.exchange import Content, Exported, Format, Imported
from app.domain.question import Question, Track
from app.ports.embeddings import Vectors

if TYPE_CHECKING:
    from app.ports.store import Passage


@dataclass(frozen=True)
class Wanted:
    """Which lines of the library are wanted; `ids` names them, in that order."""

    words: tuple[str, ...] = ()
    tag: str = ""
    state: State | None = None
    ids: tuple[str, ...] | None = None
    limit: int = 50
    offset: int = 0


class Drafts(Protocol):
    """Items under work."""

    async def add(self, draft: Draft) -> bool:
        """Keep a new draft; False when there is one of this kind and id."""
        ...

    async def get(self, kind: Kind, item_id: str) -> Draft | None:
        """The draft as it was saved last, or None."""
        ...

    async def save(self, draft: Draft) -> Draft | None:
        """Keep the body over the revision that it names, and count one on.

        None, and nothing changes, when that is not the newest revision any more.
        """
        ...

    async def edits(self, kind: Kind, item_id: str) -> tuple[Edit, ...]:
        """Every saved text of the draft, the newest first."""
        ...

    async def remove(self, kind: Kind, item_id: str) -> bool:
        """Drop the draft with its edits; False when there was none."""
        ...


class Publications(Protocol):
    """Published versions. None of them ever changes, whoever asks."""

    async def publish(
        self,
        item: Item,
        publication: Publication,
        passages: Sequence[Passage] = (),
        vectors: Vectors | None = None,
    ) -> None:
        """Keep the version and offer it in place of any other of its id.

        A question's passages, with a vector each, are found by meaning from now on. A version
        that exists is refused.
        """
        ...

    async def of(self, kind: Kind, item_id: str) -> tuple[Publication, ...]:
        """All publications of an id, the newest first."""
        ...

    async def versions(self, kind: Kind, item_id: str) -> tuple[Item, ...]:
        """All versions of an id, published or of the bank's files, the newest first."""
        ...

    async def offered(self, kind: Kind, item_id: str) -> Item | None:
        """The version that new interviews use, or None."""
        ...

    async def all_offered(self, kind: Kind) -> tuple[Item, ...]:
        """Everything of this kind that new interviews may use, by id."""
        ...

    async def archive(self, kind: Kind, item_id: str, *, by: str, at: datetime) -> bool:
        """Offer no version of it any more; False when none that was published is offered."""
        ...

    async def offer(
        self,
        item: Item,
        passages: Sequence[Passage] = (),
        vectors: Vectors | None = None,
    ) -> None:
        """Offer an archived version again."""
        ...

    async def using(self, kind: Kind, item_id: str) -> tuple[Question | Track, ...]:
        """What is offered and refers to it: questions of a rubric, tracks of a question."""
        ...

    async def shelf(self, kind: Kind, wanted: Wanted) -> Shelf:
        """Lines of the library, those worked on last first."""
        ...


class Imports(Protocol):
    """Files that were read and wait for a person."""

    async def add(self, brought: Brought, items: Sequence[BroughtItem]) -> None:
        """Keep what a file held."""
        ...

    async def get(self, import_id: UUID) -> Brought | None:
        """The import, or None."""
        ...

    async def items(self, import_id: UUID, limit: int = 50) -> tuple[BroughtItem, ...]:
        """The first items of it, in the file's order."""
        ...

    async def take(self, import_id: UUID, *, by: str, at: datetime) -> int:
        """Make drafts of its items where there is none yet, and drop the import; how many."""
        ...

    async def remove(self, import_id: UUID) -> None:
        """Drop it; nothing happens when it is gone."""
        ...


class AuthoringWork(Protocol):
    """What authoring keeps, within one transaction."""

    @property
    def drafts(self) -> Drafts:
        """Items under work."""
        ...

    @property
    def published(self) -> Publications:
        """Published versions."""
        ...

    @property
    def imports(self) -> Imports:
        """Files that wait."""
        ...


class BankFiles(Protocol):
    """Reads and writes files of other tools, apart from whatever else runs."""

    async def read(self, data: bytes, name: str) -> Imported:
        """The drafts of a file; raises BadContent, also for one that takes too long."""
        ...

    async def export(self, named: Format, content: Content) -> Exported:
        """The file of this format, with a report of what is not in it."""
        ...
