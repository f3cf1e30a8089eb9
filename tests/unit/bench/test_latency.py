"""What an answer met, read off the records of a conversation: no sockets, no models, no clock."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.bench.errors import BenchRefused
from app.bench.exchange import Exchange, Row, ratio_of_excess, ratio_of_totals, summary
from app.bench.latency import bench_latency
from app.bench.peer_pipecat import pipecat_row
from app.bench.sounding_client import BUSY_SECONDS, Heard, hold_left, sounding_row
from app.bench.timed_answers import TimedAnswer, answer_of, noise_floor, true_end
from app.dialogue.session import LADDER, WRITING_SECONDS
from app.ports.speech import SAMPLE_RATE, Pcm

pytestmark = pytest.mark.unit

BEGAN, END, NEXT = 100.0, 104.0, 120.0


def tone(seconds: float, loud: float) -> Pcm:
    """A hum over a little noise."""
    samples = round(seconds * SAMPLE_RATE)
    noise = np.random.default_rng(1).normal(0.0, 5.0, samples)
    hum = loud * np.sin(np.arange(samples) / 11.0)
    return np.rint(hum + noise).astype(np.int16)


def exchange() -> Exchange:
    """An answer of five seconds whose speech ends after four."""
    return Exchange(TimedAnswer("a.wav", tone(5.0, 100.0), END - BEGAN, 5.0), BEGAN)


def final(turn: int, at: float) -> tuple[float, dict[str, Any]]:
    return at, {"type": "heard", "turn": turn, "final": True, "words": []}


def answered(turn: int, at: float, **figures: float | None) -> tuple[float, dict[str, Any]]:
    return at, {"type": "answered", "turn": turn, **figures}


def judged(at: float, probability: float) -> dict[str, Any]:
    return {"event": "judged", "at": at, "probability": probability}


def turn(at: float) -> dict[str, Any]:
    return {"event": "turn", "at": at}


def row(total: float | None = 2.0, wait: float | None = 1.5, turns: int = 1, early: bool = False):
    return Row("a.wav", 4.0, total, wait, turns, early)


def test_speech_ends_with_the_last_voiced_frame_and_not_with_a_click_or_the_background():
    quiet = tone(0.6, 0.0)
    click = tone(0.01, 9000.0)
    pcm = np.concatenate([quiet, tone(1.0, 3000.0), quiet, click, quiet])
    assert true_end(pcm) == pytest.approx(1.6, abs=0.02)
    assert noise_floor(pcm) == pytest.approx(5.0, abs=1.0)


def test_digital_silence_is_given_the_floor_of_a_quiet_microphone():
    pcm = np.concatenate([tone(1.0, 3000.0), np.zeros(SAMPLE_RATE, dtype=np.int16)])
    assert answer_of("made", pcm).floor == 2.0


def test_a_recording_without_speech_is_refused():
    with pytest.raises(ValueError, match="nothing above"):
        true_end(tone(2.0, 0.0))


def test_the_total_runs_from_the_true_end_to_the_first_audio_and_the_excess_beyond_the_wait():
    heard = Heard(
        [final(3, 106.1), answered(3, 106.4, policy_wait_s=2.0, end_wait_s=2.1)],
        [99.0, 106.25, 106.29],
    )
    met = sounding_row(exchange(), NEXT, heard)
    assert (met.total_s, met.wait_s, met.turns, met.early) == (2.25, 2.0, 1, False)
    assert met.excess_s == 0.25
    assert met.whole


def test_an_end_that_was_taken_back_is_early_but_stored_in_one_piece():
    heard = Heard([final(3, 102.0), final(3, 106.1)], [102.3, 106.3])
    met = sounding_row(exchange(), NEXT, heard)
    assert (met.turns, met.early, met.fragmented, met.whole) == (1, True, True, False)


def test_an_answer_that_is_stored_in_two_turns_is_fragmented():
    heard = Heard([final(3, 104.5), final(4, 107.0)], [104.7])
    met = sounding_row(exchange(), NEXT, heard)
    assert met.turns == 2
    assert met.fragmented


def test_what_came_after_the_next_answer_began_belongs_to_that_one():
    heard = Heard([final(3, 106.0), final(4, 121.0)], [121.0])
    met = sounding_row(exchange(), NEXT, heard)
    assert met.total_s is None
    assert met.turns == 1
    assert not met.whole


def test_the_wait_is_unknown_when_something_else_than_the_policy_ended_the_turn():
    heard = Heard([final(3, 106.1), answered(3, 106.4, policy_wait_s=None)], [106.25])
    assert sounding_row(exchange(), NEXT, heard).excess_s is None


def test_code_of_the_waiting_candidate_never_holds_an_answer_up_and_keeps_our_voice_silent():
    assert hold_left(100.0, 103.0) == WRITING_SECONDS - 3.0
    assert hold_left(100.0, 100.0 + WRITING_SECONDS) == hold_left(float("-inf"), 100.0) == 0.0
    assert {kind: at for at, kind in LADDER}["take_your_time"] > BUSY_SECONDS


@pytest.mark.parametrize(("probability", "wait"), [(0.51, 0.2), (0.5, 3.2), (0.04, 3.2)])
def test_the_peer_waits_by_its_last_verdict_before_it_speaks(probability: float, wait: float):
    events = [judged(102.0, 0.9), judged(103.95, probability), turn(107.5), judged(108.1, 0.99)]
    met = pipecat_row(exchange(), NEXT, [108.0], events)
    assert met.wait_s == wait
    assert met.total_s == 4.0
    assert met.whole


def test_a_peer_that_takes_two_turns_or_speaks_before_the_end_fragments():
    two = pipecat_row(exchange(), NEXT, [104.2], [turn(103.9), turn(106.0)])
    early = pipecat_row(exchange(), NEXT, [103.0, 104.2], [turn(102.9)])
    assert two.fragmented
    assert early.fragmented
    assert early.early


def test_times_are_summed_up_over_whole_answers_and_shares_over_all():
    found = summary([row(2.0), row(3.0), row(0.1, early=True), row(None, turns=0)])
    assert found["total_s"] == {"median": 2.5, "p90": 2.9, "n": 2}
    assert found["fragmented_share"] == 0.25
    assert (found["n"], found["whole"], found["unanswered"]) == (4, 2, 1)
    assert all("words" not in shown for shown in found["rows"])


def test_the_ratio_stands_on_answers_that_both_heard_whole():
    ours = [row(1.0), row(9.0, turns=2), row(1.2)]
    theirs = [row(2.0), row(2.0), row(0.2, early=True)]
    assert ratio_of_totals(ours, theirs) == (0.5, 1)
    assert ratio_of_totals(ours[1:], theirs[1:]) == (None, 0)


def test_there_is_no_ratio_of_excess_when_one_of_them_has_none():
    assert ratio_of_excess(summary([row(2.0, 1.5)]), summary([row(3.0, 1.0)])) == 0.25
    assert ratio_of_excess(summary([row(2.0, None)]), summary([row()])) is None
    assert ratio_of_excess(summary([row()]), summary([row(3.1, 3.2)])) is None


@pytest.mark.parametrize(("peer", "model"), [("livekit", "basic"), ("none", "gpt")])
def test_an_unknown_peer_or_model_is_refused(peer: str, model: str):
    with pytest.raises(BenchRefused, match="expected"):
        bench_latency(peer=peer, audio=None, model=model, data=None)
