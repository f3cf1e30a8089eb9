"""How answers were spoken: pace, pauses, fillers and the wait before them.

Coaching bands (practice advice, not norms of ability):

- pace 110 to 170 words per minute while speaking (interview coaches advise 128 to 160);
- at most 5 fillers a minute (up to there listeners were not bothered: Laske et al. 2024);
- pauses above 2 s fill at most a fifth of the answering time (own choice: thinking is allowed).

`index` is the share of the bands that could be measured and were met. Pauses come from voice
activity, since a recogniser's word times swallow silence. How long someone thinks before an answer
is shown and never judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from app.domain.interview import Turn
from app.domain.report import Delivery, Filler, Pause

SHORTEST_PAUSE = 0.25
LONG_PAUSE = 2.0
PACE_BAND = (110.0, 170.0)
MOST_FILLERS = 5.0
MOST_PAUSED = 0.2
LEAST_SPEECH = 10.0
LEAST_WORDS = 20

FILLERS = frozenset({"um", "uh", "uhm", "umm", "uhh", "er", "erm", "hmm", "hm", "mm", "ah", "eh"})

NOTE_MEASURED = "Counted in a second pass over the recording that keeps um and uh."
NOTE_PARTLY = "Counted in a second pass over {done} of {all} answers; the others were not recorded."
NOTE_MISSING = "Not counted: that takes a second pass over the kept sound, and none was made."
NOTE_SHORT = "Not counted: less than 10 seconds of speech were heard a second time."


@dataclass(frozen=True)
class Band:
    """One coaching band: what was measured, None when it could not be, and whether it was met."""

    name: str
    value: float | None
    met: bool | None


def delivery_of(turns: Sequence[Turn]) -> Delivery:
    """The delivery of all spoken answers; typed, skipped and silent ones don't count."""
    spoken = [turn for turn in turns if _is_spoken(turn)]
    speech = sum(_length(turn.speech) for turn in spoken)
    answering = sum(_span(turn) for turn in spoken)
    words = sum(_word_count(turn) for turn in spoken)
    pauses = tuple(pause for turn in spoken for pause in pauses_of(turn))
    fillers, note, passed = _fillers(spoken)
    minutes = sum(_length(turn.speech) for turn in passed) / 60
    rate = words / (speech / 60) if speech >= LEAST_SPEECH and words >= LEAST_WORDS else None
    enough = speech >= LEAST_SPEECH
    waits = [turn.speech[0][0] - turn.asked_at_s for turn in spoken]
    share = sum(p.seconds for p in pauses) / answering if enough and answering > 0 else None
    per_minute = len(fillers) / minutes if minutes * 60 >= LEAST_SPEECH else None
    answered = [turn for turn in turns if turn.heard.strip()]
    return Delivery(
        speech_seconds=speech,
        answer_seconds=answering,
        words=words,
        rate_wpm=rate,
        pauses=pauses,
        long_pauses=sum(pause.seconds > LONG_PAUSE for pause in pauses),
        pause_share=share,
        fillers=fillers,
        fillers_per_minute=per_minute,
        filler_note=note,
        response_s_median=median(max(0.0, wait) for wait in waits) if waits else None,
        index=_index(bands(rate, per_minute, _long_share(pauses, answering, enough))),
        coverage=len(spoken) / len(answered) if answered else 0.0,
    )


def pauses_of(turn: Turn) -> tuple[Pause, ...]:
    """The silences inside one answer, longer than a quarter of a second."""
    return tuple(
        Pause(before[1], after[0] - before[1])
        for before, after in pairwise(sorted(turn.speech))
        if after[0] - before[1] > SHORTEST_PAUSE
    )


def bands(
    rate: float | None, fillers_per_minute: float | None, long_pause_share: float | None
) -> tuple[Band, ...]:
    """The coaching bands with what was measured of each."""
    low, high = PACE_BAND
    return (
        Band("pace", rate, None if rate is None else low <= rate <= high),
        Band(
            "fillers",
            fillers_per_minute,
            None if fillers_per_minute is None else fillers_per_minute <= MOST_FILLERS,
        ),
        Band(
            "pauses",
            long_pause_share,
            None if long_pause_share is None else long_pause_share <= MOST_PAUSED,
        ),
    )


def long_pause_share(delivery: Delivery) -> float | None:
    """The share of the answering time in pauses above two seconds."""
    enough = delivery.pause_share is not None
    return _long_share(delivery.pauses, delivery.answer_seconds, enough)


def _long_share(pauses: Sequence[Pause], answering: float, enough: bool) -> float | None:
    if not enough or answering <= 0:
        return None
    return sum(pause.seconds for pause in pauses if pause.seconds > LONG_PAUSE) / answering


def _index(measured: Sequence[Band]) -> float | None:
    known = [band.met for band in measured if band.met is not None]
    return sum(known) / len(known) if known else None


def _is_spoken(turn: Turn) -> bool:
    return not turn.typed and bool(turn.speech) and bool(turn.words)


def _length(spans: Sequence[tuple[float, float]]) -> float:
    return sum(max(0.0, end - start) for start, end in spans)


def _span(turn: Turn) -> float:
    return max(end for _, end in turn.speech) - min(start for start, _ in turn.speech)


def _word_count(turn: Turn) -> int:
    return sum(len(word.text.split()) for word in turn.words if not is_filler(word.text))


def is_filler(text: str) -> bool:
    """Whether a recognised word is an um or an uh; words such as "like" are never counted."""
    plain = text.strip(" .,;:!?-…\"'").lower()
    return plain in FILLERS


def _fillers(spoken: Sequence[Turn]) -> tuple[tuple[Filler, ...], str, list[Turn]]:
    passed = [turn for turn in spoken if turn.filler_words is not None]
    found = tuple(
        Filler(word.text.strip(" .,;:!?-…"), word.start_s)
        for turn in passed
        for word in turn.filler_words or ()
        if is_filler(word.text)
    )
    if not passed:
        return (), NOTE_MISSING, passed
    if sum(_length(turn.speech) for turn in passed) < LEAST_SPEECH:
        return found, NOTE_SHORT, passed
    if len(passed) < len(spoken):
        return found, NOTE_PARTLY.format(done=len(passed), all=len(spoken)), passed
    return found, NOTE_MEASURED, passed
