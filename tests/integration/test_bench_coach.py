"""A part of the coach's bench on real embeddings and Postgres, and that its checks can fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from app.agent.coach.check import checked
from app.agent.coach.compose import Ask, compose
from app.agent.coach.record import Held, Record
from app.bench.coach import FOLDER, bench_coach
from app.bench.coach_pairs import listed
from app.domain.coaching import CoachSentence, Moment
from app.domain.report import Reviewed
from app.domain.review import ReviewState, standings
from app.settings import Settings
from tests.fakes.coached import people
from tests.fakes.web import authored
from tests.needs import need_model

pytestmark = pytest.mark.integration

ASKED = (0, 5, 11, 15, 21, 26, 30, 33, 35, 37)


def test_every_citation_of_ten_questions_exists_and_supports(
    postgres_url: str, tmp_path: Path
) -> None:
    need_model("minilm")
    every = yaml.safe_load((FOLDER / "questions.yaml").read_text())["questions"]
    (tmp_path / "questions.yaml").write_text(
        yaml.safe_dump({"questions": [every[place] for place in ASKED]})
    )
    (tmp_path / "interviews.yaml").write_text((FOLDER / "interviews.yaml").read_text())
    models = Settings().models
    found = bench_coach(folder=tmp_path, models=models, url=postgres_url, limit=None)
    assert found["questions"] == len(ASKED)
    assert found["pairs"] >= 12
    assert found["pairs_exist"] == found["pairs_support"] == found["pairs"]
    assert found["outcome_as_wanted"] == len(ASKED)
    assert found["steered"] == 0


def record() -> Record:
    """The five interviews as the coach sees them."""
    bank, _ = authored()
    held = []
    for seeded in reversed([p for p in people() if p.turns]):
        reviewed = tuple(
            Reviewed(card.question_id, ReviewState.DRAFT, None, standings(card, ()), ())
            for card in seeded.cards
        )
        held.append(Held(seeded.interview, seeded.turns, reviewed))
    return Record(tuple(held), {q.id: q for q in bank.questions})


def weakest() -> CoachSentence:
    return compose(Ask("weakest"), record())[0]


def forged() -> list[CoachSentence]:
    """The same sentence with one thing wrong each time."""
    good = weakest()
    moment = good.moments[0]
    assert moment.start_s is not None
    assert moment.end_s is not None
    other = people()[0].turns[1]
    said = " ".join(word.text for word in other.words[:6])
    elsewhere = Moment(other.interview_id, 1, said, other.words[0].start_s, other.words[5].end_s)
    return [
        replace(good, moments=(replace(moment, turn=1),)),
        replace(good, moments=(replace(moment, quote=f"{moment.quote} and more"),)),
        replace(good, moments=(replace(moment, start_s=moment.start_s + 3.0),)),
        replace(good, moments=(elsewhere,)),
        replace(good, text=good.text.replace("level 1 of 3", "level 2 of 3")),
        replace(good, text=good.text.replace("each insert", "no insert")),
    ]


def test_both_checks_pass_a_true_sentence() -> None:
    assert checked(weakest(), record()).good
    rows = listed(weakest(), people(), authored()[0], ())
    assert [(row["exists"], row["supports"]) for row in rows] == [(True, True)]


@pytest.mark.parametrize("place", range(6))
def test_both_checks_find_what_is_wrong(place: int) -> None:
    sentence = forged()[place]
    assert not checked(sentence, record()).good
    rows = listed(sentence, people(), authored()[0], ())
    assert not all(row["exists"] and row["supports"] for row in rows)


def test_nothing_is_said_about_an_open_assessments_question() -> None:
    sealed = replace(record(), sealed=frozenset({"database-index"}))
    for intent in ("weakest", "strongest", "missing", "evidence", "growth"):
        for sentence in compose(Ask(intent), sealed):
            assert checked(sentence, sealed).good
            assert "Databases" not in sentence.text
