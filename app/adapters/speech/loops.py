"""Signs that a recogniser ran in circles instead of writing down what was said."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

from app.domain.interview import Word

MOST_WORDS_A_SECOND = 7.0
MOST_COMPRESSION = 2.4
LONGEST_PHRASE = 8
LEAST_WORD_SECONDS = 0.08


def is_looped(words: Sequence[Word], speech_seconds: float) -> bool:
    """Whether the words repeat themselves or come faster than anyone speaks.

    Args:
        words: What was recognised.
        speech_seconds: How much of the sound was speech.
    """
    if len(words) < 6:
        return False
    if len(words) > 12 and len(words) / max(speech_seconds, 0.5) > MOST_WORDS_A_SECOND:
        return True
    return first_loop(words) is not None or _compression(words) > MOST_COMPRESSION


def trimmed(words: Sequence[Word], speech_seconds: float) -> tuple[Word, ...]:
    """The words up to where the first loop starts to repeat, and no more than could be said."""
    end = first_loop(words)
    most = int(MOST_WORDS_A_SECOND * max(speech_seconds, 0.5)) + 1
    return tuple(words[: min(end if end is not None else len(words), most)])


def once(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words without phrases that are read twice and were said once.

    Where the sound ends, a recogniser may read the sentence again: all of its words, said in no
    time. Who says something twice takes the time for it, and is believed.
    """
    kept = list(words)
    plain = _plain(words)
    place = 0
    while place < len(kept):
        again = _in_no_time(kept, plain, place)
        if again is None:
            place += 1
        else:
            del kept[again], plain[again]
    return tuple(kept)


def first_loop(words: Sequence[Word]) -> int | None:
    """The index just after the first saying of a phrase that is then said over and over.

    One word has to come six times in a row, two words four times, longer phrases three times:
    people do say "no, no, no", and some stutter.
    """
    plain = _plain(words)
    found: list[int] = []
    for size in range(1, LONGEST_PHRASE + 1):
        times = {1: 6, 2: 4}.get(size, 3)
        start = _repeated(plain, size, times)
        if start is not None:
            found.append(start + size)
    return min(found) if found else None


def _plain(words: Sequence[Word]) -> list[str]:
    return [re.sub(r"[^\w']", "", word.text.lower()) for word in words]


def _in_no_time(words: Sequence[Word], plain: Sequence[str], place: int) -> slice | None:
    """Where a phrase of two words or more that begins here stands twice, the one not said."""
    for size in range((len(words) - place) // 2, 1, -1):
        middle = place + size
        if plain[place:middle] != plain[middle : middle + size]:
            continue
        for begin in (middle, place):
            seconds = words[begin + size - 1].end_s - words[begin].start_s
            if seconds < LEAST_WORD_SECONDS * size:
                return slice(begin, begin + size)
    return None


def _repeated(plain: list[str], size: int, times: int) -> int | None:
    run = 0
    for index in range(size, len(plain)):
        run = run + 1 if plain[index] == plain[index - size] else 0
        if run >= size * (times - 1):
            return index - run - size + 1
    return None


def _compression(words: Sequence[Word]) -> float:
    data = " ".join(word.text for word in words).encode()
    return len(data) / len(zlib.compress(data))
