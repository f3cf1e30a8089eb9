"""The grader: gates, retrieval, a second opinion, a judge, quotes checked by code, a scorecard.

A graph of plain steps over ports. It keeps no memory of its own: the turns it is given are all it
knows, so grading the same revision again gives the same kind of card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph

from app.agent.cards import Graded, graded_card, held_at_lowest, refused_card
from app.agent.case import Answered, Case, GradedExample, Judge, Verdict, supports_of
from app.agent.code_rulings import against_runs
from app.agent.judges import LevelJudge, TextJudge, VotesJudge, YieldToLive
from app.agent.neighbours import Neighbourhood, neighbourhood
from app.agent.second_opinion import OfflineScorer, SecondOpinion
from app.assessment import gates
from app.assessment.gates import Examination
from app.assessment.lexical import asked_stems, point_stems, recall
from app.assessment.scorer.scorer import Scorer
from app.assessment.sentences import sentences_of
from app.domain.interview import Turn
from app.domain.question import Question
from app.domain.scorecard import Scorecard
from app.ports.embeddings import Embedder
from app.ports.errors import PortError
from app.ports.language import ChatModel, PromptLibrary
from app.ports.store import Store


class GradingState(TypedDict, total=False):
    """What flows through the graph."""

    answered: Answered
    case: Case
    examination: Examination
    gates: tuple[str, ...]
    near: Neighbourhood
    second: SecondOpinion
    offline: Verdict
    verdict: Verdict
    judged_by: str | None
    card: Scorecard


class Grader:
    """Grades one question at a time; hold one for the life of the process."""

    def __init__(
        self,
        *,
        store: Store,
        embedder: Embedder,
        scorer: Scorer,
        prompts: PromptLibrary,
        model: ChatModel | None,
        yield_to_live: YieldToLive,
    ) -> None:
        self._store = store
        self._scorer = OfflineScorer(scorer)
        self._embedder = embedder
        self._model = model
        self._judge: Judge | None = None
        if model is not None:
            kind = LevelJudge if model.capable else VotesJudge
            self._judge = kind(model=model, prompts=prompts, yield_to_live=yield_to_live)
        self._graph = self._compiled()

    async def __call__(self, answered: Answered) -> Scorecard:
        """The scorecard; raises PortError when something outside failed and may be tried again."""
        final = await self._graph.ainvoke({"answered": answered})
        card: Scorecard = final["card"]
        return card

    def _compiled(self) -> Any:  # noqa: ANN401 - the compiled graph's type has no public name
        graph = StateGraph(GradingState)
        graph.add_node("gate", self._gate)
        graph.add_node("refuse", self._refuse)
        graph.add_node("retrieve", self._retrieve)
        graph.add_node("compare", self._compared)
        graph.add_node("judge", self._judged)
        graph.add_node("score", self._score)
        graph.add_edge(START, "gate")
        graph.add_conditional_edges("gate", _after_gate, ["refuse", "retrieve"])
        graph.add_edge("retrieve", "compare")
        graph.add_edge("compare", "judge")
        graph.add_edge("judge", "score")
        graph.add_edge("refuse", END)
        graph.add_edge("score", END)
        return graph.compile()

    async def _gate(self, state: GradingState) -> GradingState:
        answered = state["answered"]
        question = answered.question
        left_out = {turn.index: why for turn in answered.turns if (why := _left_out(turn))}
        heard_turns = [turn for turn in answered.turns if turn.index not in left_out]
        sentences = sentences_of((turn.index, turn.heard) for turn in heard_turns)
        case = Case(question, answered.rubric, answered.turns, sentences)
        examination = gates.examine(
            sentences,
            case.wordings,
            question.points,
            _mean_probability(heard_turns),
            left_out=_together(tuple(left_out.values())),
        )
        kept = replace(case, sentences=examination.kept)
        return {"case": kept, "examination": examination, "gates": examination.gates}

    async def _refuse(self, state: GradingState) -> GradingState:
        return {"card": refused_card(state["answered"], state["examination"])}

    async def _retrieve(self, state: GradingState) -> GradingState:
        answered, case = state["answered"], state["case"]
        near = await neighbourhood(case, store=self._store, embedder=self._embedder)
        supports = await supports_of(case, self._embedder)
        found = state["gates"]
        said = _most_said(case)
        if near.known and not case.experience and gates.off_topic(near.own, near.other, said):
            found = (*found, gates.OFF_TOPIC)
        case = replace(case, supports=supports, examples=_examples(answered.question, near))
        return {"case": case, "near": near, "gates": found}

    async def _compared(self, state: GradingState) -> GradingState:
        second = await self._scorer(state["case"])
        return {"second": second, "gates": (*state["gates"], *second.gates)}

    async def _judged(self, state: GradingState) -> GradingState:
        case = state["case"]
        offline = await TextJudge().judge(case)
        if gates.EMPTY_OF_CONTENT & set(state["gates"]):
            held = held_at_lowest(offline, case, state["gates"])
            return {"offline": offline, "verdict": held, "judged_by": None}
        if self._judge is None or self._model is None:
            return {"offline": offline, "verdict": offline, "judged_by": None}
        try:
            verdict = await self._judge.judge(case)
        except PortError:
            if not state["answered"].last_try:
                raise
            return {"offline": offline, "verdict": offline, "judged_by": None}
        return {"offline": offline, "verdict": verdict, "judged_by": self._model.name}

    async def _score(self, state: GradingState) -> GradingState:
        capable = self._model is not None and self._model.capable
        graded = Graded(
            answered=state["answered"],
            case=state["case"],
            gates=tuple(dict.fromkeys(state["gates"])),
            verdict=state["verdict"],
            offline=state["offline"],
            second=state["second"],
            scorer=self._scorer.name,
            judged_by=state["judged_by"],
            capable=capable and state["judged_by"] is not None,
        )
        return {"card": against_runs(graded_card(graded), state["answered"].turns)}


def _after_gate(state: GradingState) -> str:
    return "refuse" if state["examination"].ungraded is not None else "retrieve"


def _left_out(turn: Turn) -> Examination | None:
    """Why a turn's words can't be graded; what was typed or corrected was not misheard."""
    if not turn.typed and turn.amendment is None:
        why = gates.unheard(turn.heard, unreliable=turn.unreliable, language=turn.language)
        if why is not None:
            return why
    return gates.garbled(turn.heard)


def _together(left_out: Sequence[Examination]) -> Examination | None:
    found = tuple(dict.fromkeys(gate for why in left_out for gate in why.gates))
    return replace(left_out[0], gates=found) if left_out else None


def _mean_probability(turns: Sequence[Turn]) -> float | None:
    """How surely the words were heard; None where the speaker typed or corrected them."""
    words = [w for t in turns if not t.typed and t.amendment is None for w in t.words]
    return sum(word.probability for word in words) / len(words) if words else None


def _most_said(case: Case) -> float:
    asked = asked_stems(case.wordings)
    return max(recall(point_stems(p, asked), case.said) for p in case.question.points)


def _examples(question: Question, near: Neighbourhood) -> tuple[GradedExample, ...]:
    """The nearest authored exemplars, nearest first; the authored order where none was found."""
    levels = {exemplar.answer: dict(exemplar.levels) for exemplar in question.exemplars}
    found = [text for text in near.exemplars if text in levels] or list(levels)
    return tuple(GradedExample(text, levels[text]) for text in found[:5])
