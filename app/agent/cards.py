"""From judgements to a scorecard: quotes checked, doubts sent to a person, origins kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.agent.case import Answered, Case, Judgement, Verdict
from app.agent.second_opinion import SecondOpinion
from app.assessment import fusion, gates
from app.assessment.gates import Examination
from app.assessment.quotes import Kind, cited
from app.assessment.wording import kept_share
from app.domain.consent import Purpose
from app.domain.question import Criterion
from app.domain.scorecard import (
    CardStatus,
    CriterionScore,
    Evidence,
    Provenance,
    Scorecard,
    Ungraded,
    share_of,
)

TEXT_ALONE = "offline"
_LEAST_HEARD = 0.6
_HELD_CONFIDENCE = 0.5
_HELD_REASONS = {
    gates.PARROTED: "The answer repeats the words of the question and adds nothing to them.",
    gates.FILLER: "The answer speaks in general and says nothing about this question.",
    gates.OFF_TOPIC: "The answer is about something else than was asked.",
    gates.SOUP: "These are terms in a row, not statements.",
}


@dataclass(frozen=True)
class Graded:
    """All that a card is made of; `judged_by` is None when no model took part."""

    answered: Answered
    case: Case
    gates: tuple[str, ...]
    verdict: Verdict
    offline: Verdict
    second: SecondOpinion
    scorer: str
    judged_by: str | None
    capable: bool


def refused_card(answered: Answered, examination: Examination) -> Scorecard:
    """A card without levels: nothing was left to grade."""
    why = examination.ungraded or Ungraded.NO_EVIDENCE
    return ungraded_card(answered, why, examination.reason, examination.gates)


def ungraded_card(
    answered: Answered, why: Ungraded, reason: str, found: tuple[str, ...] = ()
) -> Scorecard:
    """A card that says for every criterion why there is no level."""
    status, on_card = _after_amendment(answered, CardStatus.UNGRADED, reason)
    return Scorecard(
        answered.interview_id,
        answered.question.id,
        tuple(turn.index for turn in answered.turns),
        status,
        tuple(_without_level(criterion, why, reason) for criterion in answered.rubric.criteria),
        found,
        on_card,
        _provenance(answered, None, None),
    )


def held_at_lowest(offline: Verdict, case: Case, found: Sequence[str]) -> Verdict:
    """Nothing beyond the lowest level where a gate found no content to judge."""
    reason = next(text for gate, text in _HELD_REASONS.items() if gate in found)
    held = tuple(
        replace(
            judgement,
            level=0,
            sentences=judgement.sentences[:1] or case.sentences[:1],
            reason=reason,
            confidence=_HELD_CONFIDENCE,
            met=(),
            open=judgement.met + judgement.open,
        )
        for judgement in offline.judgements
    )
    return Verdict(held)


def graded_card(graded: Graded) -> Scorecard:
    """The card: every level with words that were really said, or no level at all."""
    answered = graded.answered
    judged = {judgement.criterion_id: judgement for judgement in graded.verdict.judgements}
    criteria = tuple(
        _score(graded, criterion, judged.get(criterion.id))
        for criterion in answered.rubric.criteria
    )
    status, why = _status(graded, criteria)
    status, why = _after_amendment(answered, status, why)
    return Scorecard(
        answered.interview_id,
        answered.question.id,
        tuple(turn.index for turn in answered.turns),
        status,
        criteria,
        graded.gates,
        why,
        replace(_provenance(answered, graded.verdict, graded.judged_by), scorer=graded.scorer),
    )


def _score(graded: Graded, criterion: Criterion, judgement: Judgement | None) -> CriterionScore:
    if judgement is None:
        reason = "This question has no reference points for the criterion."
        return _without_level(criterion, Ungraded.NO_EVIDENCE, reason)
    if gates.SOUP in graded.gates:
        return _without_level(criterion, Ungraded.NO_EVIDENCE, _HELD_REASONS[gates.SOUP])
    evidence = _evidence(graded.case, judgement)
    if not evidence:
        reason = "No words of the answer could be found that carry a level."
        return _without_level(criterion, Ungraded.NO_EVIDENCE, reason)
    found_all = bool(judgement.met) and not judgement.open
    aim = criterion.aim(judgement.level, complete=found_all)
    score = CriterionScore(
        criterion_id=criterion.id,
        title=criterion.title,
        level=judgement.level,
        max_level=criterion.max_level,
        weight=criterion.weight,
        evidence=evidence,
        reason=judgement.reason,
        confidence=round(min(1.0, max(0.0, judgement.confidence)), 3),
        next_level=aim.anchor if aim else None,
        next_at=aim.level if aim else None,
        points_met=judgement.met,
        points_open=judgement.open,
    )
    return _with_second(score, graded.second)


def _with_second(score: CriterionScore, second: SecondOpinion) -> CriterionScore:
    """The score beside what the offline scorer makes of the words, in levels."""
    estimate = second.of(score.criterion_id)
    if estimate is None:
        return score
    low, high = estimate.between(score.max_level)
    at = round(estimate.share * score.max_level, 2)
    return replace(score, offline=at, offline_low=round(low, 2), offline_high=round(high, 2))


def _evidence(case: Case, judgement: Judgement) -> tuple[Evidence, ...]:
    kind: Kind = "quote" if judgement.level > 0 else "nearest"
    turns = {turn.index: turn for turn in case.turns}
    ordered = sorted(judgement.sentences, key=lambda sentence: sentence.number)
    found = (cited(s, turns[s.turn], kind) for s in ordered if s.turn in turns)
    return tuple(evidence for evidence in found if evidence is not None)


def _without_level(criterion: Criterion, why: Ungraded, reason: str) -> CriterionScore:
    return CriterionScore(
        criterion.id,
        criterion.title,
        None,
        criterion.max_level,
        criterion.weight,
        (),
        reason,
        0.0,
        ungraded=why,
    )


def _status(graded: Graded, criteria: Sequence[CriterionScore]) -> tuple[CardStatus, str]:
    """Graded only when nothing speaks for a second look."""
    if graded.gates:
        return CardStatus.REVIEW, f"For a person to look at: {', '.join(graded.gates)}."
    if all(score.level is None for score in criteria):
        return CardStatus.UNGRADED, "No criterion could be graded."
    if graded.answered.purpose is Purpose.ASSESSMENT and not graded.capable:
        return CardStatus.REVIEW, "Proposed without a capable model; a person decides."
    if graded.judged_by is None and graded.case.experience:
        return CardStatus.REVIEW, "Experience is judged poorly without a model; a person decides."
    if not _agree(graded, criteria):
        return CardStatus.REVIEW, "The grade and the offline score of the text disagree."
    if graded.judged_by is None and fusion.weak_alone(share_of(criteria)):
        return CardStatus.REVIEW, "Low, and by the text alone; a person decides."
    return CardStatus.GRADED, ""


def _after_amendment(answered: Answered, status: CardStatus, reason: str) -> tuple[CardStatus, str]:
    """A person looks at a corrected answer: always in an assessment, else when it was rewritten."""
    amended = [turn for turn in answered.turns if turn.amendment is not None]
    if status is CardStatus.REVIEW or not amended:
        return status, reason
    if answered.purpose is Purpose.ASSESSMENT:
        return CardStatus.REVIEW, "The speaker corrected what was heard; a person decides."
    rewritten = any(kept_share(t.heard, t.answer or "") < _LEAST_HEARD for t in amended)
    if rewritten and status is CardStatus.GRADED:
        return CardStatus.REVIEW, "Most words of the speaker's correction were not heard."
    return status, reason


def _agree(graded: Graded, criteria: Sequence[CriterionScore]) -> bool:
    """Each level lies near what the text alone says: the scorer, on experience the points."""
    tops = {criterion.id: criterion.max_level for criterion in graded.answered.rubric.criteria}
    shares = {name: estimate.share for name, estimate in graded.second.estimates}
    if graded.case.experience:
        shares = {j.criterion_id: j.level / tops[j.criterion_id] for j in graded.offline.judgements}
    given = [(score.criterion_id, score.level) for score in criteria if score.level is not None]
    if any(name not in shares for name, _ in given):
        return False
    names, levels = [name for name, _ in given], [level for _, level in given]
    return fusion.agree([shares[name] for name in names], levels, [tops[name] for name in names])


def _provenance(answered: Answered, verdict: Verdict | None, model: str | None) -> Provenance:
    prompt = verdict.prompt if verdict is not None else None
    return Provenance(
        rubric_id=answered.rubric.id,
        rubric_version=answered.rubric.version,
        prompt_id=prompt.id if prompt else None,
        prompt_version=prompt.version if prompt else None,
        prompt_digest=prompt.digest if prompt else None,
        model=model or TEXT_ALONE,
        mode=answered.mode,
        graded_at=answered.at,
        answer_digest=answered.digest,
    )
