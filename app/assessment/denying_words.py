"""Words that may deny what they stand with; those in "n't" are known by their ending."""

from __future__ import annotations

_DENYING_WORDS = """
    absurd aint allegedly anything arent astray avoid avoids backward backwards baloney
    barely baseless bogus bunk cannot cant cease ceases challenge confused confuses
    confusion contest contradict contradicted contradiction contradicts contrary converse
    conversely debunk debunked debunks denial denied denies deny denying disagree disagreed
    disagreement disagrees disbelief disbelieve dismiss dismissed disprove disproved
    disproven dispute disputed disputes disregard dissent doesnt dont doubt doubtful doubts
    dubious erroneous erroneously error errors except exception exclude excluded fable fail
    failed failing fails fake fallacious fallacy false falsehood falsely far fiction
    fictional flaw flawed forbidden garbage hardly hoax hogwash however imaginary
    implausible impossible improbable inaccurate inconceivable incorrect incorrectly instead
    invalid inverse isnt lack lacking lacks legend lie lies lying misconception
    misconceptions misguided misinformed misinterpretation misleading misread misstatement
    mistake mistaken mistakenly mistakes misunderstanding myth myths naah nah neither never
    no nobody none nonexistent nonsense nope nor not nothing nowhere object obsolete oppose
    opposed opposes opposite opposites otherwise outdated overturned pretend pretends quit
    rarely rather refuse refuses refute refuted refutes reject rejected rejecting rejects
    retract retracted reverse reversed ridiculous rubbish rule ruled rumor rumour scarcely
    sceptic sceptical seldom silly skeptical stop stops supposedly tosh un unable
    unconvinced unconvincing unfounded unheard unless unlikely unpersuaded unsound untenable
    unthinkable untrue untruth untruthful withdraw without wont wrong wrongly zero
    disallow disallows forbid forbids hinder hinders ignore ignored ignores inapplicable irrelevant
    needless neglect neglects omit omits omitted overlook overlooks pointless prevent prevents
    prevented prohibit prohibits prohibited skip skips skipped unnecessary unneeded unrelated
    useless
"""
DENYING = frozenset(_DENYING_WORDS.split())
_TURNING = """
    not no never none neither nor cannot nothing nobody nowhere hardly scarcely barely rarely seldom
    without lacks lack lacking fails fail failed refuses refuse ignores ignore avoids avoid prevents
    prevent forbids forbid stops stop omits omit skips skip excludes exclude untouched unable
    impossible dont doesnt isnt cant wont arent wasnt
"""
SIGN_TURNING = frozenset(_TURNING.split())
"""Those that turn the sign of a clause, so that two of them leave it as it was."""
