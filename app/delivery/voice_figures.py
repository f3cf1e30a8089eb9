"""How the answers sounded, each figure beside the speaker's own usual one and what coaches advise.

The usual value comes from the passage of the device check where one was read, else from the first
answers of the same interview, and says so. Sources of the bands: interview coaches (128 to 160
words a minute), widened to 110 to 170; Laske et al. 2024 (up to 5 fillers a minute did not bother
listeners). Pitch, loudness and breaks have no band: voices differ, and none is the right one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from app.delivery.fluency import fluency_of
from app.delivery.language import language_notes
from app.delivery.speech import (
    LEAST_SPEECH,
    LEAST_WORDS,
    LONG_PAUSE,
    MOST_FILLERS,
    MOST_PAUSED,
    PACE_BAND,
    delivery_of,
    long_pause_share,
)
from app.domain.figures import Band, Lane, Measure, Stretch, VoiceFigures
from app.domain.interview import Turn
from app.domain.phonation import TurnVoice
from app.domain.report import Delivery

FIRST_SPEECH_S = 30.0
SENTENCE_ENDS = (".", "?", "!")
LEAST_VOICED_S = 2.0

PACE = Band(*PACE_BAND, "interview coaches: 128 to 160, widened")
FILLERS = Band(None, MOST_FILLERS, "Laske et al. 2024")
LONG_PAUSES = Band(None, 100 * MOST_PAUSED, "own choice: thinking is allowed")

BASE_PASSAGE = "Your usual values come from the passage that you read in the device check."
BASE_FIRST = "Your usual values come from your first {count} of this interview."
BASE_NONE = "Too little was spoken to tell your usual values from the rest."
NO_SOUND = "The sound was not kept or could not be measured."
TOO_SHORT = "Too little was spoken."


@dataclass(frozen=True)
class _Spoken:
    """Some answers, with what was measured of each."""

    turns: tuple[Turn, ...]
    voices: tuple[TurnVoice, ...]
    delivery: Delivery

    @property
    def minutes(self) -> float:
        return self.delivery.speech_seconds / 60

    @property
    def voiced_s(self) -> float:
        return sum(voice.voiced_s for voice in self.voices)

    @property
    def heard(self) -> float:
        """The share of the speech whose sound was measured."""
        whole = sum(end - start for turn in self.turns for start, end in turn.speech)
        held = {voice.turn: voice.coverage for voice in self.voices}
        part = sum(
            (end - start) * held.get(turn.index, 0.0)
            for turn in self.turns
            for start, end in turn.speech
        )
        return part / whole if whole else 0.0


def voice_figures(
    turns: Sequence[Turn],
    voices: Mapping[int, TurnVoice],
    passage: TurnVoice | None = None,
) -> VoiceFigures | None:
    """The figures of all spoken answers; None where nobody spoke."""
    spoken = tuple(turn for turn in turns if turn.speech and turn.words and not turn.typed)
    if not spoken:
        return None
    whole = _group(spoken, voices)
    first = _first(spoken)
    own = _group(first, voices) if len(first) < len(spoken) else None
    return VoiceFigures(
        measures=tuple(_measure(kind, whole, own, passage) for kind in _KINDS),
        lanes=(_lane("pitch", "Pitch", "Hz", whole), _lane("loudness", "Loudness", "dB", whole)),
        fluency=fluency_of(spoken, whole.delivery),
        notes=language_notes(spoken),
        baseline=_told(own, passage),
        coverage=whole.heard,
    )


def _group(turns: tuple[Turn, ...], voices: Mapping[int, TurnVoice]) -> _Spoken:
    held = tuple(voices[turn.index] for turn in turns if turn.index in voices)
    return _Spoken(turns, held, delivery_of(turns))


def _first(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    seconds = 0.0
    for count, turn in enumerate(turns, 1):
        seconds += sum(end - start for start, end in turn.speech)
        if seconds >= FIRST_SPEECH_S:
            return turns[:count]
    return turns


def _told(own: _Spoken | None, passage: TurnVoice | None) -> str:
    if passage is not None and passage.voiced_s >= LEAST_VOICED_S:
        return BASE_PASSAGE
    if own is None:
        return BASE_NONE
    count = len(own.turns)
    return BASE_FIRST.format(count="answer" if count == 1 else f"{count} answers")


@dataclass(frozen=True)
class _Kind:
    name: str
    title: str
    unit: str
    of: Callable[[_Spoken], float | None]
    band: Band | None = None
    stretches: Callable[[_Spoken], tuple[Stretch, ...]] = lambda _: ()
    of_sound: Callable[[TurnVoice], float | None] | None = None


def _measure(
    kind: _Kind, whole: _Spoken, own: _Spoken | None, passage: TurnVoice | None
) -> Measure:
    value = kind.of(whole)
    usual = kind.of(own) if own is not None else None
    read = passage is not None and passage.voiced_s >= LEAST_VOICED_S
    if passage is not None and read and kind.of_sound is not None:
        usual = kind.of_sound(passage)
    sound = kind.of_sound is not None
    return Measure(
        kind.name,
        kind.title,
        kind.unit,
        value,
        own=usual,
        band=kind.band,
        stretches=kind.stretches(whole),
        coverage=whole.heard if sound else whole.delivery.coverage,
        note=_why_not(kind, whole) if value is None else "",
    )


def _why_not(kind: _Kind, whole: _Spoken) -> str:
    if kind.name == "fillers":
        return whole.delivery.filler_note
    return TOO_SHORT if kind.of_sound is None else NO_SOUND


def _of_voices(pick: Callable[[TurnVoice], float | None]) -> Callable[[_Spoken], float | None]:
    """The mean over answers, weighed by how long the voice was heard."""

    def figure(spoken: _Spoken) -> float | None:
        held = [(value, v.voiced_s) for v in spoken.voices if (value := pick(v)) is not None]
        seconds = sum(weight for _, weight in held)
        if seconds < LEAST_VOICED_S:
            return None
        return sum(value * weight for value, weight in held) / seconds

    return figure


def _speaking(spoken: _Spoken) -> float | None:
    delivery = spoken.delivery
    if delivery.speech_seconds < LEAST_SPEECH or delivery.words < LEAST_WORDS:
        return None
    return delivery.words / (delivery.answer_seconds / 60)


def _pauses_a_minute(spoken: _Spoken) -> float | None:
    if spoken.delivery.pause_share is None:
        return None
    return len(spoken.delivery.pauses) / (spoken.delivery.answer_seconds / 60)


def _pause_length(spoken: _Spoken) -> float | None:
    pauses = spoken.delivery.pauses
    return mean(pause.seconds for pause in pauses) if pauses else None


def _long_share(spoken: _Spoken) -> float | None:
    share = long_pause_share(spoken.delivery)
    return None if share is None else 100 * share


def _inside_share(spoken: _Spoken) -> float | None:
    """The share of pauses that fall inside a sentence, by the mark of the word before."""
    inside = [_is_inside(turn, pause.start_s) for turn, pause in _pauses(spoken)]
    known = [each for each in inside if each is not None]
    return 100 * sum(known) / len(known) if len(known) >= 3 else None


def _pauses(spoken: _Spoken) -> list[tuple[Turn, Stretch]]:
    found = []
    for turn in spoken.turns:
        for pause in spoken.delivery.pauses:
            if turn.speech[0][0] <= pause.start_s <= turn.speech[-1][1]:
                end = pause.start_s + pause.seconds
                label = f"pause of {pause.seconds:.1f} s"
                found.append((turn, Stretch(pause.start_s, end, label)))
    return found


def _is_inside(turn: Turn, at_s: float) -> bool | None:
    before = [word for word in turn.words if (word.start_s + word.end_s) / 2 < at_s]
    return not before[-1].text.strip().endswith(SENTENCE_ENDS) if before else None


def _long_pauses(spoken: _Spoken) -> tuple[Stretch, ...]:
    found = [pause for _, pause in _pauses(spoken)]
    return tuple(pause for pause in found if pause.end_s - pause.start_s > LONG_PAUSE)


def _filler_places(spoken: _Spoken) -> tuple[Stretch, ...]:
    return tuple(Stretch(f.start_s, f.start_s + 0.5, f.text) for f in spoken.delivery.fillers)


def _breaks(spoken: _Spoken) -> tuple[Stretch, ...]:
    found = (at for voice in spoken.voices for at in voice.breaks)
    return tuple(Stretch(at - 0.5, at + 0.5, "the voice breaks") for at in found)


def _breaks_a_minute(spoken: _Spoken) -> float | None:
    if spoken.voiced_s < LEAST_SPEECH:
        return None
    return sum(len(voice.breaks) for voice in spoken.voices) / (spoken.voiced_s / 60)


def _waits(spoken: _Spoken) -> tuple[Stretch, ...]:
    return tuple(
        Stretch(turn.asked_at_s, turn.speech[0][0], "before the answer") for turn in spoken.turns
    )


def _lane(name: str, title: str, unit: str, spoken: _Spoken) -> Lane:
    """One lane over the whole interview; gaps between answers and where nothing was heard."""
    step = min((voice.step_s for voice in spoken.voices), default=0.5)
    end = max((v.start_s + len(v.pitch_hz) * v.step_s for v in spoken.voices), default=0.0)
    values: list[float | None] = [None] * round(end / step)
    for voice in spoken.voices:
        column = voice.pitch_hz if name == "pitch" else voice.loudness_db
        for n, value in enumerate(column):
            place = round((voice.start_s + n * voice.step_s) / step)
            if 0 <= place < len(values):
                values[place] = value
    return Lane(name, title, unit, 0.0, step, tuple(values))


def _sound(name: str, title: str, unit: str, pick: Callable[[TurnVoice], float | None]) -> _Kind:
    return _Kind(name, title, unit, _of_voices(pick), of_sound=pick)


_KINDS: tuple[_Kind, ...] = (
    _Kind("articulation", "Pace", "words/min of speech", lambda s: s.delivery.rate_wpm, PACE),
    _Kind("speaking_rate", "Pace with pauses", "words/min", _speaking),
    _Kind("pauses", "Pauses", "a minute", _pauses_a_minute),
    _Kind("pause_length", "Length of a pause", "s", _pause_length),
    _Kind("long_pauses", "Time in long pauses", "%", _long_share, LONG_PAUSES, _long_pauses),
    _Kind("pauses_inside", "Pauses inside a sentence", "%", _inside_share),
    _Kind(
        "fillers",
        "Fillers",
        "a minute",
        lambda s: s.delivery.fillers_per_minute,
        FILLERS,
        _filler_places,
    ),
    _Kind(
        "response",
        "Wait before answering",
        "s",
        lambda s: s.delivery.response_s_median,
        None,
        _waits,
    ),
    _sound("pitch", "Pitch", "Hz", lambda v: v.pitch_hz_median),
    _sound("pitch_range", "Pitch range", "semitones", lambda v: v.pitch_range_st),
    _sound("loudness", "Loudness", "dB", lambda v: v.loudness_mean_db),
    _sound("steadiness", "Spread of loudness", "dB", lambda v: v.loudness_spread_db),
    _Kind(
        "breaks", "Breaks of the voice", "a minute", _breaks_a_minute, None, _breaks, lambda _: None
    ),
)
