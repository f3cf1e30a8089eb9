"""Notes on the words themselves: repeats, restarts, slips of grammar, hedges, range of vocabulary.

Only patterns that are wrong, or weaken what is said, in nearly every English; dialect and accent
are no mistakes. A recogniser writes spoken language smoother than it was, so a missing note proves
nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.delivery.speech import is_filler
from app.domain.figures import LanguageNote, Stretch
from app.domain.interview import Turn, Word

MOST_NOTES = 24
HEDGES_PER_100 = 4.0
WINDOW_WORDS = 50
LEAST_WORDS = 100
NARROW_BELOW = 0.62
OFTEN_SHARE = 0.03
LEAST_OFTEN = 5
LONGEST_GAP_S = 2.0

HEDGES = ("kind of", "sort of", "i guess", "maybe", "i suppose", "basically", "probably")
DOUBLED_RIGHTLY = frozenset({"had", "that", "very", "really", "no", "yes", "bye", "so", "is"})
SLIPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(could|should|would|must|might) of\b"), '"{0}": {1} have'),
    (re.compile(r"\bmore (better|easier|faster|bigger|worse|smaller)\b"), '"{0}": {1} is enough'),
    (re.compile(r"\bmost (best|easiest|fastest|biggest|worst)\b"), '"{0}": {1} is enough'),
    (re.compile(r"\b(informations|advices|softwares|equipments)\b"), '"{0}" has no plural'),
    (re.compile(r"\b(he|she|it) (have|do)\b(?! to be)"), '"{0}": {1} has or does'),
    (re.compile(r"\b(?:did|didn't) (went|came|saw|took|wrote|gave)\b"), '"{0}": did asks for "go"'),
    (re.compile(r"\bdiscuss(?:ed)? about\b"), '"{0}": discuss something'),
)
_COMMON = """
a about after all also an and are as at be because been but by can could did do does for
from get had has have he her his how i if in into is it its just like make me more my no
not of on one only or our out so some than that the their them then there they thing
things this to up use was we well were what when where which who will with would you
your going really it's that's i'm don't very know think
"""
COMMON = frozenset(_COMMON.split())


def language_notes(turns: Sequence[Turn]) -> tuple[LanguageNote, ...]:
    """The notes on all spoken answers, in the order of time, at most two dozen."""
    found: list[LanguageNote] = []
    for turn in turns:
        if not turn.typed and turn.words and turn.language == "en" and not turn.unreliable:
            found += [*repeats(_kept(turn)), *_slips(turn.words), *_restarts(_kept(turn))]
    found = sorted(found, key=lambda note: note.stretch.start_s if note.stretch else 0.0)
    words = [w for turn in turns if not turn.typed for w in turn.words]
    return (*found[:MOST_NOTES], *_hedged(words), *_vocabulary(words))


def repeats(words: Sequence[Word]) -> Iterator[LanguageNote]:
    """A word said twice in a row, where that is no emphasis."""
    for before, after in pairwise(words):
        same = plain(before.text) == plain(after.text) != ""
        apart = after.start_s - before.end_s > LONGEST_GAP_S
        if same and not apart and plain(after.text) not in DOUBLED_RIGHTLY:
            label = f"{plain(after.text)} {plain(after.text)}"
            yield LanguageNote(
                "repeated", f'"{label}"', Stretch(before.start_s, after.end_s, label)
            )


def plain(text: str) -> str:
    """A word without marks, in lower case."""
    return re.sub(r"[^\w'-]", "", text.lower())


def _kept(turn: Turn) -> tuple[Word, ...]:
    """The words of the pass that keeps what was really said, where it was made; no fillers."""
    words = turn.filler_words or turn.words
    return tuple(word for word in words if not is_filler(word.text))


def _restarts(words: Sequence[Word]) -> Iterator[LanguageNote]:
    """A word broken off and begun anew, as the recogniser writes it: "I-I" or "ser- server"."""
    for word in words:
        text = plain(word.text)
        halves = text.split("-")
        broken = text.endswith("-") or (len(halves) == 2 and halves[0] == halves[1] != "")
        if broken:
            yield LanguageNote("restarted", f'"{text}"', Stretch(word.start_s, word.end_s, text))


def _slips(words: Sequence[Word]) -> Iterator[LanguageNote]:
    starts: list[int] = []
    line = ""
    for word in words:
        starts.append(len(line))
        line += plain(word.text) + " "
    for pattern, remark in SLIPS:
        for match in pattern.finditer(line):
            first = max(n for n, at in enumerate(starts) if at <= match.start())
            last = max(n for n, at in enumerate(starts) if at < match.end())
            said = match.group(0).strip()
            stretch = Stretch(words[first].start_s, words[last].end_s, said)
            group = match.group(1) if pattern.groups else said
            yield LanguageNote("grammar", remark.format(said, group), stretch)


def _hedged(words: Sequence[Word]) -> Iterator[LanguageNote]:
    line = f" {' '.join(plain(word.text) for word in words)} "
    counts = {hedge: line.count(f" {hedge} ") for hedge in HEDGES}
    total = sum(counts.values())
    if len(words) >= LEAST_WORDS and total / len(words) * 100 >= HEDGES_PER_100:
        most = max(counts, key=lambda hedge: counts[hedge])
        yield LanguageNote(
            "hedged", f'{total} hedges in {len(words)} words, most often "{most}" ({counts[most]})'
        )


def _vocabulary(words: Sequence[Word]) -> Iterator[LanguageNote]:
    """How often words recur: types over tokens in a moving window (Covington and McFall 2010)."""
    plains = [text for word in words if (text := plain(word.text)) and not is_filler(text)]
    if len(plains) < LEAST_WORDS:
        return
    windows = [plains[n : n + WINDOW_WORDS] for n in range(len(plains) - WINDOW_WORDS + 1)]
    share = sum(len(set(window)) for window in windows) / len(windows) / WINDOW_WORDS
    told = f"{share:.0%} of the words in any {WINDOW_WORDS} are different ones"
    if share < NARROW_BELOW:
        told += "; fewer than speakers usually use"
    yield LanguageNote("vocabulary", told)
    counts = Counter(word for word in plains if word not in COMMON and len(word) > 3)
    for word, count in counts.most_common(2):
        if count >= LEAST_OFTEN and count / len(plains) >= OFTEN_SHARE:
            yield LanguageNote("vocabulary", f'"{word}" {count} times in {len(plains)} words')
