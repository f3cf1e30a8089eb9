"""Coefficients of the presence of a reference point, and where they come from.

Fitted on the question bank's own exemplars (125 answers with levels by criterion, 769 pairs of
answer and point; a point's target is its criterion's share of the highest level), its reference
answers, and answers to the neighbouring question as negatives; ridge-penalised logistic regression.
By question, never on questions used in fitting:

- knowledge questions without votes: AUC .93 of points of fully met against missed criteria;
- with the votes of Qwen2.5-Coder-1.5B (99 criteria): AUC .99, exact level 68 %, within one 98 %;
- behavioural questions: AUC .65 without votes, .84 with them (exact level 36 %, within one 91 %).

The exemplars were written with the bank, so other people's answers will agree less. The constant of
the behavioural fit is lowered by 0.3 because its weakest answers came out too high.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """One fitted logistic regression; `vote` multiplies the log-odds of a model's vote."""

    cosine: float
    recall: float
    term: float
    constant: float
    vote: float = 0.0


KNOWLEDGE = Weights(cosine=3.9, recall=4.2, term=0.82, constant=-2.98)
KNOWLEDGE_VOTED = Weights(cosine=2.7, recall=2.91, term=0.57, constant=-3.37, vote=1.33)
EXPERIENCE = KNOWLEDGE
"""Without votes nothing better was found for behavioural answers; they always go to review."""
EXPERIENCE_VOTED = Weights(cosine=0.61, recall=1.21, term=0.35, constant=-1.98, vote=1.12)

MET = 0.5
CERTAIN_ABSENT = 0.3
CERTAIN_PRESENT = 0.8
