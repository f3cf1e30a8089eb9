"""What a program told of its run, read as the untrusted data that it is."""

from __future__ import annotations

import json
import re
import signal
from typing import Any, cast, get_args

from app.domain.runs import LimitHit, Outcome, Raised, Step

_WHERE = re.compile(r'File "program\.py", line (\d+)')
_LIMITS = frozenset(get_args(LimitHit))
_MOST_LINES = 5_000


def outcome_of(call: str, watched: dict[str, Any]) -> Outcome:
    """One outcome from what was watched from outside and what was told from inside."""
    text = _text(watched.get("result"))
    before, _, after = text.rpartition("\x00")
    told = _told(after)
    raised = _raised(told.get("raised"))
    stopped = _limit(watched.get("stopped")) or _limit(told.get("stopped"))
    last_line = _number(told.get("last_line"))
    if last_line is None and stopped and (found := _WHERE.search(before or text)):
        last_line = int(found[1])
    status = _number(watched.get("status")) or 0
    return Outcome(
        call=call,
        value=_text(told["value"]) if "value" in told and raised is None else None,
        raised=raised,
        stopped=stopped,
        killed=_killed(status, stopped, told),
        stdout=_text(watched.get("stdout")),
        stderr=_text(watched.get("stderr")),
        seconds=_seconds(told.get("ran_seconds"), watched.get("seconds")),
        hits=_hits(told.get("hits")),
        last_line=last_line,
        comparisons=_number(told.get("comparisons")) or 0,
        depth=_number(told.get("depth")) or 0,
        steps=_steps(told.get("steps")),
        loaded=told.get("loaded") is True,
    )


def exit_of(watched: dict[str, Any]) -> int | None:
    """The exit status of a script that ended by itself."""
    status = _number(watched.get("status"))
    ended = status is not None and status & 0x7F == 0 and watched.get("stopped") is None
    return (status or 0) >> 8 if ended else None


def _told(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _killed(status: int, stopped: str | None, told: dict[str, Any]) -> str | None:
    if stopped is not None:
        return None
    if status & 0x7F:
        try:
            return signal.Signals(status & 0x7F).name
        except ValueError:
            return f"signal {status & 0x7F}"
    return None if told else "it ended without a report"


def _raised(found: object) -> Raised | None:
    if not isinstance(found, dict):
        return None
    kind = re.sub(r"\W", "", _text(found.get("kind")))[:80] or "Exception"
    return Raised(kind, _text(found.get("message"))[:300], _number(found.get("line")))


def _hits(found: object) -> dict[int, int]:
    if not isinstance(found, dict):
        return {}
    pairs = [(line, times) for line, times in list(found.items())[:_MOST_LINES]]
    return {
        int(line): times
        for line, times in pairs
        if isinstance(line, str)
        and line.isdecimal()
        and len(line) < 8
        and _number(times) is not None
    }


def _steps(found: object) -> tuple[Step, ...]:
    if not isinstance(found, list):
        return ()
    whole = [s for s in found if isinstance(s, list) and len(s) == 3 and _number(s[0]) is not None]
    return tuple(Step(s[0], _text(s[1])[:80], _text(s[2])[:200]) for s in whole)


def _limit(found: object) -> LimitHit | None:
    return cast(LimitHit, found) if isinstance(found, str) and found in _LIMITS else None


def _number(found: object) -> int | None:
    plain = isinstance(found, int) and not isinstance(found, bool) and abs(found) < 1 << 62
    return cast(int, found) if plain else None


def _seconds(*found: object) -> float:
    return next((float(f) for f in found if isinstance(f, int | float) and 0 <= f < 1e6), 0.0)


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
