"""Start, save and drop drafts. Two people at one draft never lose each other's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.authoring import Body, Draft, Item, Kind, body_of, settled, slug_of
from app.domain.errors import BadContent, EditedMeanwhile, IdTaken
from app.ports.store import Store, UnitOfWork

EMPTY: dict[Kind, dict[str, Any]] = {
    Kind.RUBRIC: {
        "title": "",
        "criteria": [
            {"title": "", "weight": 1.0, "levels": [{"level": n, "anchor": ""} for n in range(4)]}
            for _ in range(2)
        ],
    },
    Kind.QUESTION: {
        "text": "",
        "kind": "concept",
        "difficulty": "medium",
        "points": [{"text": ""}, {"text": ""}],
        "probes": [{"ask": ""}],
    },
    Kind.TRACK: {"title": "", "summary": "", "minutes": 15, "asks": 3, "questions": []},
}
_MOST_TRIES = 50


async def new_draft(
    store: Store, kind: Kind, title: str, *, by: str, now: datetime, body: Body | None = None
) -> Draft:
    """A draft with an id of its own, made of its title.

    Raises:
        BadContent: no letter or digit is in the title.
    """
    named = "text" if kind is Kind.QUESTION else "title"
    filled = {**EMPTY[kind], **(body or {}), named: title.strip()}
    wanted = slug_of(title[:60])
    if not wanted:
        raise BadContent("expected a title with letters or digits")
    async with store.begin() as work:
        item_id = await free_id(work, kind, wanted)
        draft = Draft(kind, item_id, filled, by, now, origin="written here")
        if not await work.authoring.drafts.add(draft):
            raise IdTaken(f"somebody took the id {item_id!r} just now; try again")
    return draft


async def draft_of_version(
    store: Store, kind: Kind, item_id: str, version: int, *, by: str, now: datetime
) -> Draft | None:
    """The draft of an item; made of this version where there is none. None: no such version."""
    async with store.begin() as work:
        known = await work.authoring.drafts.get(kind, item_id)
        if known is not None:
            return known
        item = _version(await work.authoring.published.versions(kind, item_id), version)
        if item is None:
            return None
        draft = Draft(
            kind, item_id, body_of(item), by, now, base=version, origin=f"version {version}"
        )
        if not await work.authoring.drafts.add(draft):
            raise IdTaken("somebody opened a draft of it just now; load the page again")
    return draft


async def copy_item(
    store: Store, kind: Kind, item_id: str, *, by: str, now: datetime
) -> Draft | None:
    """A draft with another id and the same text, of the draft or else the newest version."""
    async with store.begin() as work:
        known = await work.authoring.drafts.get(kind, item_id)
        versions = await work.authoring.published.versions(kind, item_id)
        if known is None and not versions:
            return None
        body = known.body if known is not None else body_of(versions[0])
        new_id = await free_id(work, kind, f"{item_id[:70]}-copy")
        draft = Draft(kind, new_id, body, by, now, origin=f"copy of {item_id}")
        await work.authoring.drafts.add(draft)
    return draft


async def save_draft(store: Store, draft: Draft, *, now: datetime) -> Draft:
    """Keep the body over the revision that was opened.

    Raises:
        EditedMeanwhile: somebody saved since; theirs stands, and nothing of this is kept.
    """
    async with store.begin() as work:
        kept = await work.authoring.drafts.save(replace(draft, at=now))
    if kept is None:
        raise EditedMeanwhile("somebody saved this draft since you opened it")
    return kept


async def text_of(store: Store, kind: Kind, item_id: str, named: str) -> Body | None:
    """The text that `draft`, `v2` (a version) or `e3` (an edit of the draft) names, or None."""
    number = int(named[1:]) if named[1:].isdecimal() and len(named) < 9 else 0
    async with store.begin() as work:
        if named == "draft":
            draft = await work.authoring.drafts.get(kind, item_id)
            return settled(kind, item_id, draft.body) if draft is not None else None
        if named.startswith("e"):
            edits = await work.authoring.drafts.edits(kind, item_id)
            bodies = (edit.body for edit in edits if edit.revision == number)
            return next((settled(kind, item_id, body) for body in bodies), None)
        item = _version(await work.authoring.published.versions(kind, item_id), number)
    return body_of(item) if item is not None else None


async def free_id(work: UnitOfWork, kind: Kind, wanted: str) -> str:
    """The id, or the first one after it that no draft and no version has."""
    for count in range(1, _MOST_TRIES):
        named = wanted if count == 1 else f"{wanted[:76]}-{count}"
        taken = await work.authoring.drafts.get(kind, named)
        if taken is None and not await work.authoring.published.versions(kind, named):
            return named
    raise IdTaken(f"{_MOST_TRIES} items are called {wanted!r}; choose another title")


def _version(versions: tuple[Item, ...], version: int) -> Item | None:
    return next((item for item in versions if item.version == version), None)
