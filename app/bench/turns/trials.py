"""All trials of one speech file: pauses at its inner word boundaries, and its true end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.bench.turns.boundaries import Boundary, choose, find_boundaries
from app.bench.turns.figures import SECONDS, EndTried, PauseTried, Policy
from app.bench.turns.live_trial import ended, resumed, speak_to_live
from app.bench.turns.overheard import (
    Silence,
    first_end,
    flat_ends,
    listen_to,
    pipecat_ends,
    speech_in,
    voice_in,
)
from app.bench.turns.pauses import Floats, Gap, Paused, find_gap, followed, noise_floor, with_pause
from app.bench.turns.remembering import JUDGE_SECONDS, RememberingEngines
from app.bench.turns.speech_files import SpeechFile
from app.ports.speech import SAMPLE_RATE
from app.usecases.ear import FRAME, FRAME_SECONDS, SPEECH_ABOVE

AFTER_SECONDS = 8.0
NEAR_SECONDS = 0.5
BEFORE_SECONDS = 2.0
AROUND_SECONDS = 0.3


class NothingToTry(Exception):
    """Why no pause and no end of this file can be tried."""


@dataclass(frozen=True)
class FileTried:
    """What came of one file; `why` tells why no pause was tried in it, "" where some were."""

    pauses: tuple[PauseTried, ...]
    end: EndTried
    why: str = ""


async def try_file(
    file: SpeechFile, engines: RememberingEngines, *, inside_most: int, seed: int
) -> FileTried:
    """Try each chosen boundary with each length of pause, and the end.

    Raises:
        NothingToTry: no speech or no words are heard in it.
        SpeechUnavailable: a model is missing or failed.
    """
    engines.forget()
    voice = voice_in(file.pcm, engines)
    speech = speech_in(voice)
    if speech is None:
        raise NothingToTry("no speech is heard in it")
    heard = engines.recognise(file.pcm)
    if not heard.words:
        raise NothingToTry("no words are heard in it")
    places = choose(
        find_boundaries(file.words, heard.words),
        speech_from_s=speech[0],
        speech_to_s=speech[1],
        inside_most=inside_most,
        seed=f"{seed}:{file.name}",
    )
    pauses = [
        await _try_pause(file, place, gap, paused, seconds, engines)
        for place, gap, seconds, paused in _paused(file, places, voice)
    ]
    why = "" if pauses else "no inner word boundary a second from both ends"
    return FileTried(tuple(pauses), await _try_end(file, speech[1], engines), why)


def _paused(
    file: SpeechFile, places: tuple[Boundary, ...], voice: Floats
) -> Iterator[tuple[Boundary, Gap, float, Paused]]:
    floor = noise_floor(file.pcm)
    for place in places:
        gap = find_gap(file.pcm, place, floor, voice)
        if not _between_voices(gap, voice):
            continue  # the recogniser's word times are wrong there
        for seconds in SECONDS:
            paused = with_pause(file.pcm, gap, seconds, floor)
            if paused is not None:
                yield place, gap, seconds, paused


async def _try_pause(
    file: SpeechFile,
    place: Boundary,
    gap: Gap,
    paused: Paused,
    seconds: float,
    engines: RememberingEngines,
) -> PauseTried:
    near = paused.start_s - NEAR_SECONDS
    before = max(0.0, paused.start_s - BEFORE_SECONDS)
    silences = [
        silence
        for silence in listen_to(paused.pcm, engines, from_s=before, to_s=paused.end_s)
        if silence.until_s is None or silence.until_s > paused.start_s
    ]
    longest = max(silences, key=_length, default=None)
    seen = await speak_to_live(paused.pcm, engines, look_from_s=near, enough=resumed(paused.end_s))
    cut = _cut_by_rules(silences) | (
        frozenset[Policy]({"sounding"}) if seen.ended_s is not None else frozenset[Policy]()
    )
    return PauseTried(
        file=file.name,
        speaker=file.speaker,
        kind=place.kind,
        at_s=round(gap.quietest / SAMPLE_RATE, 3),
        seconds=seconds,
        natural_s=round(gap.seconds, 3),
        silence_s=None if longest is None else round(_length(longest), 3),
        probability=None if longest is None else longest.probability,
        later=None if longest is None else longest.later,
        wait_s=seen.wait_s,
        hook=seen.hook,
        cut=cut,
        wrong=cut - {"sounding"} if seen.undone else cut,
    )


async def _try_end(file: SpeechFile, speech_to_s: float, engines: RememberingEngines) -> EndTried:
    pcm = followed(file.pcm, AFTER_SECONDS, noise_floor(file.pcm))
    near = speech_to_s - NEAR_SECONDS
    silences = listen_to(pcm, engines, from_s=near, to_s=len(pcm) / SAMPLE_RATE)
    if not silences:
        raise NothingToTry("its speech has no end that is heard")
    last = min(silences, key=lambda one: abs(one.from_s - speech_to_s))
    after = [one for one in silences if one.from_s >= last.from_s]
    seen = await speak_to_live(pcm, engines, look_from_s=last.from_s, enough=ended(last.from_s))
    ends: dict[Policy, float | None] = {
        "sounding": seen.ended_s,
        "pipecat_default": first_end([(one, pipecat_ends(one, JUDGE_SECONDS)) for one in after]),
        "flat_3_2": first_end([(one, flat_ends(one)) for one in after]),
    }
    never = last.from_s + AFTER_SECONDS
    return EndTried(
        file=file.name,
        speaker=file.speaker,
        probability=last.probability,
        later=last.later,
        wait_s=seen.wait_s,
        hook=seen.hook,
        waits={
            policy: round((never if end is None else end) - last.from_s, 3)
            for policy, end in ends.items()
        },
    )


def _between_voices(gap: Gap, voice: Floats) -> bool:
    """Whether there is mostly voice right before the gap and right after it."""
    first, last = gap.start // FRAME, -(-gap.end // FRAME)
    reach = round(AROUND_SECONDS / FRAME_SECONDS)
    sides = voice[max(0, first - reach) : first], voice[last : last + reach]
    return all(len(side) and float((side > SPEECH_ABOVE).mean()) >= 0.5 for side in sides)


def _cut_by_rules(silences: Sequence[Silence]) -> frozenset[Policy]:
    pipecat = first_end([(one, pipecat_ends(one, JUDGE_SECONDS)) for one in silences])
    flat = first_end([(one, flat_ends(one)) for one in silences])
    cut: dict[Policy, float | None] = {"pipecat_default": pipecat, "flat_3_2": flat}
    return frozenset(policy for policy, end in cut.items() if end is not None)


def _length(silence: Silence) -> float:
    return (float("inf") if silence.until_s is None else silence.until_s) - silence.from_s
