"""The table of the session as a picture for the docs: states, and the events between them."""

from __future__ import annotations

from app.dialogue.session import State
from app.dialogue.table import TRANSITIONS


def state_diagram() -> str:
    """A Mermaid state diagram; one arrow for each pair of states, with the events that take it."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.AWAITING_CONSENT}"]
    for state, rows in TRANSITIONS.items():
        arrows: dict[State, list[str]] = {}
        for event, row in rows.items():
            for following in row.to - {state}:
                arrows.setdefault(following, []).append(event.__name__)
        for following in State:
            if following in arrows:
                lines.append(f"    {state} --> {following}: {', '.join(sorted(arrows[following]))}")
    lines.append(f"    {State.CLOSED} --> [*]")
    return "\n".join(lines)
