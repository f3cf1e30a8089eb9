"""The short lines that we say within an open turn, without asking anything new."""

from __future__ import annotations

import re
from typing import Final

from app.dialogue.effects import Aside

ASIDES: Final[dict[Aside, str]] = {
    "take_your_time": "Take your time.",
    "help": "Shall I say the question again, or in other words? We can also skip it.",
    "thinking": "Of course. Take your time.",
    "time_up": "Our time is nearly over, so please finish your thought.",
}

ASIDE_SENTENCES: Final = tuple(
    dict.fromkeys(
        sentence for text in ASIDES.values() for sentence in re.split(r"(?<=[.?!])\s+", text)
    )
)
