"""What the interviewer says next: a graph that runs once per turn, over the turns alone.

It keeps no state of an interview but the authored questions, so it can be cancelled at any time and
run again. The bank's follow-up is always ready; a capable model's is waited for briefly.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict
from uuid import UUID

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from app.agent.budget import follow_ups_left, move_on
from app.agent.candidates import (
    ASKABLE,
    Candidate,
    authored,
    best,
    composed,
    invited,
    may_be_led_in,
    of_code,
    simpler,
    terms_said,
)
from app.agent.code_probes import challenging, worded
from app.agent.code_reader import CodeReader
from app.agent.coverage import Coverage, without
from app.agent.order import next_question
from app.agent.plans import asking, asking_next, closing, following_up, to_invite
from app.agent.proposal import Writer
from app.agent.scene import Scene, asked_ids, scene_of
from app.agent.wording import (
    greeting,
    in_other_words,
    invitation,
)
from app.assessment.attempts import Attempt
from app.assessment.probes import faults_of_wording
from app.domain.errors import BadContent
from app.domain.interview import Interview, Turn
from app.domain.plan import Plan
from app.domain.question import Question
from app.ports.embeddings import Embedder
from app.ports.errors import EmbeddingUnavailable
from app.ports.language import ChatModel, PromptLibrary
from app.ports.store import Store

MOST_PHRASES = 2
_KEPT_INTERVIEWS = 64


class _State(TypedDict, total=False):
    """What flows through the graph in one turn."""

    interview: Interview
    turns: tuple[Turn, ...]
    at_s: float
    graded: Mapping[str, float] | None
    pool: tuple[Question, ...]
    scene: Scene
    shares: Mapping[str, float]
    candidates: tuple[Candidate, ...]
    plan: Plan


class Interviewer:
    """Plans every utterance of the interviewer."""

    def __init__(
        self,
        *,
        store: Store,
        embedder: Embedder,
        model: ChatModel | None = None,
        prompts: PromptLibrary | None = None,
        plan_timeout: float = 2.5,
        reader: CodeReader | None = None,
    ) -> None:
        """Build the graph once; `reader` tells what is known of a piece of code."""
        self._store = store
        self._coverage = Coverage(embedder)
        self._writer = Writer(model, prompts, plan_timeout)
        self._reader = reader or CodeReader()
        self._patience = plan_timeout
        self._pools: OrderedDict[UUID, tuple[Question, ...]] = OrderedDict()
        self._graph = self._built()

    async def opening(self, interview: Interview) -> Plan:
        """The greeting and the first question."""
        pool = await self._pool(interview)
        if interview.code:
            self._reader.begin(interview.code, interview.code_language)
        question = next_question(interview, pool, {}, turn=0)
        if question is None:
            raise BadContent("expected a track with questions, found none that are known")
        plan = asking(question, greeting(interview, min(interview.asks, len(pool))), 1)
        return replace(plan, why="It is the first question.")

    async def plan(
        self,
        interview: Interview,
        turns: tuple[Turn, ...],
        at_s: float,
        shares: Mapping[str, float] | None = None,
    ) -> Plan:
        """The next utterance after the newest turn; `shares` are graded answers by question id."""
        if not turns:
            return await self.opening(interview)
        state = _State(interview=interview, turns=turns, at_s=at_s, graded=shares)
        found = await self._graph.ainvoke(state)
        plan: Plan = found["plan"]
        return plan

    async def rephrase(self, interview: Interview, turns: tuple[Turn, ...]) -> str:
        """The open question in other words: the author's, else the model's, else once more."""
        if not turns:
            return (await self.opening(interview)).question
        last = turns[-1]
        question = await self._question(interview, last.question_id)
        if last.kind == "question" and question.rephrased:
            return question.rephrased
        wording = await self._writer.reword(last.question, [t.question for t in turns])
        said = " ".join(turn.heard for turn in turns if turn.question_id == question.id)
        if wording and not faults_of_wording(wording, question, said):
            return wording
        return in_other_words(last.question)

    async def _load(self, state: _State) -> _State:
        """The questions, and what was said to the one on the table."""
        interview, turns = state["interview"], state["turns"]
        pool = await self._pool(interview)
        question = await self._question(interview, turns[-1].question_id)
        scene = scene_of(interview, turns, state["at_s"], question, pool)
        return _State(pool=pool, scene=scene)

    async def _cover(self, state: _State) -> _State:
        """Which reference points the answers cover."""
        scene = state["scene"]
        return _State(shares=await self._coverage.of(scene.question, scene.answers))

    async def _propose(self, state: _State) -> _State:
        """All follow-ups that could be asked."""
        scene, shares = state["scene"], state["shares"]
        if to_invite(scene):
            ask = invitation(scene.attempt, scene.asked)
            return _State(candidates=(invited(ask, scene),) if ask else ())
        if scene.attempt in {Attempt.UNKNOWN, Attempt.INJECTED, Attempt.ASKING}:
            return _State(candidates=tuple(simpler(scene)))
        found = [*authored(scene, shares)]
        if scene.code.strip():
            language = scene.interview.code_language
            facts = await self._reader.facts(scene.code, language, self._patience)
            found += [*challenging(scene, facts), *of_code(scene, facts)]
        found += composed(scene, shares, await self._led_in(state))
        if self._writer.ready:
            written = await self._writer.probe(scene, shares, self._coverage)
            found += [written] if written is not None else []
        return _State(candidates=tuple(found))

    async def _choose(self, state: _State) -> _State:
        """The worthiest follow-up that keeps the rules, if it is worth asking at all."""
        scene = state["scene"]
        worthy = [c for c in state["candidates"] if c.worth >= ASKABLE]
        chosen = best(worthy, scene, state["shares"])
        if chosen is None:
            return _State()
        chosen = await worded(chosen, scene, self._writer)
        return _State(plan=following_up(chosen, scene))

    async def _advance(self, state: _State) -> _State:
        """The next question, or the end."""
        scene, interview = state["scene"], state["interview"]
        done = scene.question.id
        question = None
        if move_on(scene.standing) == "question":
            results = await self._results(state)
            question = next_question(interview, scene.ahead, results, turn=len(state["turns"]))
        if question is None:
            return _State(plan=closing(scene))
        plan = asking_next(question, scene)
        why = f"It is question {plan.number} of {scene.number + scene.standing.questions_left}."
        return _State(plan=replace(plan, done=done, why=why))

    async def _led_in(self, state: _State) -> dict[tuple[str, str], float]:
        """How near the technical terms that were said are to the probes that are still open."""
        scene, shares = state["scene"], state["shares"]
        terms = [t for q in (scene.question, *state["pool"]) for p in q.points for t in p.terms]
        phrases = [phrase.text for phrase in terms_said(scene, terms)[:MOST_PHRASES]]
        probes = [
            (place, probe)
            for place, probe in enumerate(scene.question.probes)
            if may_be_led_in(probe, scene) and shares.get(probe.point or "", 0.0) < 1.0
        ]
        if not phrases or not probes:
            return {}
        try:
            own = await self._coverage.vectors_of(scene.question)
            said = without(await self._coverage.texts(phrases), own.question)
        except EmbeddingUnavailable:
            return {}
        likeness = said @ own.probes.T
        return {
            (phrase, probe.id): float(likeness[row, place])
            for row, phrase in enumerate(phrases)
            for place, probe in probes
        }

    async def _results(self, state: _State) -> dict[str, tuple[Question, float]]:
        """Shares of the answered questions: graded where they are, else by coverage."""
        interview, graded = state["interview"], state.get("graded") or {}
        found: dict[str, tuple[Question, float]] = {}
        if interview.order != "adaptive":
            return found
        for question_id in asked_ids(state["turns"]):
            question = await self._question(interview, question_id)
            share = graded.get(question_id)
            if share is None:
                own = [t.heard for t in state["turns"] if t.question_id == question_id]
                covered = await self._coverage.of(question, own)
                share = sum(covered.values()) / len(covered)
            found[question_id] = (question, share)
        return found

    async def _pool(self, interview: Interview) -> tuple[Question, ...]:
        """The questions of this interview, kept so that they don't change under it."""
        if interview.id not in self._pools:
            async with self._store.begin() as work:
                ids = interview.question_ids
                if not ids and (track := await work.library.track(interview.track_id)):
                    ids = track.questions
                self._pools[interview.id] = await work.library.of(interview.id).questions(ids)
            while len(self._pools) > _KEPT_INTERVIEWS:
                self._pools.popitem(last=False)
        return self._pools[interview.id]

    async def _question(self, interview: Interview, question_id: str) -> Question:
        pool = await self._pool(interview)
        known = next((q for q in pool if q.id == question_id), None)
        if known is None:
            async with self._store.begin() as work:
                known = await work.library.of(interview.id).question(question_id)
        if known is None:
            raise BadContent(f"expected a known question, found {question_id!r}")
        return known

    def _built(self) -> CompiledStateGraph[_State, None, _State, _State]:
        graph = StateGraph(_State)
        graph.add_node("load", self._load)
        graph.add_node("cover", self._cover)
        graph.add_node("propose", self._propose)
        graph.add_node("choose", self._choose)
        graph.add_node("advance", self._advance)
        graph.add_edge(START, "load")
        graph.add_conditional_edges("load", _after_loading, ["cover", "advance"])
        graph.add_edge("cover", "propose")
        graph.add_edge("propose", "choose")
        graph.add_conditional_edges("choose", _after_choosing, ["advance", END])
        graph.add_edge("advance", END)
        return graph.compile()


def _after_loading(state: _State) -> str:
    return "cover" if follow_ups_left(state["scene"].standing) > 0 else "advance"


def _after_choosing(state: _State) -> str:
    return END if "plan" in state else "advance"
