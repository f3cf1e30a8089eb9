"""The coach: screen, understand, look up, compose, word, check. The check has the last word.

A graph over ports that keeps nothing between two questions. What was said in interviews reaches it
as data only: no transcript decides what is answered, and a model is handed checked facts alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from app.agent.coach.check import checked
from app.agent.coach.compose import Ask, compose
from app.agent.coach.record import Record
from app.agent.coach.screening import (
    NO_ANSWERS,
    REFERRAL,
    SEALED,
    UNKNOWN,
    asks_for_answers,
    in_crisis,
)
from app.agent.coach.understand import (
    LEAST_INTENT,
    LEAST_NOTE,
    Intents,
    asks_what_was_said,
    described,
    learn,
    named_question,
    ranked,
    subject_of,
)
from app.agent.coach.wording import worded
from app.domain.coaching import CoachAnswer, CoachSentence, Moment, Note, Outcome
from app.domain.question import Question
from app.ports.embeddings import Embedder, Vectors
from app.ports.language import ChatModel, PromptLibrary


@dataclass(frozen=True)
class Found:
    """What a search by meaning brought: places of the person's own words, notes, bank questions."""

    said: tuple[tuple[Moment, str, float], ...] = ()
    notes: tuple[tuple[Note, float], ...] = ()
    bank: tuple[Question, ...] = ()


LookUp = Callable[[Vectors, Record], Awaitable[Found]]


class _State(TypedDict, total=False):
    question: str
    record: Record
    look_up: LookUp
    vector: Vectors
    intent: str
    about: str | None
    found: Found
    blocks: tuple[CoachSentence, ...]
    dropped: int
    answer: CoachAnswer


class Coach:
    """Answers one question at a time."""

    def __init__(
        self,
        *,
        embedder: Embedder,
        prompts: PromptLibrary,
        examples: Mapping[str, Sequence[str]],
        model: ChatModel | None = None,
    ) -> None:
        self._embedder = embedder
        self._prompts = prompts
        self._examples = examples
        self._model = model
        self._intents: Intents | None = None
        self._graph = self._compiled()

    @property
    def model(self) -> str:
        """The model that words the answers; empty where code alone does."""
        return self._model.name if self._model and self._model.capable else ""

    async def answer(self, question: str, record: Record, look_up: LookUp) -> CoachAnswer:
        """The answer; raises EmbeddingUnavailable and StoreUnavailable."""
        begun: _State = {"question": question, "record": record, "look_up": look_up}
        ended = await self._graph.ainvoke(begun)
        answer: CoachAnswer = ended["answer"]
        return answer

    def _compiled(self) -> CompiledStateGraph[_State, None, _State, _State]:
        graph: StateGraph[_State, None, _State, _State] = StateGraph(_State)
        graph.add_node("screen", _screen)
        graph.add_node("understand", self._understand)
        graph.add_node("find", self._find)
        graph.add_node("say", self._say)
        graph.add_node("check", self._check)
        graph.add_edge(START, "screen")
        graph.add_conditional_edges("screen", _over, {True: END, False: "understand"})
        graph.add_conditional_edges("understand", _over, {True: END, False: "find"})
        graph.add_edge("find", "say")
        graph.add_edge("say", "check")
        graph.add_edge("check", END)
        return graph.compile()

    async def _understand(self, state: _State) -> _State:
        record = state["record"]
        if self._intents is None:
            self._intents = await asyncio.to_thread(learn, self._examples, self._embedder)
        asked = {turn.question_id for held in record.held for turn in held.turns} | record.sealed
        questions = tuple(q for q in record.questions.values() if q.id in asked)
        texts = [state["question"], *(described(question) for question in questions)]
        vectors = await asyncio.to_thread(self._embedder.embed, texts)
        intent, likeness = self._intents.nearest(vectors[0])
        about = named_question(state["question"], vectors[0], questions, vectors[1:])
        if about in record.sealed:
            return {"answer": CoachAnswer(Outcome.REFUSED, "sealed", words=SEALED)}
        if intent == "answer" and likeness >= LEAST_INTENT:
            return {"answer": CoachAnswer(Outcome.REFUSED, "answer", words=NO_ANSWERS)}
        intent = intent if likeness >= LEAST_INTENT else "other"
        if intent in ("other", "said", "evidence") and asks_what_was_said(state["question"]):
            intent, about = "said", None
            subject = subject_of(state["question"])
            vectors = await asyncio.to_thread(self._embedder.embed, [subject])
        return {"vector": vectors[0], "intent": intent, "about": about}

    async def _find(self, state: _State) -> _State:
        found = await state["look_up"](state["vector"], state["record"])
        return {"found": replace(found, said=ranked(found.said, subject_of(state["question"])))}

    async def _say(self, state: _State) -> _State:
        found, intent, about = state["found"], state["intent"], state["about"]
        near = tuple(note for note, likeness in found.notes if likeness >= LEAST_NOTE)
        if intent != "feelings" and near and found.notes[0][1] >= LEAST_NOTE + 0.1:
            intent = "feelings"
        if intent == "other" and about is not None:
            intent = "said"
        notes = near or (tuple(note for note, _ in found.notes) if intent == "feelings" else ())
        named = about if intent in _NAMES else None
        ask = Ask(intent, named, found.said, notes, found.bank)
        blocks = compose(ask, state["record"])
        good = tuple(block for block in blocks if checked(block, state["record"]).good)
        spoken = await worded(
            good,
            state["question"],
            model=self._model,
            prompts=self._prompts,
            embedder=self._embedder,
            names=lambda block: _names_in(block, state["record"]),
        )
        return {"blocks": spoken, "intent": intent, "dropped": len(blocks) - len(good)}

    async def _check(self, state: _State) -> _State:
        """What a model changed is checked again; a block that fails is not said."""
        record, blocks = state["record"], state["blocks"]
        kept = tuple(block for block in blocks if checked(block, record).good)
        dropped = len(blocks) - len(kept) + state.get("dropped", 0)
        if not kept:
            return {
                "answer": CoachAnswer(
                    Outcome.UNKNOWN, state["intent"], words=UNKNOWN, dropped=dropped
                )
            }
        outcome, intent = Outcome.ANSWERED, state["intent"]
        return {"answer": CoachAnswer(outcome, intent, kept, "", dropped, self.model)}


_NAMES = frozenset({"weakest", "strongest", "missing", "evidence", "said"})


async def _screen(state: _State) -> _State:
    question = state["question"]
    if in_crisis(question):
        return {"answer": CoachAnswer(Outcome.REFERRED, "crisis", words=REFERRAL)}
    if asks_for_answers(question):
        return {"answer": CoachAnswer(Outcome.REFUSED, "answer", words=NO_ANSWERS)}
    return {}


def _over(state: _State) -> bool:
    return "answer" in state


def _names_in(block: CoachSentence, record: Record) -> tuple[str, ...]:
    """Topics and titles of criteria that other words must keep."""
    topics = {question.topic for question in record.questions.values()}
    titles = {s.title for h in record.held for r in h.reviewed for s in r.criteria}
    return tuple(name for name in topics | titles if name in block.text)
