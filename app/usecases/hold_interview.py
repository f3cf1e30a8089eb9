"""Hold one live interview: the only loop around the pure session.

Events come from the socket, the ear, timers and finished work; they are taken one at a time, in
order. Effects are performed in order too: what must not be lost is stored before anything is said.
Slow work runs as tasks whose results come back as events with their attempt.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any

from app.dialogue import effects as fx
from app.dialogue.events import (
    Active,
    Connected,
    ConnectionLost,
    Event,
    MicrophoneChanged,
    PatienceSet,
    StageFailed,
    Tick,
)
from app.dialogue.session import Session, State
from app.dialogue.table import advance
from app.domain.consent import Consent, Modality
from app.domain.interview import Interview, InterviewStatus, Turn
from app.ports.errors import PortError
from app.usecases.ear import LOST_SECONDS, Ear
from app.usecases.line import loop_time
from app.usecases.mouth import Wire
from app.usecases.perform_effects import Performer
from app.usecases.sitting import Parts, Sitting

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
UNKNOWN = 4404
LASTING = (fx.StoreAnswer, fx.ReopenAnswer, fx.OpenTurn, fx.Close)


class LiveInterview:
    """One interview while it is live, across reconnections."""

    def __init__(
        self, interview: Interview, parts: Parts, session: Session, turns: list[Turn]
    ) -> None:
        self.broken = False
        self._sitting = Sitting(interview, parts, session, turns)
        self._line = self._sitting.line
        self._performer = Performer(self._sitting)
        self._owed: list[fx.Effect] = []
        self._door = asyncio.Lock()
        self._last_audio = 0.0
        self._work: set[asyncio.Task[None]] = set()
        self._loop = asyncio.ensure_future(self._run())
        self._timer = asyncio.ensure_future(self._tick())

    # --- what the socket tells -----------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The session as it stands."""
        return self._sitting.session

    @property
    def ear(self) -> Ear:
        """The ear, which also hears again what was recorded."""
        return self._sitting.ear

    @property
    def interview(self) -> Interview:
        """The interview as it stands."""
        return self._sitting.interview

    @property
    def now(self) -> float:
        """Seconds of the interview's clock, which stands still without a connection."""
        return self._line.now

    @property
    def words_due(self) -> float:
        """When the words of the open answer are needed, on the loop's clock."""
        return self._sitting.words_due()

    @property
    def connected(self) -> bool:
        """Whether someone is there."""
        return self._line.connected

    @property
    def closed(self) -> bool:
        """Whether it is over, and the store knows."""
        return self.session.state is State.CLOSED and not self._owed

    @property
    def idle_for(self) -> float:
        """Seconds since nobody is there; 0 while the store still lacks something of it."""
        return 0.0 if self._owed else self._line.idle_for

    def keep_place(self) -> None:
        """Somebody comes back: the time without a connection begins anew."""
        self._line.expect()

    async def connect(self, wire: Wire, *, voice: bool, microphone: bool) -> None:
        """A client said hello; another one that was there is told and closed."""
        async with self._door:
            await self._give_way(wire)
            self._line.take(wire)
            self.ear.restart()
            resumed = bool(self._sitting.keeper.turns)
            await self._line.screen.welcome(
                self.interview, self.session, resumed=resumed, at=self.now
            )
            if self.closed:
                await self._line.screen.closed(self.interview, _ending(self.interview))
                return
            microphone = microphone and self.interview.agreed(Modality.AUDIO)
            voice = voice and self.interview.voice
            self.happened(Connected(self.now, voice=voice, microphone=microphone))
            if microphone and self._sitting.may_record:
                self._begin(self._record(wire))

    def serves(self, wire: Wire) -> bool:
        """Whether this connection is the one that counts."""
        return wire is self._line.wire

    def disconnect(self, wire: Wire) -> None:
        """The socket is gone; only the newest connection counts."""
        if wire is self._line.wire:
            self._leave()
            self.happened(ConnectionLost(self.now))

    def hear(self, block: bytes) -> None:
        """One block of the microphone, PCM16 mono at 16 kHz; heard only with consent."""
        if not self.connected or not self.session.microphone:
            return
        if self.session.state in (State.PAUSED, State.CLOSED) or not self._sitting.may_hear:
            self.ear.stop(self.now)
            return
        recorded = self.ear.writer is not None
        self._last_audio = loop_time()
        for event in self.ear.feed(block, self.now):
            self.happened(event)
        if recorded and self.ear.writer is None:
            self._begin(self._line.screen.notice("recording_off"))

    def microphone_changed(self, *, on: bool) -> None:
        """The microphone came or went; it counts only with consent to audio."""
        on = on and self._sitting.may_hear
        if not on:
            for event in self.ear.stop(self.now):
                self.happened(event)
        self.happened(MicrophoneChanged(self.now, on))
        wire = self._line.wire
        if on and wire is not None and self._sitting.may_record and self.ear.writer is None:
            self._begin(self._record(wire))

    def consents_changed(self, consents: tuple[Consent, ...]) -> None:
        """Heed what the speaker agrees to now: nothing more is kept, nor heard, without consent."""
        before, heard = self.interview, self._sitting.may_hear
        self._sitting.keeper.consents_changed(consents)
        if any(before.agreed(m) and not self.interview.agreed(m) for m in Modality):
            code = "microphone_off" if heard and not self._sitting.may_hear else "withdrawn"
            self._begin(self._line.screen.notice(code))
        if not self._sitting.may_record:
            self.ear.stop_recording()
        if not self._sitting.may_hear:
            self.microphone_changed(on=False)

    def happened(self, event: Event) -> None:
        """Queue an event."""
        self._sitting.happened(event)

    def code_changed(self, code: str, language: str) -> None:
        """The code pane changed; it is kept with the next answer."""
        self._sitting.keeper.code_changed(code, language)
        self.happened(Active(self.now))

    async def take_up(self, recorded: tuple[float, tuple[tuple[float, float], ...]]) -> None:
        """Words recorded before a crash belong to the open answer; the clock goes on after them."""
        end, spans = recorded
        self._line.go_on_from(end)
        self._sitting.session = replace(self.session, at=self.now, speech=spans)
        if self.session.question is not None:
            self.ear.answer.hotwords = self.session.question.hotwords

    async def dismiss(self) -> None:
        """It is erased: stop everything, and tell who is there."""
        wire, screen = self._line.wire, self._line.screen
        await self.shut()
        await screen.error("unknown_interview", fatal=True)
        if wire is not None:
            await wire.close(UNKNOWN)

    async def shut(self) -> None:
        """Stop everything; the store has what matters."""
        for task in (self._loop, self._timer, *self._work):
            task.cancel()
        self._leave()
        await self._performer.shut()

    # --- the loop ------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            item = await self._sitting.inbox.get()
            try:
                await (self._step(item) if isinstance(item, Event) else item())
            except Exception as error:  # the edge of the live interview: logged, and taken up again
                log.error("live interview suspended by %s", type(error).__name__, exc_info=error)
                await self._suspend()

    async def _step(self, event: Event) -> None:
        before = self.session
        self._sitting.session, effects = advance(before, event)
        if isinstance(event, Connected):
            await self._pay()
        if isinstance(event, PatienceSet):
            await self._sitting.keeper.patience(event.factor)
        await self._do(effects)
        if before.state is State.SPEAKING:
            self._floor_given()
        if self.session.state is not before.state:
            await self._line.screen.state(self.session.state, self.now)
        if self.session.state is State.SUSPENDED and isinstance(event, StageFailed):
            await self._hang_up()

    def _floor_given(self) -> None:
        """Once the question was heard, or spoken over, the candidate's time to think runs."""
        session = self.session
        resumed = bool(session.speech)  # an answer that was begun before began its time then
        if session.state in (State.LISTENING, State.HEARING) and not resumed:
            at = session.at if session.speech_from is None else session.speech_from
            self._sitting.keeper.put(session.turn, at)

    async def _do(self, effects: Sequence[fx.Effect]) -> None:
        """Perform effects in order; when one fails, what must not be lost is owed to the store."""
        for place, effect in enumerate(effects):
            try:
                await self._performer.perform(effect)
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
        self._sitting.session, effects = advance(self.session, ConnectionLost(self.now))
        await self._do(effects)
        await self._hang_up()

    async def _hang_up(self) -> None:
        """Close the connection, so that the client says hello again."""
        wire, screen = self._line.wire, self._line.screen
        self._leave()
        await screen.error("internal", fatal=True)
        if wire is not None:
            await wire.close(1011)

    async def _give_way(self, wire: Wire) -> None:
        """End the connection that was there, for a new one or for a second hello on the same."""
        before, screen = self._line.wire, self._line.screen
        if before is None:
            return
        self._leave()
        self.happened(ConnectionLost(self.now))
        if before is not wire:
            await screen.error("taken_over", fatal=True)
            await before.close(4409)

    async def _tick(self) -> None:
        """Time passes without audio too; only a turn's end waits for audio that may be late."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            ending = self.session.microphone and self.session.state is State.ENDPOINTING
            silent = LOST_SECONDS if ending else 2 * TICK_SECONDS
            if self.connected and loop_time() - self._last_audio > silent:
                self.happened(Tick(self.now))

    def _leave(self) -> None:
        self._line.drop()
        self._performer.left()
        self.ear.stop_recording()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _record(self, wire: Wire) -> None:
        since = self.now
        try:
            recordings = self._sitting.parts.recordings
            writer = await asyncio.to_thread(recordings.open, self.interview.id)
        except PortError as error:
            await self._unrecorded(error)
            return
        try:
            await self._sitting.keeper.recording(writer.file, since)
        except PortError as error:
            writer.close()
            await self._unrecorded(error)
            return
        if self._line.wire is wire and self._sitting.may_record and self.ear.writer is None:
            self.ear.record(writer, since)
        else:
            writer.close()

    async def _unrecorded(self, error: PortError) -> None:
        log.warning("no recording: %s", error)
        await self._line.screen.notice("recording_off")


def _ending(interview: Interview) -> str:
    early = interview.status is InterviewStatus.ENDED_EARLY or interview.failure == "ended_early"
    return "ended_early" if early else "completed"
