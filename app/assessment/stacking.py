"""A model's verdict on a whole answer, or its hidden state, beside the offline score.

How much the verdict of Qwen2.5-Coder-1.5B counts was fitted on 895 answers of Beetle, SAF and
SciEntsBank with none, five and twenty marked answers beside them, each set scored by a scorer that
was fitted on the others. It is worth a little more without marked answers and less with twenty; one
weight serves all. Where both are sure and contradict each other (4.7 % of Beetle, at most 2.5 % of
the others) the offline score is farther off than elsewhere on Beetle. What an undecided verdict
stands for is .6, or what people gave to the answers of this question that they marked: .6 counts as
much as two of those.

What a hidden state tells moves the score by half of itself, by a third beside five marked answers,
by a sixth beside twenty: near the least error on Beetle, SAF and SciEntsBank, each scored and
probed by what was fitted on the other two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_EDGE = 0.005
_WEIGHT = 0.12
_UNDECIDED, _UNDECIDED_COUNTS = 0.6, 2
_STATE_WEIGHT, _STATE_MARKS = 0.5, 10
_MOST_ODDS = 2.0
"""What 99 % of the verdicts that were fitted on kept within; a model won over goes no further."""
_SURELY_WRONG, _SURELY_RIGHT = 0.25, 0.75


def log_odds(vote: float) -> float:
    """The log odds of a vote, held within .005 and .995."""
    inside = min(max(vote, _EDGE), 1 - _EDGE)
    return math.log(inside / (1 - inside))


def stacked(share: float, verdict: float, marked: Sequence[float] = ()) -> float:
    """The offline score, 0..1, drawn to what a verdict says of the answer.

    Args:
        share: The offline score, 0..1.
        verdict: A model's probability, 0..1, that the answer is right beside its reference.
        marked: What people gave to other answers to the same question, 0..1.
    """
    counted = _UNDECIDED_COUNTS + len(marked)
    undecided = (_UNDECIDED_COUNTS * _UNDECIDED + sum(marked)) / counted
    says = undecided + min(_MOST_ODDS, max(-_MOST_ODDS, log_odds(verdict)))
    return min(1.0, max(0.0, share + _WEIGHT * (says - share)))


def contradicts(share: float, verdict: float) -> bool:
    """Whether one of them holds an answer to be right, and the other one holds it to be wrong."""
    low, high = sorted((share, verdict))
    return low <= _SURELY_WRONG and high >= _SURELY_RIGHT


def drawn_to_state(share: float, held: float, marked: int = 0) -> float:
    """The offline score, 0..1, moved by what the model holds of the answer.

    Args:
        share: The offline score, 0..1.
        held: How much better than the usual answer its hidden state is, -.5 to .5.
        marked: How many marked answers to the question the score stands on.
    """
    weight = _STATE_WEIGHT / (1 + marked / _STATE_MARKS)
    return min(1.0, max(0.0, share + weight * held))
