"""Questions made from facts about code, and the rules that they keep.

Code decides the fact and its truth; a capable model may word the question, within the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.agent.candidates import Candidate, probe_of
from app.agent.proposal import Writer
from app.agent.scene import Scene
from app.assessment.code_answers import growth_claimed
from app.assessment.probes import contains, faults_of_wording
from app.assessment.wording import normalised
from app.dialogue.spoken import speakable
from app.domain.interview import Probe
from app.inspection.fact import Fact

_CHALLENGE_WORTH = 1.6
_WHY = "A count on line {line} of your code differs from what you said."
_NUMBERS = re.compile(r"-?\d+")


def challenging(scene: Scene, facts: Iterable[Fact]) -> Iterator[Candidate]:
    """What a run counted, put to somebody who just claimed another growth."""
    known = {turn.probe.claim for turn in scene.turns if turn.probe and turn.probe.claim}
    for fact in facts:
        if fact.kind != "growth" or not fact.shown or fact.claim in known:
            continue
        phrase = growth_claimed(fact.truth, scene.answers[-1])
        if phrase is None or not contains(scene.answers[-1], phrase):
            continue
        does = "the items are compared" if "compared" in fact.claim else "it runs"
        ask = f"You said {phrase}. On line {fact.line} {does} {fact.shown}. How does that fit?"
        probe = replace(probe_of(fact), phrase=phrase)
        yield Candidate(speakable(ask), probe, _CHALLENGE_WORTH, _WHY.format(line=fact.line))


async def worded(chosen: Candidate, scene: Scene, writer: Writer) -> Candidate:
    """The question in the model's words, where it says the same; else as it was."""
    probe = chosen.probe
    if probe.source != "fact" or not writer.ready:
        return chosen
    ask = await writer.reword(chosen.ask, scene.asked)
    if not ask or not says_the_same(ask, chosen.ask, probe):
        return chosen
    if faults_of_wording(ask, scene.question, scene.said):
        return chosen
    return Candidate(ask, probe, chosen.worth, chosen.why)


def says_the_same(ask: str, template: str, probe: Probe) -> bool:
    """Whether the wording keeps the line and every number, adds none, and gives nothing away."""
    numbers = sorted(_NUMBERS.findall(template)) == sorted(_NUMBERS.findall(ask))
    return numbers and not told_away(probe.fact or "", probe.truth or "", template, ask)


def told_away(kind: str, truth: str, given: str, ask: str) -> bool:
    """Whether a question holds what a right answer would say.

    `given` is what the question must say anyway, its line and its inputs: they are no secret, even
    where the answer is the same.
    """
    wanted = normalised(truth)
    if not wanted or wanted in {"no", "yes", "endless"}:
        return False
    asked, known = f" {normalised(ask)} ", f" {normalised(given)} "
    if kind == "growth":
        return f" {wanted.split()[0]} " in asked
    if kind == "raises":
        return any(f" {name} " in asked for name in (wanted, wanted.removesuffix("error")))
    return f" {wanted} " in asked and f" {wanted} " not in known
