"""What could be asked next about an answer: what it stands on, and how much it is worth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.agent.coverage import COVERED
from app.agent.scene import Scene
from app.agent.wording import taking_up
from app.assessment.phrases import Phrase, phrases
from app.assessment.probes import Ground, faults
from app.assessment.wording import stems
from app.dialogue.spoken import speakable
from app.domain.interview import Probe
from app.domain.question import Probe as AuthoredProbe
from app.domain.question import Question
from app.inspection.fact import Fact

ASKABLE = 0.55
FIRST_PHRASE_BONUS = 0.3
_PHRASE = "{phrase}"
_LEANS_ON_ANSWER = re.compile(
    r"\b(you (said|mentioned)|your|you've|that|this|it|those|these|there|then|such a|came of)\b",
    re.IGNORECASE,
)
_WHY_PHRASE = "It takes up your words: {phrase}."
_WHY_POINT = "It opens a part of the question that was not covered yet."
_WHY_FACT = "It is about line {line} of your code."


@dataclass(frozen=True)
class Candidate:
    """A follow-up that could be asked; the worth ranks it."""

    ask: str
    probe: Probe
    worth: float
    why: str


Shares = Mapping[str, float]


def best(candidates: Iterable[Candidate], scene: Scene, shares: Shares) -> Candidate | None:
    """The worthiest candidate that keeps every rule."""
    ranked = sorted(candidates, key=lambda candidate: -candidate.worth)
    return next((c for c in ranked if not faults(c.ask, ground_of(c.probe, scene, shares))), None)


def ground_of(probe: Probe, scene: Scene, shares: Shares) -> Ground:
    """What the rules check this follow-up against; the bank's own need name no point."""
    still_open = open_points(scene.question, shares)
    authored_here = probe.source == "authored"
    return Ground(
        question=scene.question,
        said=scene.said,
        asked=scene.asked,
        phrase=probe.phrase,
        line=probe.line,
        point=probe.point or (min(still_open, default=None) if authored_here else None),
        code_lines=len(scene.code.splitlines()),
        open_points=still_open,
    )


def open_points(question: Question, shares: Shares) -> frozenset[str]:
    """The points that no answer has covered."""
    return frozenset(p.id for p in question.points if shares.get(p.id, 0.0) < COVERED)


def authored(scene: Scene, shares: Shares) -> Iterator[Candidate]:
    """Probes of the bank: those that take up the candidate's words, and those of open points."""
    for probe in scene.question.probes:
        if probe.id in scene.used_probes:
            continue
        unsaid = 1.0 - shares.get(probe.point, 0.0) if probe.point else 0.5
        if not probe.when:
            yield _plain(probe, 0.4 + 0.4 * unsaid)
            continue
        matched = phrases(scene.answers[-1], probe.when) or phrases(scene.said, probe.when)
        if _PHRASE in probe.ask:
            matched = tuple(found for found in matched if brings_something(found.text, scene))
        if not matched:
            continue
        ask = probe.ask.replace(_PHRASE, matched[0].text)
        phrase = matched[0].text if _PHRASE in probe.ask else None
        worth = 0.6 + 0.4 * unsaid + (_bonus(scene) if phrase else 0.0)
        if unsaid < 1.0 - COVERED and not _bonus(scene):
            worth = 0.3
        yield _authored(probe, ask, phrase, worth)


def simpler(scene: Scene) -> Iterator[Candidate]:
    """Probes that can be understood without an answer before them, the basic points first."""
    order = [point.id for point in scene.question.points]
    for probe in scene.question.probes:
        if probe.when or probe.point is None or probe.id in scene.used_probes:
            continue
        if not _LEANS_ON_ANSWER.search(probe.ask):
            yield _plain(probe, 1.0 - 0.05 * order.index(probe.point))


def brings_something(phrase: str, scene: Scene) -> bool:
    """Whether a phrase is more than an echo of the question's own words."""
    return not stems([phrase]) <= stems([scene.question.text, scene.question.rephrased or ""])


