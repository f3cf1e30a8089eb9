"""Yes/no votes: how a statement is put, and how the answer's probability is read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class VoteWording:
    """How the caller's prefix and statement are joined; what is asked is the caller's wording."""

    single_ending: str
    ballot_ending: str

    def single(self, prefix: str, statement: str) -> str:
        """One statement after the prefix, which stays first so that servers can cache it."""
        return f"{prefix}\n\n{statement}\n{self.single_ending}"

    def ballot(self, prefix: str, numbered: str) -> str:
        """All statements after the prefix."""
        return f"{prefix}\n\n{numbered}\n{self.ballot_ending}"


QUESTION = VoteWording(
    single_ending="Reply Yes or No.",
    ballot_ending="For each numbered statement, in order: is it true? One verdict for each.",
)


def yes_share(logprobs: Any) -> float | None:  # noqa: ANN401  # JSON of the server
    """P(Yes) against No out of the first token's alternatives.

    Args:
        logprobs: The `logprobs` object of a chat completion.

    Returns:
        0..1; None when there are no log-probabilities or neither word is among them.
    """
    if not isinstance(logprobs, dict) or not logprobs.get("content"):
        return None
    yes = no = 0.0
    lowest = 0.0
    for entry in logprobs["content"][0].get("top_logprobs") or ():
        word = str(entry["token"]).strip().lower()
        chance = math.exp(float(entry["logprob"]))
        lowest = min(lowest, float(entry["logprob"]))
        yes += chance if word == "yes" else 0.0
        no += chance if word == "no" else 0.0
    if yes + no == 0.0:
        return None
    rest = math.exp(lowest)  # a word off the list is rarer than all on it
    return max(yes, min(rest, no)) / (max(yes, min(rest, no)) + max(no, min(rest, yes)))
