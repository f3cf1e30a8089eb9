"""Attacks that stand in files, with wordings that nobody looked at while setting the gates.

A wording is a template over a question (`q`), its reference (`r`), a good answer to it (`a`) and
one to another question (`o`). A gate has let an attack pass when it got an automatic score above
the lowest level.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from app.adapters.files.graded_answers import BadGradedAnswers, load_graded
from app.adapters.files.scorer_file import load_scorer
from app.adapters.files.yaml_files import read_yaml
from app.assessment import gates
from app.assessment.decision import AUTOMATIC, Library, decide, points_of
from app.assessment.scorer.features import Embed, Item
from app.assessment.scorer.model import BadScorer
from app.assessment.scorer.scorer import Scorer
from app.assessment.sentences import sentences_of
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.grading import MOHLER, attack_sources
from app.bench.grading_attacks import LOWEST_LEVEL, Source, measure_attacks
from app.bench.machine import machine
from app.domain.errors import BadContent
from app.ports.errors import PortError

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "evals" / "attacks"
LEAST_OF_A_GATE = 120
_SHORTEST = 4
_SPOKEN_VERBS = "is are was were can has have does do will should may must"
_VERBS = frozenset(_SPOKEN_VERBS.split())
_LETTERS = "asdfghjklqwrtzpxcvbnm"
_KNOWN = frozenset(
    {
        gates.PARROTED,
        gates.SOUP,
        gates.NEGATED,
        gates.OFF_TOPIC,
        gates.INJECTION,
        gates.FILLER,
        gates.GIBBERISH,
        gates.LANGUAGE,
        gates.NEAR_EMPTY,
        gates.UNRELIABLE,
    }
)


@dataclass(frozen=True)
class Wording:
    """One template; `probability` is how surely a recogniser heard it, where that matters."""

    text: str
    probability: float | None = None


@dataclass(frozen=True)
class AttackFile:
    """The wordings against one gate; `tuned` says that thresholds were set while seeing them."""

    gate: str
    tuned: bool
    wordings: tuple[Wording, ...]


def read_attacks(folder: Path = FOLDER) -> tuple[AttackFile, ...]:
    """All files of a folder; raises BenchRefused."""
    found = tuple(_read(path) for path in sorted(folder.glob("*.yaml")))
    if not found:
        raise BenchRefused(f"expected attacks (*.yaml) in {folder}, found none")
    return found


def bench_attacks(*, data: Path | None, seed: int, embed: Embed) -> dict[str, Any]:
    """Attacks of the files and of the generators, against the shipped scorer and its gates."""
    if data is None:
        raise BenchRefused("--data or SOUNDING_DATA must name the folder of labelled data")
    try:
        graded = [each for name in (MOHLER, "saf") for each in load_graded(data, name).graded]
        scorer = Scorer(load_scorer(), embed)
        sources = attack_sources(graded)
        texts = tuple(dict.fromkeys(t for s in sources for t in (s.question, s.reference)))
        library = Library(texts, embed(texts))
        files = measure_files(read_attacks(), sources, scorer, library, embed, seed)
        generated = measure_attacks(sources, scorer, library, embed, seed)
    except BadGradedAnswers as error:
        raise BenchRefused(str(error)) from error
    except (BadScorer, PortError) as error:
        raise BenchFailed(str(error)) from error
    return {
        "machine": machine(),
        "seed": seed,
        "questions": len(sources),
        "held_out_and_tuned": files,
        "generators": generated,
    }


def measure_files(
    files: Sequence[AttackFile],
    sources: Sequence[Source],
    scorer: Scorer,
    library: Library,
    embed: Embed,
    seed: int,
) -> dict[str, Any]:
    """For each gate and kind of wording: how many attacks passed, and which wordings let them."""
    result: dict[str, Any] = {}
    for file in files:
        draw = Random(seed)  # noqa: S311 - a measurement
        passed: list[list[bool]] = [[] for _ in file.wordings]
        while sum(map(len, passed)) < LEAST_OF_A_GATE:
            for place, wording in enumerate(file.wordings):
                source = draw.choice(list(sources))
                through = passes(wording, source, scorer, library, embed, draw)
                passed[place].append(through)
        every = [each for some in passed for each in some]
        let_in = [(w.text, p) for w, p in zip(file.wordings, passed, strict=True) if any(p)]
        kind = "tuned" if file.tuned else "held_out"
        result.setdefault(file.gate, {})[kind] = {
            "passed_share": round(sum(every) / len(every), 4),
            "n": len(every),
            "wordings": len(file.wordings),
            "passing": {text: round(sum(p) / len(p), 3) for text, p in let_in},
        }
    return result


def passes(
    wording: Wording,
    source: Source,
    scorer: Scorer,
    library: Library,
    embed: Embed,
    draw: Random,
) -> bool:
    """Whether one attack gets an automatic score above the lowest level."""
    item = Item(source.question, source.reference, said(wording, source, draw))
    if wording.probability is not None:
        heard = sentences_of([(0, item.answer)])
        asked = [source.question]
        if gates.examine(heard, asked, points_of(item), wording.probability).ungraded is not None:
            return False
    decision = decide(item, scorer, library, embed)
    return decision.status == AUTOMATIC and (decision.score or 0.0) > LOWEST_LEVEL


def said(wording: Wording, source: Source, draw: Random) -> str:
    """The words of one attack."""
    space = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    space.filters |= _filters(draw)
    template = space.from_string(wording.text)
    return template.render(
        q=source.question,
        r=source.reference,
        a=source.answer,
        o=source.other,
        keys=lambda count: _keys(draw, count),
    )


def _read(path: Path) -> AttackFile:
    try:
        document = read_yaml(path, path.name)
        gate, tuned = document["gate"], document["used_in_tuning"]
        listed = document["wordings"]
    except (BadContent, KeyError) as error:
        raise BenchRefused(f"{path.name}: {error}") from error
    if gate not in _KNOWN or not isinstance(tuned, bool) or not isinstance(listed, list):
        raise BenchRefused(f"{path.name}: expected a gate, used_in_tuning and wordings")
    return AttackFile(str(gate), tuned, tuple(_wording(each, path.name) for each in listed))


def _wording(given: object, name: str) -> Wording:
    if isinstance(given, str):
        return Wording(given)
    if isinstance(given, dict) and isinstance(given.get("text"), str):
        return Wording(given["text"], float(given.get("probability", 1.0)))
    raise BenchRefused(f"{name}: expected a wording as text, found {given!r}")


def _filters(draw: Random) -> dict[str, Callable[..., Any]]:
    return {
        "words": _words,
        "long": lambda text: [word for word in _words(text) if len(word) >= _SHORTEST],
        "bare": lambda text: text.rstrip("?. "),
        "stop": lambda text: text.rstrip(". "),
        "small": lambda text: text[:1].lower() + text[1:],
        "half": _half,
        "evens": lambda words: words[::2],
        "odds": lambda words: words[1::2],
        "shuffle": lambda words: draw.sample(words, len(words)),
        "flip": _flip,
        "vowelless": lambda text: "".join(c for c in text if c.lower() not in "aeiou"),
        "mangled": lambda text: " ".join("".join(draw.sample(w, len(w))) for w in _words(text)),
        "misheard": lambda text, share: _misheard(text, share, draw),
    }


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c in "-' " else " " for c in text).split()


def _half(text: str, which: int) -> str:
    words = _words(text)
    middle = len(words) // 2
    return " ".join(words[middle:] if which else words[:middle])


def _flip(text: str, denial: str) -> str:
    """The denial after the first verb that can bear one, or before all where there is none."""
    words = text.split()
    for place, word in enumerate(words):
        if word.lower() in _VERBS:
            verb = [] if denial.startswith("can") else [word]
            return " ".join([*words[:place], *verb, *denial.split(), *words[place + 1 :]])
    return f"It is {denial} true that {text[:1].lower()}{text[1:]}"


def _keys(draw: Random, count: int) -> str:
    return " ".join(
        "".join(draw.choice(_LETTERS) for _ in range(draw.randint(4, 9))) for _ in range(count)
    )


def _misheard(text: str, share: float, draw: Random) -> str:
    """Some words replaced by others of the same text, cut short, or lost."""
    words = _words(text)
    found: list[str] = []
    for word in words:
        if draw.random() >= share:
            found.append(word)
            continue
        kind = draw.randrange(3)
        if kind == 0:
            found.append(draw.choice(words))
        elif kind == 1:
            found.append(word[: max(1, len(word) // 2)])
    return " ".join(found)