def terms_said(scene: Scene, terms: Iterable[str]) -> tuple[Phrase, ...]:
    """Technical terms that the newest answer holds and the question does not."""
    asked = stems([scene.question.text, scene.question.rephrased or ""])
    fresh = [term for term in terms if stems([term]) - asked]
    found = phrases(scene.answers[-1], fresh)
    return tuple(p for p in found if len(p.text) > 3 and brings_something(p.text, scene))


def composed(scene: Scene, shares: Shares, likeness: Mapping[tuple[str, str], float]) -> Iterator[
    Candidate
]:  # fmt: skip
    """An open probe led in by a term that was said, where the two are about one thing.

    `likeness` holds, by phrase and probe id, how near they are in meaning.
    """
    for (phrase, probe_id), near in likeness.items():
        probe = next(p for p in scene.question.probes if p.id == probe_id)
        unsaid = 1.0 - shares.get(probe.point, 0.0) if probe.point else 0.5
        if near >= NEAR_ENOUGH and may_be_led_in(probe, scene):
            worth = 0.4 + 0.4 * unsaid + 0.1 * near + _bonus(scene)
            yield _authored(probe, taking_up(phrase, probe.ask), phrase, worth)


NEAR_ENOUGH = 0.33


def may_be_led_in(probe: AuthoredProbe, scene: Scene) -> bool:
    """Whether the probe reads well after "You mentioned ..."."""
    fresh = not probe.when and probe.id not in scene.used_probes
    return fresh and not probe.ask.lower().startswith(("you", "say ", "it "))


def of_code(scene: Scene, facts: Iterable[Fact]) -> Iterator[Candidate]:
    """Facts about the code, serious ones first; none is asked twice."""
    known = {turn.probe.claim for turn in scene.turns if turn.probe and turn.probe.claim}
    asked_here = sum(
        turn.probe is not None and turn.probe.source == "fact"
        for turn in scene.turns
        if turn.question_id == scene.question.id
    )
    for place, fact in enumerate(facts):
        if fact.claim in known:
            continue
        probe = probe_of(fact)
        worth = (1.5 if fact.serious else 0.58) - 0.3 * asked_here - 0.001 * place
        yield Candidate(speakable(fact.question), probe, worth, _WHY_FACT.format(line=fact.line))


def probe_of(fact: Fact) -> Probe:
    """What is kept of a fact with the follow-up that asks about it."""
    return Probe(
        "fact",
        line=fact.line,
        claim=fact.claim,
        expected=fact.expected,
        fact=fact.kind,
        truth=fact.truth or None,
        run=fact.check.told if fact.check else None,
    )


def invited(ask: str, scene: Scene) -> Candidate:
    """A general invitation to say more."""
    return Candidate(ask, Probe("authored"), 1.0, "The reply was too short to follow up.")


def from_model(ask: str, phrase: str | None, point: str | None) -> Candidate:
    """What a capable model proposed; it comes before the bank's, not before a serious fact."""
    why = _WHY_PHRASE.format(phrase=phrase) if phrase else _WHY_POINT
    return Candidate(ask, Probe("model", phrase=phrase, point=point), 1.4, why)


def _plain(probe: AuthoredProbe, worth: float) -> Candidate:
    return _authored(probe, probe.ask, None, worth)


def _authored(probe: AuthoredProbe, ask: str, phrase: str | None, worth: float) -> Candidate:
    why = _WHY_PHRASE.format(phrase=phrase) if phrase else _WHY_POINT
    kept = Probe("authored", phrase=phrase, point=probe.point, probe_id=probe.id)
    return Candidate(ask, kept, worth, why)


def _bonus(scene: Scene) -> float:
    """Until one follow-up has named the candidate's words, such a follow-up is worth more."""
    named = any(turn.probe is not None and turn.probe.phrase for turn in scene.turns)
    return 0.0 if named else FIRST_PHRASE_BONUS
