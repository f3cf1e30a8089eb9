"""What the candidate's screen is told: the server's half of the live protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.dialogue.session import Session, State
from app.domain.interview import Interview, Turn, Word
from app.domain.metrics import TurnMetrics
from app.domain.plan import Plan
from app.usecases.mouth import Wire

HINTS = {
    "quiet": "No hurry. Think as long as you like.",
    "take_your_time": "Take your time. Speak when you are ready.",
    "help": "I can repeat the question, ask it in other words, or skip it. You may also type.",
    "moving_on": "Let us move on to the next question.",
    "thinking": "Take half a minute. Speak when you are ready.",
    "time": "The time is nearly over.",
}
NOTICES = {
    "voice_off": "The interviewer's voice does not work just now. Please read the question.",
    "hearing_off": "Your last words could not be recognised. Please say them again, or type.",
    "recording_off": "The recording could not be kept. The interview goes on.",
    "withdrawn": "You took a consent back. What it kept is erased. The interview goes on.",
    "microphone_off": "You took the microphone back. Nothing is heard any more. Please type.",
    "too_long": "This answer reached 20 minutes and was ended. All of it is kept.",
}
ERRORS = {
    "taken_over": "This interview goes on in another tab.",
    "unknown_interview": "This interview was deleted.",
    "internal": "Something went wrong here. Nothing is lost. Reload to go on.",
}


class Screen:
    """Sends events to the connection, or nowhere when there is none."""

    def __init__(self, wire: Wire | None) -> None:
        self._wire = wire

    async def welcome(
        self, interview: Interview, session: Session, *, resumed: bool, at: float
    ) -> None:
        """Answer to hello."""
        await self._send(
            "welcome",
            protocol=1,
            interview=str(interview.id),
            title=interview.title,
            purpose=interview.purpose.value,
            mode=interview.mode,
            resumed=resumed,
            voice=interview.voice,
            at=round(at, 3),
            minutes=interview.minutes,
            of=interview.asks,
            code=interview.code or "",
            language=interview.code_language,
            patience=session.patience.factor,
        )

    async def state(self, state: State, at: float) -> None:
        """The state changed."""
        await self._send("state", state=state.value, at=round(at, 3))

    async def question(self, interview: Interview, turn: int, plan: Plan | None, kind: str) -> None:
        """What is asked now."""
        if plan is None:
            return
        await self._send(
            "question",
            turn=turn,
            number=plan.number,
            of=interview.asks,
            kind=kind,
            text=plan.question,
            lead=plan.lead,
            why=plan.why,
            line=plan.probe.line if plan.probe else None,
        )

    async def caption(self, utterance: int, text: str) -> None:
        """The words of an utterance without sound."""
        await self._send("speech", utterance=utterance, text=text, rate=0, seconds=0.0)
        await self._send("speech_end", utterance=utterance)

    async def heard(self, turn: int, words: Sequence[Word], *, final: bool) -> None:
        """The candidate's words so far."""
        listed = [
            {
                "text": word.text,
                "start_s": word.start_s,
                "end_s": word.end_s,
                "probability": round(word.probability, 3),
            }
            for word in words
        ]
        await self._send("heard", turn=turn, final=final, words=listed)

    async def duck(self, on: bool) -> None:
        """Lower or restore our voice."""
        await self._send("speech_duck", on=on)

    async def hint(self, kind: str) -> None:
        """A quiet line."""
        await self._send("hint", kind=kind, text=HINTS[kind])

    async def notice(self, code: str) -> None:
        """Something failed and the interview goes on."""
        await self._send("notice", code=code, text=NOTICES[code])

    async def answered(self, turn: Turn, metrics: TurnMetrics | None = None) -> None:
        """Figures of a turn."""
        await self._send(
            "answered",
            turn=turn.index,
            skipped=turn.skipped,
            end_wait_s=turn.end_wait_s,
            policy_wait_s=metrics.policy_wait_s if metrics else None,
            response_s=turn.response_s,
            interrupted=turn.interrupted,
        )

    async def error(self, code: str, *, fatal: bool) -> None:
        """Something is wrong with the connection."""
        await self._send("error", code=code, text=ERRORS[code], fatal=fatal)

    async def closed(self, interview: Interview, reason: str) -> None:
        """The interview is over."""
        report = f"/interviews/{interview.id}/report"
        await self._send("closed", reason=reason, report=report)

    async def _send(self, kind: str, /, **fields: Any) -> None:  # noqa: ANN401  # JSON values
        if self._wire is not None:
            await self._wire.send({"type": kind, **fields})
