"""Notices, receipts and the rows of each modality in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.consent import Modality
from app.domain.notice import Notice
from app.domain.retention import Erasure, clock_begins

if TYPE_CHECKING:
    from tests.fakes.store import State


@dataclass
class ReceiptRows:
    """What is kept beside interviews, and outlives them."""

    notices: dict[str, Notice] = field(default_factory=dict)
    erasures: dict[UUID, Erasure] = field(default_factory=dict)


class FakeReceipts:
    def __init__(self, state: State) -> None:
        self._state = state

    async def shown(self, notice: Notice) -> None:
        self._state.notices.setdefault(notice.version, notice)

    async def texts(self, versions: Sequence[str]) -> dict[str, Notice]:
        kept = self._state.notices
        return {version: kept[version] for version in versions if version in kept}

    async def add(self, erasure: Erasure) -> None:
        self._state.erasures[erasure.id] = erasure

    async def get(self, erasure_id: UUID) -> Erasure | None:
        return self._state.erasures.get(erasure_id)

    async def of(self, interview_id: UUID) -> tuple[Erasure, ...]:
        theirs = [e for e in self._state.erasures.values() if e.interview_id == interview_id]
        return tuple(sorted(theirs, key=lambda e: (e.at, e.id)))

    async def forget(self, interview_id: UUID, modality: Modality) -> int:
        state = self._state
        if modality is Modality.RECORDING:
            before = len(state.recordings)
            state.recordings = {k: r for k, r in state.recordings.items() if k[0] != interview_id}
            return before - len(state.recordings)
        if modality is Modality.VIDEO:
            before = len(state.readings)
            state.readings = {k: r for k, r in state.readings.items() if k[0] != interview_id}
            return before - len(state.readings)
        if modality is Modality.VOICE:
            return len(state.stress.pop(interview_id, ()))
        if modality is not Modality.DELIVERY:
            return 0
        spoken = [key for key in state.voices if key[0] == interview_id]
        state.voices = {key: v for key, v in state.voices.items() if key not in spoken}
        mine = [t for t in state.turns.values() if t.interview_id == interview_id]
        held = [t for t in mine if t.filler_words is not None]
        state.turns |= {t.id: replace(t, filler_words=None) for t in held}
        return len(held) + len(spoken)

    async def rows(self, interview_id: UUID) -> dict[str, tuple[Mapping[str, object], ...]]:
        mine = [t for t in self._state.turns.values() if t.interview_id == interview_id]
        return {"turns": tuple({"index": turn.index} for turn in mine), "code_versions": ()}

    async def holding(
        self, modality: Modality, *, before: datetime | None = None
    ) -> tuple[UUID, ...]:
        owners = self._owners(modality)
        kept = [i for key, i in self._state.interviews.items() if key in owners]
        if before is None:
            return tuple(sorted(i.id for i in kept if not i.agreed(modality)))
        return tuple(sorted(i.id for i in kept if clock_begins(i) < before))

    async def older(self, before: datetime) -> tuple[UUID, ...]:
        every = self._state.interviews.values()
        return tuple(sorted(i.id for i in every if clock_begins(i) < before))

    def _owners(self, modality: Modality) -> set[UUID]:
        state = self._state
        if modality is Modality.RECORDING:
            return {owner for owner, _ in state.recordings}
        if modality is Modality.VIDEO:
            return {owner for owner, _ in state.readings}
        if modality is Modality.DELIVERY:
            filled = [t for t in state.turns.values() if t.filler_words is not None]
            return {t.interview_id for t in filled} | {owner for owner, _ in state.voices}
        if modality is Modality.VOICE:
            return set(state.stress)
        return set()
