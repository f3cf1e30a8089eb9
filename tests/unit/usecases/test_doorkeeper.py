"""The queue before a full hall: first come, first served."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.usecases.doorkeeper import FORGET_SECONDS, Doorkeeper

pytestmark = pytest.mark.unit

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def ask(door: Doorkeeper, who: UUID, *, taken: int, now: float, behind: bool = False) -> int | None:
    return door.ask(who, taken=taken, behind=behind, now=now)


def test_there_is_no_waiting_while_places_are_free():
    door = Doorkeeper(2)
    assert ask(door, ONE, taken=0, now=0.0) is None
    assert ask(door, TWO, taken=1, now=0.0) is None


def test_who_waits_is_told_how_many_are_before():
    door = Doorkeeper(1)
    assert [ask(door, who, taken=1, now=t) for t, who in enumerate((ONE, TWO, THREE))] == [0, 1, 2]
    assert ask(door, TWO, taken=1, now=5.0) == 1


def test_a_place_that_gets_free_is_for_who_came_first():
    door = Doorkeeper(1)
    for at, who in enumerate((ONE, TWO)):
        ask(door, who, taken=1, now=at)
    assert ask(door, TWO, taken=0, now=3.0) == 1
    assert ask(door, THREE, taken=0, now=3.0) == 2
    assert ask(door, ONE, taken=0, now=4.0) is None
    assert ask(door, TWO, taken=1, now=5.0) == 0


def test_who_stops_asking_loses_the_place_in_the_queue():
    door = Doorkeeper(1)
    ask(door, ONE, taken=1, now=0.0)
    assert ask(door, TWO, taken=1, now=10.0) == 1
    assert ask(door, TWO, taken=0, now=FORGET_SECONDS + 1.0) is None


def test_nobody_comes_in_while_the_engines_are_behind_with_those_inside():
    door = Doorkeeper(4)
    assert ask(door, ONE, taken=2, now=0.0, behind=True) == 0
    assert ask(door, ONE, taken=2, now=5.0) is None


def test_engines_that_are_behind_with_nobody_keep_nobody_out():
    assert ask(Doorkeeper(4), ONE, taken=0, now=0.0, behind=True) is None
