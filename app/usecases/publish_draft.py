"""Publish, archive and offer again. A person does it, by name; nothing here starts by itself."""

from __future__ import annotations

import asyncio
from datetime import datetime

import numpy as np

from app.domain.authoring import Draft, Item, Kind, Publication
from app.domain.errors import EditedMeanwhile, NotPublishable
from app.domain.question import Question
from app.ports.embeddings import Embedder, Vectors
from app.ports.store import Passage, Store
from app.usecases.check_draft import check_draft
from app.usecases.load_bank import passages_of


async def publish_draft(
    store: Store, embedder: Embedder, draft: Draft, *, by: str, reason: str, now: datetime
) -> Item:
    """Make a version of the draft that was looked at; the draft is dropped.

    Raises:
        NotPublishable: it has errors, or warnings without a reason.
        EditedMeanwhile: somebody saved another text since.
        EmbeddingUnavailable: nothing was changed.
    """
    checked = await check_draft(store, embedder, draft.kind, draft.id, draft.body)
    if checked.errors or checked.item is None:
        count = len(checked.errors)
        raise NotPublishable(f"{count} {'error stops' if count == 1 else 'errors stop'} it")
    if checked.warnings and not reason.strip():
        raise NotPublishable("write why you publish it with its warnings")
    accepted = tuple(finding.line for finding in checked.warnings)
    passages, vectors = await _embedded(embedder, checked.item)
    publication = Publication(
        draft.kind, draft.id, checked.item.version, by, now, reason.strip(), accepted
    )
    async with store.begin() as work:
        now_kept = await work.authoring.drafts.get(draft.kind, draft.id)
        if now_kept is None or now_kept.revision != draft.revision:
            raise EditedMeanwhile("somebody saved this draft since you looked at it")
        await work.authoring.published.publish(checked.item, publication, passages, vectors)
        await work.authoring.drafts.remove(draft.kind, draft.id)
    return checked.item


async def archive_item(store: Store, kind: Kind, item_id: str, *, by: str, now: datetime) -> None:
    """Offer it no more; interviews that have it keep it.

    Raises:
        NotPublishable: something still refers to it, or nothing of it was published here.
    """
    async with store.begin() as work:
        users = await work.authoring.published.using(kind, item_id)
        if users:
            named = ", ".join(user.id for user in users[:5])
            raise NotPublishable(f"it is still used by {named}; change that first")
        if not await work.authoring.published.archive(kind, item_id, by=by, at=now):
            raise NotPublishable("only what was published here can be archived")


async def offer_again(store: Store, embedder: Embedder, kind: Kind, item_id: str) -> None:
    """Offer the newest version that was published.

    Raises:
        NotPublishable: nothing of it was ever published here.
        EmbeddingUnavailable: nothing was changed.
    """
    async with store.begin() as work:
        told = await work.authoring.published.of(kind, item_id)
        versions = await work.authoring.published.versions(kind, item_id)
    newest = next((i for i in versions if told and i.version == told[0].version), None)
    if newest is None:
        raise NotPublishable("no version of it was published here")
    passages, vectors = await _embedded(embedder, newest)
    async with store.begin() as work:
        await work.authoring.published.offer(newest, passages, vectors)


async def _embedded(embedder: Embedder, item: Item) -> tuple[tuple[Passage, ...], Vectors]:
    if not isinstance(item, Question):
        return (), np.zeros((0, embedder.dimensions), np.float32)
    passages = tuple(passages_of(item))
    vectors = await asyncio.to_thread(embedder.embed, [passage.text for passage in passages])
    return passages, vectors
