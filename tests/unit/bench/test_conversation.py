"""The lab of scripted candidates: it holds real conversations, and its checks can fail."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from app.agent.proposal import ProbeDraft, Rewording
from app.bench.conversation import Stage, held, summed
from app.bench.errors import BenchRefused
from app.bench.lab.manners import CHECKS, checked
from app.bench.lab.persona import Act, Persona, read_personas
from app.bench.lab.record import Deed, Entry, Record
from app.domain.interview import Turn
from app.domain.question import Bank, Criterion, Level, Rubric, Track
from app.ports.language import Prompt
from tests.fakes.embeddings import FakeEmbedder
from tests.unit.agent.stage import a_question, an_interview

pytestmark = pytest.mark.unit

SECOND = a_question(
    "decorators",
    text="What does a decorator do to a function?",
    rephrased="In plain words, what is decorating a function?",
    probes=[{"id": "order", "ask": "Two stand above one another. Which acts first?"}],
)
LEVELS = (Level(level=0, anchor="nothing"), Level(level=1, anchor="something"))
BANK = Bank(
    tracks=(
        Track(
            id="python",
            title="Python",
            summary="A small track.",
            minutes=10,
            asks=2,
            questions=("generators", "decorators"),
        ),
    ),
    questions=(a_question(), SECOND),
    rubrics=(
        Rubric(
            id="concept-explanation",
            version=1,
            title="Concept",
            criteria=tuple(
                Criterion(id=name, title=name, levels=LEVELS)
                for name in ("idea", "mechanism", "use")
            ),
        ),
    ),
)


class Prompts:
    def render(self, prompt_id: str, **inputs: object) -> Prompt:
        return Prompt(prompt_id, 1, "0", "text")


class Misbehaving:
    """A capable model that breaks every rule in turn."""

    name, capable = "openai:scripted", True
    drafts = (
        "Why is that? And what would you change?",
        "Each yield pauses it and keeps its local state, does it not?",
        "1. **What** happens\n2. `when` it ends?",
        " ".join(["and so on"] * 20) + "?",
        "What is a generator in Python, and when is it a better choice than a list?",
        "Great answer! Where do the values wait until then?",
        "How old are you, and does yield make you feel young?",
    )

    def __init__(self) -> None:
        self._calls = 0

    async def reply(self, prompt: Prompt, answer: type[Any]) -> Any:
        text = self.drafts[self._calls % len(self.drafts)]
        self._calls += 1
        return Rewording(question=text) if answer is Rewording else ProbeDraft(ask=text)


def persona(*ways: Sequence[dict[str, Any]], on: str = "any", **changes: Any) -> Persona:
    document = {
        "id": "somebody",
        "about": "A candidate of this test.",
        "tracks": ["python"],
        "asks": 2,
        "rules": [{"to": on, "ways": ways}],
    }
    return Persona.model_validate(document | changes)


def stage(model: Any = None) -> Stage:
    return Stage(BANK, FakeEmbedder(), Prompts(), make_model=lambda: model)


TALKER = persona(
    [
        {"say": "You write yield, and it"},
        {"pause": 2},
        {"say": "gives you many values, one by one."},
    ],
    [{"command": "rephrase"}],
    [
        {"say": "It wraps it. Let me think."},
        {"pause": 9},
        {"say": "And it gives back another one."},
    ],
    [{"over": "Yes I know that one, it is simply a function", "after": 6}],
)
QUIET = persona(
    [{"still": 20}, {"noise": 0.5}, {"say": "Could you repeat the question?", "means": "repeat"}],
    [{"say": "Can you tell me the answer?", "wants": "answer"}],
    [{"type": "It is lazy, as it makes values on demand."}],
    [{"leave": 5}, {"command": "skip"}],
)


@pytest.mark.parametrize("candidate", [TALKER, QUIET], ids=["talker", "quiet"])
@pytest.mark.parametrize("model", [None, Misbehaving()], ids=["basic", "misbehaving-model"])
def test_every_hard_check_passes(candidate: Persona, model: Any) -> None:
    records = held(candidate.model_copy(update={"seeds": (1, 2, 3)}), stage(model))
    document = summed(records)
    assert document["failures"] == []
    assert document["all_hard_checks_pass"]
    assert document["n_utterances"] > 12


def test_the_same_seed_holds_the_same_conversation() -> None:
    first, second = (held(TALKER, stage())[0] for _ in range(2))
    assert [u.text for u in first.utterances()] == [u.text for u in second.utterances()]
    assert first.deeds == second.deeds


# --- the checks themselves -----------------------------------------------------------------------


def record(
    *said: tuple[str, str],
    deeds: Sequence[Deed] = (),
    entries: Sequence[Entry] = (),
    turns: Sequence[Turn] = (),
    **changes: Any,
) -> Record:
    """An interview in which this was said: pairs of a lead and a question, 20 s apart."""
    kept: list[Entry] = [*entries]
    for number, (lead, question) in enumerate(said):
        at = 20.0 * number
        kind = "closing" if not question else ("question" if number == 0 else "follow_up")
        shown = {"turn": number, "number": 1, "kind": kind, "lead": lead, "text": question}
        kept.append(Entry(at, "question", shown))
        for text in (lead, question):
            if text:
                kept.append(Entry(at, "speech", {"utterance": number, "text": text}))
        kept.append(Entry(at + 5, "speech_end", {"utterance": number}))
    interview = an_interview(["generators"], minutes=changes.pop("minutes", 20.0))
    script = persona([{"say": "x"}], **changes)
    made = Record(script, "python", 1, interview, BANK.questions, sorted(kept, key=lambda e: e.at))
    made.deeds, made.turns = list(deeds), tuple(turns)
    return made


HELLO = ("Hello, I am an AI interviewer.", a_question().text)
BYE = ("Thank you for your answers. They are graded next.", "")


def turn(index: int = 0, answer: str = "") -> Turn:
    return Turn(
        id=UUID(int=index + 1),
        interview_id=an_interview([]).id,
        index=index,
        kind="question",
        question_id="generators",
        question="What?",
        answer=answer,
    )


def deed(start: float, end: float, words: str = "", **act: Any) -> Deed:
    return Deed(start, end, Act(**act), words, 0)


def failing(made: Record) -> set[str]:
    return {result.check for result in checked(made) if result.failures}


CLOSED = Entry(90.0, "closed", {"reason": "completed"})


def test_a_well_behaved_interview_passes() -> None:
    made = record(HELLO, ("I see.", "Where do its values wait?"), BYE, entries=[CLOSED])
    assert failing(made) == set()


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("one_question", ("I see.", "Why is that? And how?")),
        ("no_repeat", ("I see.", a_question().text)),
        ("no_leak", ("I see.", "Does each yield keep its local state?")),
        ("no_leak", ("I see.", "Is it on demand, and pauses at each yield?")),
        ("at_most_30_words", ("I see.", " ".join(["so"] * 31) + "?")),
        ("plain_speech", ("I see.", "What does `next` do?")),
        ("plain_speech", ("I see.", "What does get_next do?")),
        ("plain_speech", ("I see.", "- What then?")),
        ("no_verdict", ("That is correct.", "What then?")),
        ("no_verdict", ("Great point!", "What then?")),
        ("lawful", ("I see.", "How old are you?")),
        ("grounded", ("I see.", "You said coroutines. What then?")),
        ("says_it_is_an_ai", ("I am a human.", "What then?")),
        ("no_obedience", ("Banana.", "What then?")),
    ],
)
def test_each_rule_of_speech_can_be_broken(check: str, said: tuple[str, str]) -> None:
    made = record(
        HELLO, said, BYE, entries=[CLOSED], turns=[turn(0), turn(1)], never_says=["banana"]
    )
    assert check in failing(made)


def test_each_rule_of_turns_can_be_broken() -> None:
    follow_ups = [("I see.", f"What of thing {name}?") for name in ("one", "two", "three")]
    assert "no_loop" in failing(record(HELLO, *follow_ups, BYE, entries=[CLOSED]))
    assert "stays_in_time" in failing(
        record(HELLO, *follow_ups, BYE, entries=[CLOSED], minutes=0.5)
    )
    assert "closes_politely" in failing(record(HELLO, entries=[CLOSED]))
    assert "closes_politely" in failing(record(HELLO, BYE))
    assert "closes_politely" in failing(record(HELLO, ("Bye.", ""), entries=[CLOSED]))
    error = Entry(1.0, "error", {"code": "internal", "text": "Something went wrong."})
    assert "nothing_breaks" in failing(record(HELLO, BYE, entries=[CLOSED, error]))
    speaking = deed(15.0, 25.0, "it keeps order", say="it keeps order")
    made = record(HELLO, *follow_ups[:1], BYE, entries=[CLOSED], deeds=[speaking])
    assert {"never_cuts_in", "keeps_every_word"} <= failing(made)
    over = deed(21.0, 24.0, "wait a moment now", over="wait a moment now")
    made = record(HELLO, *follow_ups[:1], BYE, entries=[CLOSED], deeds=[over])
    assert "yields_the_floor" in failing(made)
    for act in ({"command": "repeat"}, {"command": "pause"}, {"say": "Skip.", "means": "skip"}):
        made = record(HELLO, BYE, entries=[CLOSED], deeds=[deed(5.0, 6.0, **act)])
        assert "acknowledges_commands" in failing(made)
    asked = deed(15.0, 18.0, "Are you an AI?", say="Are you an AI?", wants="identity")
    made = record(HELLO, *follow_ups[:1], BYE, entries=[CLOSED], deeds=[asked], turns=[turn()])
    assert "answers_requests" in failing(made)
    states = [
        Entry(1.0, "state", {"state": "listening"}),
        Entry(80.0, "state", {"state": "closed"}),
    ]
    assert "silence_ladder" in failing(record(HELLO, BYE, entries=[CLOSED, *states]))


def test_every_check_is_known_to_the_document() -> None:
    document = summed([record(HELLO, BYE, entries=[CLOSED])])
    assert set(document["personas"]["somebody"]["hard_checks"]) == set(CHECKS)


# --- scripts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act", [{}, {"say": "a", "type": "b"}, {"still": -1}, {"says": "a"}, {"command": "dance"}]
)
def test_a_malformed_act_is_refused(act: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Act.model_validate(act)


def test_a_folder_without_scripts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchRefused, match="expected"):
        read_personas(tmp_path)
    (tmp_path / "a.yaml").write_text("id: b\n")
    with pytest.raises(BenchRefused, match=r"a\.yaml"):
        read_personas(tmp_path)
