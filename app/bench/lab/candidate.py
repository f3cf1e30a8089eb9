"""A scripted candidate takes an interview: a microphone in blocks, a keyboard and a screen."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from app.bench.lab.persona import Act, Cue, Rule
from app.bench.lab.record import Deed, Entry, Record, Utterance
from app.bench.lab.text_engines import COMPLETE, INCOMPLETE, SILENCE, TextSpeech
from app.dialogue.events import Commanded, Played, Typed
from app.dialogue.session import State
from app.domain.question import Question
from app.usecases.hold_interview import LiveInterview
from app.usecases.mouth import AHEAD_SECONDS

BLOCK_SECONDS = 0.1
MURMUR_BLOCKS = 2
LONGEST_SECONDS = 2 * 3600.0
LONGEST_QUIET_SECONDS = 260.0


class Stuck(Exception):
    """Nothing happens any more; the message says in which state."""


class TextWire:
    """The screen: remembers all messages with their times."""

    def __init__(self, record: Record, now: Callable[[], float]) -> None:
        self._record = record
        self._now = now
        self.closed: int | None = None

    async def send(self, message: dict[str, Any]) -> None:
        """Keep one message."""
        await asyncio.sleep(0)
        if self.closed is None:
            fields = {key: value for key, value in message.items() if key != "type"}
            self._record.entries.append(Entry(self._now(), message["type"], fields))

    async def send_audio(self, pcm: bytes) -> None:
        """Our voice is not listened to; its length tells when it ends."""

    async def close(self, code: int) -> None:
        """The server hung up."""
        self.closed = code if self.closed is None else self.closed


class ScriptedCandidate:
    """Follows the rules of its persona until the interview is closed."""

    def __init__(self, live: LiveInterview, record: Record, speech: TextSpeech) -> None:
        self._live = live
        self._record = record
        self._speech = speech
        self._wire = TextWire(record, lambda: live.now)
        self._played = 0
        self._used: Counter[int] = Counter()
        self._chance = random.Random(record.name)  # noqa: S311 - a script, no secret
        self._answered = -1

    async def take(self) -> None:
        """From hello to the end.

        Raises:
            Stuck: nothing happened for minutes, or the interview never ended.
        """
        await self._live.connect(self._wire, voice=True, microphone=True)
        while not self._over:
            utterance = await self._next_utterance()
            if utterance is None:
                break
            await self._react(utterance)
        await self._quiet(1.0)

    @property
    def _over(self) -> bool:
        return self._live.closed or self._wire.closed is not None

    def _newest(self) -> int:
        found = [u.number for u in self._record.utterances() if u.form != "aside"]
        return max(found, default=-1)

    async def _next_utterance(self) -> int | None:
        """Wait until we are spoken to again; None when it is over."""
        waited = 0.0
        while self._newest() <= self._answered:
            if self._over:
                return None
            await self._block()
            waited += BLOCK_SECONDS
            if waited > LONGEST_QUIET_SECONDS or self._live.now > LONGEST_SECONDS:
                raise Stuck(f"nothing was said for {waited:.0f} s in {self._live.session.state}")
        self._answered = self._newest()
        return self._answered

    async def _react(self, utterance: int) -> None:
        spoken_to = self._spoken_to()
        cue: Cue = "again" if spoken_to.form == "again" else _CUES[spoken_to.kind]
        rule = self._rule(cue, self._number())
        if rule is None:
            return
        place = self._record.persona.rules.index(rule)
        way = rule.ways[(self._used[place] + self._record.seed) % len(rule.ways)]
        self._used[place] += 1
        for position, act in enumerate(way):
            if self._over:
                return
            following = way[position + 1] if position + 1 < len(way) else None
            await self._do(act, following)

    def _spoken_to(self) -> Utterance:
        return [u for u in self._record.utterances() if u.form != "aside"][-1]

    def _number(self) -> int:
        shown = list(self._record.messages("question"))
        return int(shown[-1].fields["number"]) if shown else 0

    def _rule(self, cue: Cue, number: int) -> Rule | None:
        for place, rule in enumerate(self._record.persona.rules):
            if rule.to not in (cue, "any") or (rule.to == "any" and cue == "closing"):
                continue
            if rule.numbers and number not in rule.numbers:
                continue
            if rule.once and self._used[place]:
                continue
            return rule
        return None

    # --- deeds ---------------------------------------------------------------------------------

    async def _do(self, act: Act, following: Act | None) -> None:
        turn, start = self._live.session.turn, self._live.now
        words = self._filled(act.words or act.type or "")
        if act.over is not None or act.murmur is not None:
            await self._quiet(act.after)
        elif act.more is not None:
            await self._turn_ended()
            await self._quiet(act.after)
        else:
            await self._floor()
        turn, start = self._live.session.turn, self._live.now
        if act.more is not None:
            turn = max(0, turn - (self._live.session.state is not State.LISTENING))
        before = len(self._record.deeds)
        await self._perform(act, words, following)
        self._record.deeds.insert(before, Deed(start, self._live.now, act, words, turn))

    async def _perform(self, act: Act, words: str, following: Act | None) -> None:
        if act.command is not None:
            self._live.happened(Commanded(self._live.now, act.command))
            await self._quiet(0.5)
        elif act.type is not None:
            self._live.happened(Typed(self._live.now, words))
            await self._quiet(0.5)
        elif act.leave is not None:
            self._live.disconnect(self._wire)
            await asyncio.sleep(act.leave)
            await self._live.connect(self._wire, voice=True, microphone=True)
            await self._quiet(0.5)
        elif act.pause is not None or act.still is not None:
            await self._quiet(act.pause or act.still or 0.0)
        elif act.noise is not None:
            for block in self._speech.vocabulary.noise(act.noise):
                await self._block(block)
            await self._quiet(2.0)
        else:
            holds = following is not None and following.pause is not None
            self._speech.detector.probability = INCOMPLETE if holds else COMPLETE
            await self._say(words, MURMUR_BLOCKS if act.murmur is not None else None)

    async def _say(self, words: str, per_word: int | None = None) -> None:
        per_word = per_word or self._record.persona.blocks_per_word
        for block in self._speech.vocabulary.blocks(words, per_word):
            await self._block(block)
        await self._quiet(0.4)

    async def _floor(self) -> None:
        """Wait until we are listened to, or the interview is over, paused or lost."""
        free = (State.LISTENING, State.HEARING, State.ENDPOINTING, State.PAUSED, State.SUSPENDED)
        waited = 0.0
        while self._live.session.state not in free and not self._over:
            await self._block()
            waited += BLOCK_SECONDS
            if waited > LONGEST_QUIET_SECONDS:
                raise Stuck(f"was never listened to, in {self._live.session.state}")
        if self._live.session.state is State.LISTENING:
            await self._quiet(0.6)

    async def _turn_ended(self) -> None:
        """Wait until the answer that was given is taken as whole."""
        waiting = (State.LISTENING, State.HEARING, State.ENDPOINTING, State.TRANSCRIBING)
        waited = 0.0
        while self._live.session.state in waiting and not self._over and waited < 30.0:
            await self._block()
            waited += BLOCK_SECONDS

    async def _quiet(self, seconds: float) -> None:
        for _ in range(round(seconds / BLOCK_SECONDS)):
            await self._block()

    async def _block(self, pcm: bytes = SILENCE) -> None:
        """A tenth of a second passes; our voice is heard to its end."""
        await asyncio.sleep(BLOCK_SECONDS)
        if self._live.serves(self._wire):
            self._live.hear(pcm)
        self._heard_out()
        await asyncio.sleep(0)

    def _heard_out(self) -> None:
        for entry in reversed(self._record.entries):
            if entry.kind != "speech_end":
                continue
            if entry.fields["utterance"] <= self._played:
                return
            self._played = entry.fields["utterance"]
            loop = asyncio.get_running_loop()
            loop.call_later(AHEAD_SECONDS, self._tell_played, self._played)

    def _tell_played(self, utterance: int) -> None:
        if self._live.serves(self._wire):
            self._live.happened(Played(self._live.now, utterance))

    # --- words ---------------------------------------------------------------------------------

    def _filled(self, words: str) -> str:
        if "{" not in words:
            return words
        spoken_to = self._spoken_to()
        shown = [e.fields for e in self._record.messages("question")][-1]
        question = next(
            (q for q in self._record.questions if q.id == self._open_id()),
            self._record.questions[0],
        )
        asked = str(shown["text"])
        return words.format(
            best=_exemplar(question, -1),
            middling=_exemplar(question, len(question.exemplars) // 2),
            weak=_exemplar(question, 0),
            reference=question.reference,
            point=self._point(question, asked),
            term=self._chance.choice([t for p in question.points for t in p.terms] or ["it"]),
            asked=spoken_to.question,
        )

    def _open_id(self) -> str:
        question = self._live.session.question
        return (question.question_id if question is not None else None) or ""

    def _point(self, question: Question, asked: str) -> str:
        """The point that an authored follow-up opens, else any."""
        for probe in question.probes:
            ending = probe.ask.rsplit("}", 1)[-1].strip(". ")
            if probe.point and ending and asked.endswith(ending):
                return next(point.text for point in question.points if point.id == probe.point)
        return self._chance.choice(question.points).text


_CUES: dict[str, Cue] = {"question": "question", "follow_up": "follow_up", "closing": "closing"}


def _exemplar(question: Question, place: int) -> str:
    if not question.exemplars:
        return question.reference
    return question.exemplars[min(place, len(question.exemplars) - 1)].answer
