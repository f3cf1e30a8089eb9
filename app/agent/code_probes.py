"""Questions made from facts about code, and the rules that they keep.

Code decides the fact and its truth; a capable model may word the question, within the same rules.
"""

from __future__ import annotations

import re

from app.agent.candidates import Candidate
from app.agent.proposal import Writer
from app.agent.scene import Scene
from app.assessment.probes import faults_of_wording
from app.assessment.wording import normalised
from app.domain.interview import Probe

_NUMBERS = re.compile(r"-?\d+")


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
