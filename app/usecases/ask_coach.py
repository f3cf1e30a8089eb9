"""Ask the coach: find what the person said by meaning, let the coach answer, keep the exchange."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from app.agent.coach.coach import Coach, Found
from app.agent.coach.record import Held, Record, moment_of
from app.assessment.quotes import cited
from app.assessment.sentences import Sentence, sentences_of
from app.domain.coaching import (
    LOCAL,
    MOST_QUESTION,
    CoachAnswer,
    Exchange,
    Moment,
    Note,
    Outcome,
)
from app.domain.errors import BadContent
from app.domain.question import Question
from app.ports.coaching import Coaching, Place
from app.ports.embeddings import Embedder, Vectors
from app.ports.store import Store
from app.usecases.own_record import own_record, with_questions

PLACES = 12
NOTES = 3
BANK = 8


def person_of(owner_id: UUID | None) -> str:
    """The key under which the coach keeps what belongs to somebody."""
    return str(owner_id) if owner_id is not None else LOCAL


def _now() -> datetime:
    return datetime.now(UTC)


class AskCoach:
    """Takes a question, and answers it later: the page shows the question at once."""

    def __init__(
        self,
        *,
        store: Store,
        coaching: Coaching,
        coach: Coach,
        embedder: Embedder,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._coaching = coaching
        self._coach = coach
        self._embedder = embedder
        self._clock = clock

    @property
    def kept(self) -> Coaching:
        """Where exchanges, notes, drills and goals are kept."""
        return self._coaching

    async def take(self, owner_id: UUID | None, question: str) -> Exchange:
        """Keep the question; raises BadContent when it is empty or too long."""
        text = " ".join(question.split())
        if not text or len(text) > MOST_QUESTION:
            found = len(text)
            raise BadContent(f"expected 1 to {MOST_QUESTION} characters, found {found}")
        open_answer = CoachAnswer(Outcome.ASKED, "")
        exchange = Exchange(uuid4(), person_of(owner_id), self._clock(), text, open_answer)
        await self._coaching.keep(exchange)
        return exchange

    async def answer(self, owner_id: UUID | None, exchange_id: UUID) -> Exchange | None:
        """The exchange with its answer, made now unless there is one; None when it is not theirs.

        Raises:
            EmbeddingUnavailable, StoreUnavailable: it may be asked for again.
        """
        exchange = await self.of(owner_id, exchange_id)
        if exchange is None or exchange.answer.outcome is not Outcome.ASKED:
            return exchange
        notes = await self._coaching.notes()
        record = await own_record(self._store, owner_id, now=self._clock(), notes=notes)
        await self._index(record)
        bank = await self._bank(exchange.question, record)
        whole = with_questions(record, bank)

        async def look_up(vector: Vectors, _: Record) -> Found:
            said = await self._said(vector, whole)
            return Found(said, await self._coaching.nearest_notes(vector, NOTES), bank)

        answer = await self._coach.answer(exchange.question, whole, look_up)
        done = replace(exchange, answer=answer)
        return done if await self._coaching.keep(done) else None

    async def of(self, owner_id: UUID | None, exchange_id: UUID) -> Exchange | None:
        """An exchange of this person, or None."""
        exchange = await self._coaching.exchange(exchange_id)
        mine = exchange is not None and exchange.person == person_of(owner_id)
        return exchange if mine else None

    async def rate(
        self, owner_id: UUID | None, exchange_id: UUID, *, helpful: bool
    ) -> Exchange | None:
        """Keep whether it helped; None when it is not theirs."""
        exchange = await self.of(owner_id, exchange_id)
        if exchange is None:
            return None
        rated = replace(exchange, helpful=helpful)
        return rated if await self._coaching.keep(rated) else None

    async def hand_off(self, owner_id: UUID | None, exchange_id: UUID) -> Exchange | None:
        """Pass the question on to a person; None when it is not theirs."""
        exchange = await self.of(owner_id, exchange_id)
        if exchange is None:
            return None
        handed = replace(exchange, handed_off=True)
        return handed if await self._coaching.keep(handed) else None

    async def publish(self, note: Note) -> bool:
        """Put a version of a note in use; False when this version exists already."""
        vectors = await asyncio.to_thread(self._embedder.embed, [note.searched])
        return await self._coaching.publish(note, vectors[0])

    async def publish_new(self, notes: Sequence[Note]) -> int:
        """Put those in use that were never kept in this version; how many."""
        known = {(n.id, n.version) for i in notes for n in await self._coaching.history(i.id)}
        new = [note for note in notes if (note.id, note.version) not in known]
        return sum([await self.publish(note) for note in new])

    async def resolve(self, exchange_id: UUID, by: str) -> bool:
        """Take a question off the educators' list; False when it does not stand there."""
        exchange = await self._coaching.exchange(exchange_id)
        if exchange is None or not exchange.asks_for_a_person:
            return False
        return await self._coaching.keep(replace(exchange, resolved_by=by))

    async def _bank(self, question: str, record: Record) -> tuple[Question, ...]:
        """Questions of the bank on the subject that were not asked yet, none of them sealed."""
        vectors = await asyncio.to_thread(self._embedder.embed, [question])
        async with self._store.begin() as work:
            near = await work.library.nearest(vectors[0], kinds=("question",), limit=BANK)
            ids = dict.fromkeys(p.question_id for p in near if p.question_id not in record.sealed)
            found = await work.library.questions(tuple(ids))
        return tuple(question for question in found if question.id not in record.questions)

    async def _said(self, vector: Vectors, record: Record) -> tuple[tuple[Moment, str, float], ...]:
        ids = [held.interview.id for held in record.held]
        found = []
        for place in await self._coaching.nearest(vector, ids, PLACES) if ids else ():
            held = record.of(place.interview_id)
            turn = held.turn(place.turn) if held else None
            if held is None or turn is None or turn.question_id in record.sealed:
                continue
            words = " ".join(turn.heard.split()[place.first : place.last])
            sentence = Sentence(0, words, place.turn, place.first, place.last)
            evidence = cited(sentence, turn)
            if evidence is not None:
                moment = moment_of(held, evidence)
                found.append((moment, turn.question_id, place.likeness or 0.0))
        return tuple(found)

    async def _index(self, record: Record) -> None:
        """Embed the sentences of interviews that are new or were amended."""
        known = await self._coaching.digests([held.interview.id for held in record.held])
        for held in record.held:
            digest = _digest(held)
            if known.get(held.interview.id) == digest:
                continue
            sentences = _sentences(held)
            texts = [sentence.text for sentence in sentences]
            vectors = await asyncio.to_thread(self._embedder.embed, texts or ["nothing"])
            places = [Place(held.interview.id, s.turn, s.first, s.last) for s in sentences]
            await self._coaching.index(held.interview.id, digest, places, vectors[: len(places)])


def _sentences(held: Held) -> Sequence[Sentence]:
    return sentences_of((turn.index, turn.heard) for turn in held.turns if not turn.skipped)


def _digest(held: Held) -> str:
    heard = [(turn.index, turn.heard) for turn in held.turns if not turn.skipped]
    return hashlib.sha256(repr(heard).encode()).hexdigest()[:32]
