"""Hold one live interview: the only loop around the pure session.

Events come from the socket, the ear, timers and finished work; they are taken one at a time, in
order. Effects are performed in order too: what must not be lost is stored before anything is said.
Slow work runs as tasks whose results come back as events with their attempt.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from app.dialogue import effects as fx
from app.dialogue.events import (
    Active,
    Connected,
    ConnectionLost,
    Event,
    Judged,
    MicrophoneChanged,
    Planned,
    Played,
    Recognised,
    Stage,
    StageFailed,
    Tick,
)
from app.dialogue.session import Session, State
from app.dialogue.table import advance
from app.domain.consent import Consent, Modality
from app.domain.interview import Interview, InterviewStatus, Turn
from app.domain.plan import Plan
from app.ports.errors import PortError
from app.ports.recordings import Recordings
from app.ports.store import Store
from app.usecases.answer_audio import AnswerAudio
from app.usecases.ear import Ear
from app.usecases.engines import Engines
from app.usecases.keep_turns import TurnKeeper
from app.usecases.mouth import Mouth, Wire
from app.usecases.show import Screen

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
PLAN_SECONDS = 15.0
JUDGE_LAST_SECONDS = 8.0
REPHRASE_SECONDS = 6.0
BREATH_SECONDS = 0.15  # most pauses between clauses are over by then, and cost no recognition
LASTING = (fx.StoreAnswer, fx.ReopenAnswer, fx.OpenTurn, fx.Close)

Errand = Callable[[], Awaitable[None]]
Work = Callable[[], Coroutine[Any, Any, None]]


class Interviewing(Protocol):
    """What the loop needs of the interviewer."""

    async def opening(self, interview: Interview) -> Plan:
        """The first utterance with the first question."""
        ...

    async def plan(self, interview: Interview, turns: tuple[Turn, ...], at_s: float) -> Plan:
        """What to say after these turns."""
        ...

    async def rephrase(self, interview: Interview, turns: tuple[Turn, ...]) -> str:
        """The open question in other words."""
        ...


@dataclass(frozen=True)
class Parts:
    """What live interviews share."""

    store: Store
    engines: Engines
    interviewer: Interviewing
    recordings: Recordings


class LiveInterview:
    """One interview while it is live, across reconnections."""

    def __init__(
        self, interview: Interview, parts: Parts, session: Session, turns: list[Turn]
    ) -> None:
        self.session = session
        self.broken = False
        self._idle_since = _now()
        self._parts = parts
        self._keeper = TurnKeeper(interview, turns, parts.store)
        self._inbox: asyncio.Queue[Event | Errand] = asyncio.Queue()
        self._owed: list[fx.Effect] = []
        self._door = asyncio.Lock()
        self._wire: Wire | None = None
        self._screen = Screen(None)
        self._clock = interview.clock_s
        self._since: float | None = None
        self._last_audio = 0.0
        self._ducked = False
        self._work: set[asyncio.Task[None]] = set()
        self._speculation: set[asyncio.Task[None]] = set()
        self._heard_at: float | None = None
        self.ear = Ear(parts.engines.new_activity(), self._new_answer)
        rate = 0.8 if "slower_speech" in interview.accommodations else 1.0
        self._mouth = Mouth(
            parts.engines,
            rate=rate,
            played=lambda utterance: self.happened(Played(self.now, utterance)),
            began=self._first_audio,
            failed=lambda: self._screen.notice("voice_off"),
        )
        self._perform: dict[type[fx.Effect], Callable[[Any], Awaitable[None]]] = {
            fx.Judge: self._judge,
            fx.Recognise: self._recognise,
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
        self._loop = asyncio.ensure_future(self._run())
        self._timer = asyncio.ensure_future(self._tick())

    # --- what the socket tells -----------------------------------------------------------------

    @property
    def interview(self) -> Interview:
        """The interview as it stands."""
        return self._keeper.interview

    @property
    def now(self) -> float:
        """Seconds of the interview's clock, which stands still without a connection."""
        return self._clock + (0.0 if self._since is None else _now() - self._since)

    @property
    def connected(self) -> bool:
        """Whether someone is there."""
        return self._wire is not None

    @property
    def closed(self) -> bool:
        """Whether it is over, and the store knows."""
        return self.session.state is State.CLOSED and not self._owed

    @property
    def idle_for(self) -> float:
        """Seconds since nobody is there; 0 while the store still lacks something of it."""
        return 0.0 if self.connected or self._owed else _now() - self._idle_since

    async def connect(self, wire: Wire, *, voice: bool, microphone: bool) -> None:
        """A client said hello; another one that was there is told and closed."""
        async with self._door:
            await self._give_way(wire)
            self._wire, self._screen, self._since = wire, Screen(wire), _now()
            self.ear.restart()
            resumed = bool(self._keeper.turns)
            await self._screen.welcome(self.interview, self.session, resumed=resumed, at=self.now)
            if self.closed:
                await self._screen.closed(self.interview, _ending(self.interview))
                return
            microphone = microphone and self.interview.agreed(Modality.AUDIO)
            voice = voice and self.interview.voice
            self.happened(Connected(self.now, voice=voice, microphone=microphone))
            if microphone:
                self._begin(self._record(wire))

    def serves(self, wire: Wire) -> bool:
        """Whether this connection is the one that counts."""
        return wire is self._wire

    def disconnect(self, wire: Wire) -> None:
        """The socket is gone; only the newest connection counts."""
        if wire is self._wire:
            self._leave()
            self.happened(ConnectionLost(self.now))

    def hear(self, block: bytes) -> None:
        """One block of the microphone, PCM16 mono at 16 kHz; heard only with consent."""
        if self._since is None or not self.session.microphone:
            return
        if self.session.state in (State.PAUSED, State.CLOSED) or not self._may_hear:
            return
        recorded = self.ear.writer is not None
        self._last_audio = _now()
        for event in self.ear.feed(block, self.now):
            self.happened(event)
        if recorded and self.ear.writer is None:
            self._begin(self._screen.notice("recording_off"))

    def microphone_changed(self, *, on: bool) -> None:
        """The microphone came or went; it counts only with consent to audio."""
        on = on and self._may_hear
        if not on:
            for event in self.ear.stop(self.now):
                self.happened(event)
        self.happened(MicrophoneChanged(self.now, on))
        if on and self.ear.writer is None and self._wire is not None:
            self._begin(self._record(self._wire))

    def consents_changed(self, consents: tuple[Consent, ...]) -> None:
        """Heed what the speaker agrees to now; without audio nothing more is kept or heard."""
        self._keeper.consents_changed(consents)
        if not self._may_hear:
            self.ear.stop_recording()
            self.microphone_changed(on=False)

    def happened(self, event: Event) -> None:
        """Queue an event."""
        self._inbox.put_nowait(event)

    def code_changed(self, code: str, language: str) -> None:
        """The code pane changed; it is kept with the next answer."""
        self._keeper.code_changed(code, language)
        self.happened(Active(self.now))

    async def take_up(self, recorded: tuple[float, tuple[tuple[float, float], ...]]) -> None:
        """Words recorded before a crash belong to the open answer; the clock goes on after them."""
        end, spans = recorded
        self._clock = max(self._clock, end)
        self.session = replace(self.session, at=self._clock, speech=spans)
        if self.session.question is not None:
            self.ear.answer.hotwords = self.session.question.hotwords

    async def shut(self) -> None:
        """Stop everything; the store has what matters."""
        for task in (self._loop, self._timer, *self._work, *self._speculation):
            task.cancel()
        self._leave()
        await self._mouth.stop(None)

    # --- the loop ------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            item = await self._inbox.get()
            try:
                await (self._step(item) if isinstance(item, Event) else item())
            except Exception as error:  # the edge of the live interview: logged, and taken up again
                log.error("live interview suspended by %s", type(error).__name__, exc_info=error)
                await self._suspend()

    async def _step(self, event: Event) -> None:
        before = self.session
        self.session, effects = advance(before, event)
        if isinstance(event, Connected):
            await self._pay()
        await self._do(effects)
        if self.session.state is not before.state:
            await self._screen.state(self.session.state, self.now)
        if self.session.state is State.SUSPENDED and isinstance(event, StageFailed):
            await self._hang_up()

    async def _do(self, effects: Sequence[fx.Effect]) -> None:
        """Perform effects in order; when one fails, what must not be lost is owed to the store."""
        for place, effect in enumerate(effects):
            try:
                await self._perform[type(effect)](effect)
            except Exception:
                self._owed += [left for left in effects[place:] if isinstance(left, LASTING)]
                raise

    async def _pay(self) -> None:
        """Store what could not be stored before; what can't be stored again makes us `broken`."""
        owed, self._owed = self._owed, []
        try:
            await self._do(owed)
        except Exception as error:
            self.broken = not (isinstance(error, PortError) and error.retryable)
            raise

    async def _suspend(self) -> None:
        """A fault of ours, or of the store, never ends the interview."""
        self.session, effects = advance(self.session, ConnectionLost(self.now))
        await self._do(effects)
        await self._hang_up()

    async def _hang_up(self) -> None:
        """Close the connection, so that the client says hello again."""
        wire, screen = self._wire, self._screen
        self._leave()
        await screen.error("internal", fatal=True)
        if wire is not None:
            await wire.close(1011)

    async def _give_way(self, wire: Wire) -> None:
        """End the connection that was there, for a new one or for a second hello on the same."""
        before, screen = self._wire, self._screen
        if before is None:
            return
        self._leave()
        self.happened(ConnectionLost(self.now))
        if before is not wire:
            await screen.error("taken_over", fatal=True)
            await before.close(4409)

    async def _tick(self) -> None:
        """Time passes without audio too."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            if self._since is not None and _now() - self._last_audio > 2 * TICK_SECONDS:
                self.happened(Tick(self.now))

    def _leave(self) -> None:
        self._clock, self._since, self._wire = self.now, None, None
        self._screen = Screen(None)
        self._idle_since = _now()
        self._heard_at = None
        self.ear.stop_recording()

    # --- effects -------------------------------------------------------------------------------

    async def _judge(self, effect: fx.Judge) -> None:
        pcm = self.ear.answer.last(JUDGE_LAST_SECONDS)

        async def judge() -> None:
            probability = await self._parts.engines.complete(pcm)
            self.happened(Judged(self.now, effect.attempt, probability))

        self._speculate(judge, effect.attempt, "judge")

    async def _recognise(self, effect: fx.Recognise) -> None:
        answer = self.ear.answer

        async def recognise() -> None:
            await asyncio.sleep(0.0 if self.session.finishing else BREATH_SECONDS)
            heard = await answer.recognise()
            self.happened(Recognised(self.now, effect.attempt, heard))
            await self._screen.heard(self.session.turn, heard.words, final=False)

        self._speculate(recognise, effect.attempt, "hear")

    async def _plan(self, effect: fx.MakePlan) -> None:
        turns = self._keeper.with_answer(effect.answer)
        greet = effect.answer is None and bool(turns)

        async def plan() -> None:
            work = (
                self._parts.interviewer.plan(self.interview, turns, self.now)
                if turns
                else self._parts.interviewer.opening(self.interview)
            )
            made = await asyncio.wait_for(work, PLAN_SECONDS)
            made = replace(made, lead=f"Welcome back. {made.lead}".strip()) if greet else made
            self.happened(Planned(self.now, effect.attempt, made))

        self._speculate(plan, effect.attempt, "plan")

    async def _prepare(self, effect: fx.Prepare) -> None:
        if self.session.voice:
            self._mouth.prepare(_sentences(effect.plan, "whole"))

    async def _drop(self, effect: fx.DropSpeculation) -> None:
        for task in self._speculation:
            task.cancel()
        self._mouth.drop_prepared()

    async def _store_answer(self, effect: fx.StoreAnswer) -> None:
        self._heard_at = self._wall(effect.answer.ended_s)
        turn = await self._keeper.answer(effect.turn, effect.answer, self.now)
        self.ear.close_answer()
        await self._screen.heard(effect.turn, turn.words, final=True)

    async def _reopen(self, effect: fx.ReopenAnswer) -> None:
        self.ear.reopen_answer()
        self._heard_at = None
        turn = await self._keeper.reopen(effect.turn, interrupted=self.session.interrupted)
        await self._screen.question(self.interview, effect.turn, self.session.question, turn.kind)

    async def _forget(self, effect: fx.ForgetSpeech) -> None:
        self.ear.forget()

    async def _open_turn(self, effect: fx.OpenTurn) -> None:
        await self._keeper.open(effect.turn, effect.plan, self.now)
        self.ear.answer.hotwords = effect.plan.hotwords

    async def _say(self, effect: fx.Say) -> None:
        await self._screen.question(self.interview, effect.turn, effect.plan, effect.plan.kind)
        texts = _sentences(effect.plan, effect.form)
        if effect.form == "rephrased":
            texts = [await self._rephrased(effect.plan)]
        if self._ducked:
            await self._duck(fx.Duck(on=False))
        if self.session.voice and self._wire is not None:
            self._mouth.say(self._wire, effect.utterance, texts)
        else:
            self._first_audio(effect.utterance)
            await self._screen.caption(effect.utterance, " ".join(texts))
            self.happened(Played(self.now, effect.utterance))

    async def _stop(self, effect: fx.StopSpeaking) -> None:
        await self._mouth.stop(self._wire)

    async def _duck(self, effect: fx.Duck) -> None:
        self._ducked = effect.on
        await self._screen.duck(effect.on)

    async def _hint(self, effect: fx.Hint) -> None:
        await self._screen.hint(effect.kind)

    async def _notify(self, effect: fx.Notify) -> None:
        await self._screen.notice(effect.code)

    async def _close(self, effect: fx.Close) -> None:
        await self._keeper.close(effect.reason, self.now)
        self.ear.stop_recording()
        await self._screen.closed(self.interview, effect.reason)

    # --- small things --------------------------------------------------------------------------

    @property
    def _may_hear(self) -> bool:
        return self.interview.agreed(Modality.AUDIO)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _rephrased(self, plan: Plan) -> str:
        """The question in other words, or as it was when no other words are found in time."""
        work = self._parts.interviewer.rephrase(self.interview, self._keeper.asked())
        try:
            return await asyncio.wait_for(work, REPHRASE_SECONDS)
        except (PortError, TimeoutError) as error:
            log.warning("not rephrased: %s", type(error).__name__)
            return plan.question

    def _new_answer(self) -> AnswerAudio:
        hotwords = self.session.question.hotwords if self.session.question else ()
        return AnswerAudio(self._parts.engines, hotwords)

    async def _record(self, wire: Wire) -> None:
        since = self.now
        try:
            writer = self._parts.recordings.open(self.interview.id)
            await self._keeper.recording(writer.file, since)
        except PortError as error:
            log.warning("no recording: %s", error)
            await self._screen.notice("recording_off")
            return
        if self._wire is wire and self._may_hear and self.ear.writer is None:
            self.ear.record(writer, since)
        else:
            writer.close()

    def _wall(self, at: float | None) -> float | None:
        return None if at is None else _now() - (self.now - at)

    def _first_audio(self, utterance: int) -> None:
        """The first byte of an utterance went out: the response time of the turn before."""
        if self._heard_at is None or self._wire is None:
            return
        waited, self._heard_at = round(_now() - self._heard_at, 3), None
        question = self.session.question
        asks = question is not None and question.kind != "closing"
        last = self.session.turn - 1 if asks else self.session.turn
        self._inbox.put_nowait(lambda: self._responded(last, waited))

    async def _responded(self, index: int, seconds: float) -> None:
        turn = await self._keeper.responded(index, seconds)
        if turn is not None:
            await self._screen.answered(turn)

    def _speculate(self, work: Work, attempt: int, stage: Stage) -> None:
        task = asyncio.ensure_future(self._guarded(work, attempt, stage))
        self._speculation.add(task)
        task.add_done_callback(self._speculation.discard)

    async def _guarded(self, work: Work, attempt: int, stage: Stage) -> None:
        try:
            await work()
        except (PortError, TimeoutError) as error:
            log.warning("%s failed: %s", stage, type(error).__name__)
            if stage != "judge":
                self.happened(StageFailed(self.now, attempt, stage))
        except asyncio.CancelledError:
            raise
        except Exception:  # the edge of a task: logged, and the interview goes on
            log.exception("%s broke", stage)
            self.happened(StageFailed(self.now, attempt, stage))


def _sentences(plan: Plan, form: fx.SpeechForm) -> list[str]:
    lead = {"whole": plan.lead, "welcome": "Welcome back."}.get(form, "")
    return [text for text in (lead, plan.question) if text]


def _ending(interview: Interview) -> str:
    early = interview.status is InterviewStatus.ENDED_EARLY or interview.failure == "ended_early"
    return "ended_early" if early else "completed"


def _now() -> float:
    """The time of the loop, which all waits follow."""
    return asyncio.get_running_loop().time()
