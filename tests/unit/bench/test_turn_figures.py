"""Shares, waits and intervals of the tables, and the two rules that we are compared with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.bench.turns.figures import EndTried, PauseTried, by_speaker, interval, summary
from app.bench.turns.overheard import Silence, first_end, flat_ends, pipecat_ends

pytestmark = pytest.mark.unit

PAUSE = PauseTried(
    file="a",
    speaker="s",
    kind="inside",
    at_s=2.0,
    seconds=2.0,
    natural_s=0.1,
    silence_s=2.0,
    probability=0.2,
    later=0.4,
    wait_s=6.0,
    hook=False,
    cut=frozenset(),
    wrong=frozenset(),
)
END = EndTried("a", "s", 0.9, 0.9, 2.0, False, {})


def pauses(cut: int, whole: int, **fields: object) -> list[PauseTried]:
    cuts = frozenset({"sounding"})
    return [
        replace(PAUSE, cut=cuts if i < cut else frozenset(), **fields)  # type: ignore[arg-type]
        for i in range(whole)
    ]


def ends(*waits: float) -> list[EndTried]:
    return [
        replace(END, waits={"sounding": wait, "pipecat_default": 0.4, "flat_3_2": 3.2})
        for wait in waits
    ]


def test_a_share_is_of_the_pauses_of_its_kind_and_length() -> None:
    tried = [*pauses(1, 4), *pauses(2, 2, seconds=3.0), *pauses(1, 1, kind="between")]
    table = summary(tried, ends(2.0, 3.0), seed=0)["sounding"]

    assert table["cut_share"] == {"1.5": None, "2": 0.25, "3": 1.0}
    assert table["cut_share_between"] == {"1.5": None, "2": 1.0, "3": None}
    assert table["n"] == {
        "inside": {"1.5": 0, "2": 4, "3": 2},
        "between": {"1.5": 0, "2": 1, "3": 0},
        "ends": 2,
    }


def test_a_cut_that_is_taken_back_counts_as_a_cut_and_not_as_wrong_for_good() -> None:
    table = summary(pauses(2, 4), ends(2.0), seed=0)["sounding"]

    assert table["cut_share"]["2"] == 0.5
    assert table["after_undo"]["inside"]["2"] == 0.0


def test_waits_are_summed_up_for_each_policy() -> None:
    tables = summary([], ends(2.0, 2.0, 6.0), seed=0)

    assert tables["sounding"]["end_wait_s"] == {"median": 2.0, "p90": 5.2, "n": 3}
    assert tables["flat_3_2"]["end_wait_s"]["median"] == 3.2


def test_each_speaker_has_a_row() -> None:
    table = by_speaker([*pauses(1, 2), *pauses(0, 2, speaker="t")], ends(2.5))

    assert table["s"]["cut_share"]["2"] == 0.5
    assert table["t"]["cut_share"]["2"] == 0.0
    assert table["t"]["end_wait_s"]["median"] is None


def share(cases: object) -> float:
    counted = [bool(one.cut) for one in cases]  # type: ignore[attr-defined]
    return sum(counted) / len(counted)


def test_an_interval_draws_speakers_whole() -> None:
    tried = [
        one
        for number in range(8)
        for one in pauses(10 if number < 4 else 0, 10, speaker=str(number))
    ]
    bounds = interval(tried, share, seed=0)

    assert bounds is not None
    assert bounds[0] <= 0.25
    assert bounds[1] >= 0.75
    assert bounds == interval(tried, share, seed=0)


def test_few_speakers_are_drawn_by_file_and_few_files_have_no_interval() -> None:
    files = [one for number in range(6) for one in pauses(1, 2, file=str(number))]

    assert interval(files, share, seed=0) == [0.5, 0.5]
    assert interval(pauses(1, 9), share, seed=0) is None


SILENCE = Silence(10.0, 10.224, 12.0, 0.6)


def test_pipecat_ends_at_once_above_one_half_and_else_after_three_seconds() -> None:
    assert pipecat_ends(SILENCE, 0.1) == pytest.approx(10.324)
    assert pipecat_ends(replace(SILENCE, probability=0.5), 0.1) == 13.0


def test_only_a_silence_that_lasts_ends_the_turn() -> None:
    short, long = SILENCE, replace(SILENCE, from_s=20.0, noticed_s=20.2, until_s=24.0)
    last = replace(SILENCE, from_s=30.0, until_s=None)

    assert first_end([(short, flat_ends(short))]) is None
    assert first_end([(short, flat_ends(short)), (long, flat_ends(long))]) == 23.2
    assert first_end([(last, flat_ends(last))]) == 33.2
