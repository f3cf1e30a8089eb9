"""Perform what the session asks for: think ahead, store, speak, show."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from app.delivery.voiced import with_silence_of
from app.dialogue import effects as fx
from app.dialogue.asides import ASIDES
from app.dialogue.events import Judged, Overheard, Planned, Played, Recognised
from app.domain.plan import Plan
from app.ports.errors import PortError
from app.usecases.ear import STOPS_AFTER_SECONDS
from app.usecases.line import loop_time
from app.usecases.measure_turns import Stopwatch
from app.usecases.mouth import Mouth
from app.usecases.sitting import Sitting
from app.usecases.speculate import Speculation

log = logging.getLogger(__name__)

PLAN_SECONDS = 15.0
JUDGE_LAST_SECONDS = 8.0
REPHRASE_SECONDS = 6.0
BREATH_SECONDS = 0.15  # many pauses between clauses are over by then, and cost no recognition
LONGEST_BREATH_SECONDS = 1.2  # hardly a pause of people who go on is longer
ACKNOWLEDGED = "Of course."  # short, and made once: our voice begins at once
GLANCE_SECONDS = 0.05
RESPONSE_SECONDS = 1.6  # from the beginning of recognition to our first word, on two cores


_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")


class Performer:
    """Performs effects, one after the other; what takes long comes back as an event."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self._speculation = Speculation(sitting)
        self._ducked = False
        self._heard_at: float | None = None
        self._watch = Stopwatch()
        rate = 0.8 if "slower_speech" in sitting.interview.accommodations else 1.0
        self._mouth = Mouth(
            sitting.parts.engines,
            rate=rate,
            played=lambda utterance: sitting.happened(Played(sitting.now, utterance)),
            began=self._first_audio,
            failed=lambda: sitting.line.screen.notice("voice_off"),
            took=lambda seconds: self._watch.took("speak", seconds),
        )
        self._perform: dict[type[fx.Effect], Callable[[Any], Awaitable[None]]] = {
            fx.Judge: self._judge,
            fx.Recognise: self._recognise,
            fx.Overhear: self._overhear,
            fx.MakePlan: self._plan,
            fx.Prepare: self._prepare,
            fx.DropSpeculation: self._drop,
            fx.StoreAnswer: self._store_answer,
            fx.ReopenAnswer: self._reopen,
            fx.ForgetSpeech: self._forget,
            fx.OpenTurn: self._open_turn,
            fx.Say: self._say,
            fx.StopSpeaking: self._stop,
            fx.Duck: self._duck,
            fx.Hint: self._hint,
            fx.Notify: self._notify,
            fx.Close: self._close,
        }

    async def perform(self, effect: fx.Effect) -> None:
        """Do this now."""
        await self._perform[type(effect)](effect)

    def left(self) -> None:
        """Nobody waits for our next word."""
        self._heard_at = None

    async def shut(self) -> None:
        """Stop all work and fall silent."""
        self._speculation.drop()
        await self._mouth.stop(None)

    async def _judge(self, effect: fx.Judge) -> None:
        pcm = self._sitting.ear.answer.last(JUDGE_LAST_SECONDS)
        if not effect.second:
            pcm = with_silence_of(pcm, STOPS_AFTER_SECONDS)

        async def judge() -> None:
            with self._watch.time("judge"):
                probability = await self._sitting.parts.engines.complete(pcm)
            self._sitting.happened(
                Judged(self._sitting.now, effect.attempt, probability, effect.second)
            )

        self._speculation.begin(judge, effect.attempt, "judge")

    async def _recognise(self, effect: fx.Recognise) -> None:
        answer = self._sitting.ear.answer

        async def recognise() -> None:
            await self._breathe()
            with self._watch.time("recognise"):
                heard = await answer.recognise()
            self._sitting.happened(Recognised(self._sitting.now, effect.attempt, heard))
            await self._sitting.line.screen.heard(
                self._sitting.session.turn, heard.words, final=False
            )

        self._speculation.begin(recognise, effect.attempt, "hear")

    async def _breathe(self) -> None:
        """Wait with the words while there is time: who goes on speaking costs no recognition."""
        began = loop_time()
        while not self._sitting.session.finishing:
            ends = self._loop_time_of(self._sitting.session.deadline)
            spare = 0.0 if ends is None else ends - began - RESPONSE_SECONDS
            least = BREATH_SECONDS if spare > 0 else 0.0
            breath = min(max(spare, least), LONGEST_BREATH_SECONDS)
            left = began + breath - loop_time()
            if left <= 0.001:
                return
            await asyncio.sleep(min(left, GLANCE_SECONDS))

    async def _overhear(self, effect: fx.Overhear) -> None:
        answer = self._sitting.ear.answer

        async def overhear() -> None:
            heard = await answer.recognise()
            self._sitting.happened(Overheard(self._sitting.now, effect.attempt, heard))

        self._speculation.begin(overhear, effect.attempt, "overhear")

    async def _plan(self, effect: fx.MakePlan) -> None:
        turns = self._sitting.keeper.with_answer(effect.answer)
        greet = effect.answer is None and bool(turns)

        async def plan() -> None:
            work = (
                self._sitting.parts.interviewer.plan(
                    self._sitting.interview, turns, self._sitting.now
                )
                if turns
                else self._sitting.parts.interviewer.opening(self._sitting.interview)
            )
            with self._watch.time("plan"):
                made = await asyncio.wait_for(work, PLAN_SECONDS)
            made = replace(made, lead=f"Welcome back. {made.lead}".strip()) if greet else made
            self._sitting.happened(Planned(self._sitting.now, effect.attempt, made))

        self._speculation.begin(plan, effect.attempt, "plan")

    async def _prepare(self, effect: fx.Prepare) -> None:
        if self._sitting.session.voice:
            self._mouth.prepare(_sentences(effect.plan, "whole"))

    async def _drop(self, effect: fx.DropSpeculation) -> None:
        self._speculation.drop()
        self._mouth.drop_prepared()

    async def _store_answer(self, effect: fx.StoreAnswer) -> None:
        self._heard_at = self._loop_time_of(effect.answer.ended_s)
        keeper = self._sitting.keeper
        metrics = self._watch.metrics(keeper.interview.id, effect.turn, effect.answer)
        turn = await keeper.answer(effect.turn, effect.answer, metrics, self._sitting.now)
        self._sitting.parts.metrics.observe(metrics)
        self._sitting.ear.close_answer()
        await self._sitting.line.screen.heard(effect.turn, turn.words, final=True)

    async def _reopen(self, effect: fx.ReopenAnswer) -> None:
        self._sitting.ear.reopen_answer()
        self._heard_at = None
        turn = await self._sitting.keeper.reopen(
            effect.turn, interrupted=self._sitting.session.interrupted
        )
        await self._sitting.line.screen.question(
            self._sitting.interview, effect.turn, self._sitting.session.question, turn.kind
        )

    async def _forget(self, effect: fx.ForgetSpeech) -> None:
        self._sitting.ear.forget()

    async def _open_turn(self, effect: fx.OpenTurn) -> None:
        await self._sitting.keeper.open(effect.turn, effect.plan, self._sitting.now)
        self._sitting.ear.answer.hotwords = effect.plan.hotwords

    async def _say(self, effect: fx.Say) -> None:
        if effect.form not in ASIDES:
            await self._sitting.line.screen.question(
                self._sitting.interview, effect.turn, effect.plan, effect.plan.kind
            )
        texts = _sentences(effect.plan, effect.form)
        if effect.form == "rephrased":
            texts = [ACKNOWLEDGED, *_split(await self._rephrased(effect.plan))]
        if self._ducked:
            await self._duck(fx.Duck(on=False))
        if self._sitting.session.voice and self._sitting.line.wire is not None:
            self._mouth.say(self._sitting.line.wire, effect.utterance, texts)
        else:
            self._first_audio(effect.utterance)
            await self._sitting.line.screen.caption(effect.utterance, " ".join(texts))
            self._sitting.happened(Played(self._sitting.now, effect.utterance))

    async def _stop(self, effect: fx.StopSpeaking) -> None:
        await self._mouth.stop(self._sitting.line.wire)

    async def _duck(self, effect: fx.Duck) -> None:
        self._ducked = effect.on
        await self._sitting.line.screen.duck(effect.on)

    async def _hint(self, effect: fx.Hint) -> None:
        await self._sitting.line.screen.hint(effect.kind)

    async def _notify(self, effect: fx.Notify) -> None:
        await self._sitting.line.screen.notice(effect.code)

    async def _close(self, effect: fx.Close) -> None:
        await self._sitting.keeper.close(effect.reason, self._sitting.now)
        self._sitting.ear.stop_recording()
        await self._sitting.line.screen.closed(self._sitting.interview, effect.reason)

    async def _rephrased(self, plan: Plan) -> str:
        """The question in other words, or as it was when no other words are found in time."""
        work = self._sitting.parts.interviewer.rephrase(
            self._sitting.interview, self._sitting.keeper.asked()
        )
        try:
            return await asyncio.wait_for(work, REPHRASE_SECONDS)
        except (PortError, TimeoutError) as error:
            log.warning("not rephrased: %s", type(error).__name__)
            return plan.question

    def _first_audio(self, utterance: int) -> None:
        """The first byte of an utterance went out: the response time of the turn before."""
        if self._heard_at is None or self._sitting.line.wire is None:
            return
        waited, self._heard_at = round(loop_time() - self._heard_at, 3), None
        question = self._sitting.session.question
        asks = question is not None and question.kind != "closing"
        last = self._sitting.session.turn - 1 if asks else self._sitting.session.turn
        self._sitting.happened(lambda: self._responded(last, waited))

    async def _responded(self, index: int, seconds: float) -> None:
        turn = await self._sitting.keeper.responded(index, seconds)
        if turn is not None:
            metrics = self._sitting.keeper.measured(index)
            if metrics is not None:
                self._sitting.parts.metrics.observe(metrics)
            await self._sitting.line.screen.answered(turn, metrics)

    def _loop_time_of(self, at: float | None) -> float | None:
        return None if at is None else self._sitting.line.loop_time_of(at)


def _sentences(plan: Plan, form: fx.SpeechForm) -> list[str]:
    for aside, text in ASIDES.items():
        if form == aside:
            return _split(text)
    leads = {"whole": plan.lead, "welcome": "Welcome back.", "question": ACKNOWLEDGED}
    lead = leads.get(form, "")
    return [sentence for text in (lead, plan.question) for sentence in _split(text)]


def _split(text: str) -> list[str]:
    """One sentence after the other: each has its own caption, and the first is heard soonest."""
    return [sentence for sentence in _SENTENCE_END.split(text.strip()) if sentence]
