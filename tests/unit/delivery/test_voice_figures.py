"""Voice figures stand beside the speaker's own usual values, and say where they come from."""

from __future__ import annotations

import pytest

from app.delivery.fluency import fluency_of
from app.delivery.language import language_notes
from app.delivery.speech import delivery_of
from app.delivery.voice_figures import BASE_NONE, BASE_PASSAGE, NO_SOUND, voice_figures
from app.domain.figures import Measure, VoiceFigures
from app.domain.interview import Turn, Word
from app.domain.phonation import TurnVoice
from tests.unit.agent.grading_world import turn_of

pytestmark = pytest.mark.unit

PLAIN = "the queue holds jobs until a worker takes one of them and runs it once"


def _said(text: str, start: float = 10.0, pace: float = 0.4) -> tuple[Word, ...]:
    return tuple(
        Word(word, start + n * pace, start + n * pace + 0.3) for n, word in enumerate(text.split())
    )


def _turn(
    text: str, index: int = 0, pace: float = 0.4, start: float = 10.0, **more: object
) -> Turn:
    words = _said(text, start, pace)
    speech = ((words[0].start_s, words[-1].end_s),)
    given = {"words": words, "filler_words": words, "speech": speech, "asked_at_s": start - 2}
    return turn_of(text, index=index, **{**given, **more})


def _voice(turn: int, hertz: float, start: float = 10.0, voiced: float = 20.0) -> TurnVoice:
    lane = (hertz, None, hertz)
    return TurnVoice(
        turn,
        start,
        0.5,
        lane,
        (-20.0, None, -22.0),
        hertz,
        6.0,
        -20.0,
        4.0,
        (start + 1,),
        voiced,
        0.9,
    )


def _named(figures: VoiceFigures | None) -> dict[str, Measure]:
    assert figures is not None
    return {measure.name: measure for measure in figures.measures}


def test_each_figure_is_compared_with_the_first_answers() -> None:
    turns = [
        _turn(f"{PLAIN} " * 6, 0, start=10.0),
        _turn(f"{PLAIN} " * 6, 1, pace=0.3, start=100.0),
    ]
    figures = voice_figures(turns, {0: _voice(0, 100.0), 1: _voice(1, 140.0, start=100.0)})
    measures = _named(figures)
    assert measures["pitch"].value == pytest.approx(120)
    assert measures["pitch"].own == pytest.approx(100)
    assert measures["pitch"].change == pytest.approx(20)
    assert measures["articulation"].own is not None
    assert measures["articulation"].value > measures["articulation"].own  # type: ignore[operator]
    assert figures is not None
    assert "first answer of" in figures.baseline


def test_the_passage_of_the_device_check_comes_first() -> None:
    turns = [_turn(f"{PLAIN} " * 6)]
    figures = voice_figures(turns, {0: _voice(0, 140.0)}, passage=_voice(-1, 110.0))
    assert figures is not None
    assert figures.baseline == BASE_PASSAGE
    assert _named(figures)["pitch"].own == pytest.approx(110)


def test_one_answer_has_no_usual_values_beside_it() -> None:
    figures = voice_figures([_turn(f"{PLAIN} " * 6)], {})
    assert figures is not None
    assert figures.baseline == BASE_NONE
    measures = _named(figures)
    assert all(measure.own is None for measure in measures.values())
    assert (measures["pitch"].value, measures["pitch"].note) == (None, NO_SOUND)
    assert figures.coverage == 0.0


def test_typed_answers_have_no_voice() -> None:
    assert voice_figures([_turn(PLAIN, typed=True)], {}) is None


def test_bands_name_their_source_and_can_be_missed() -> None:
    measures = _named(voice_figures([_turn(f"{PLAIN} " * 6, pace=0.24)], {}))
    pace = measures["articulation"]
    assert pace.band is not None
    assert "coaches" in pace.band.source
    assert pace.met is False
    assert measures["pitch"].band is None


def test_lanes_lie_on_the_interviews_clock_with_gaps() -> None:
    figures = voice_figures([_turn(f"{PLAIN} " * 6)], {0: _voice(0, 120.0)})
    assert figures is not None
    lane = figures.lanes[0]
    assert lane.values[20:23] == (120.0, None, 120.0)
    assert lane.values[:20] == (None,) * 20


def test_breaks_of_the_voice_can_be_heard_where_they_were() -> None:
    measures = _named(voice_figures([_turn(f"{PLAIN} " * 6)], {0: _voice(0, 120.0)}))
    (stretch,) = measures["breaks"].stretches
    assert stretch.start_s == pytest.approx(10.5)
    assert measures["breaks"].value == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("text", "pace", "kind"),
    [
        (f"{PLAIN} " * 6, 0.4, "fluent"),
        (f"{PLAIN} um uh " * 5, 0.4, "hesitant"),
        ("the the queue queue holds it it now " * 8, 0.24, "cluttered"),
        ("yes it is", 0.4, None),
    ],
)
def test_fluency_is_told_with_its_evidence(text: str, pace: float, kind: str | None) -> None:
    turns = [_turn(text, pace=pace)]
    fluency = fluency_of(turns, delivery_of(turns))
    assert fluency.kind == kind
    assert fluency.evidence


def test_much_silence_is_with_pauses() -> None:
    turns = [_turn(f"{PLAIN} " * 6, speech=((10.0, 22.0), (26.0, 38.0), (44.0, 50.0)))]
    assert fluency_of(turns, delivery_of(turns)).kind == "with pauses"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("we could of done it", "could of"),
        ("this is more better than that", "more better"),
        ("he have a lock", "he have"),
        ("we discussed about it", "discussed about"),
        ("i didn't went there", "didn't went"),
    ],
)
def test_slips_of_grammar_are_noted_with_their_place(text: str, said: str) -> None:
    (note,) = language_notes([_turn(text)])
    assert note.kind == "grammar"
    assert note.stretch is not None
    assert note.stretch.label == said
    first = text.split().index(said.split()[0])
    assert note.stretch.start_s == pytest.approx(10.0 + 0.4 * first)


@pytest.mark.parametrize(
    "text",
    [
        "it is very very slow",
        "we had had enough of it",
        "the better and more robust one",
        "most of it works and he does too",
        "it could often fail",
    ],
)
def test_good_english_has_no_note(text: str) -> None:
    assert language_notes([_turn(text)]) == ()


def test_repeats_and_restarts_are_noted() -> None:
    kinds = [note.kind for note in language_notes([_turn("the the ser- server I-I think runs")])]
    assert kinds == ["repeated", "restarted", "restarted"]


def test_vocabulary_is_told_only_of_enough_words() -> None:
    assert language_notes([_turn(PLAIN)]) == ()
    notes = language_notes([_turn("queue " + f"{PLAIN} " * 12)])
    assert any(n.kind == "vocabulary" and "different" in n.remark for n in notes)
