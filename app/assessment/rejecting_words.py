"""Words that pass a verdict on a statement: it is false, turned round, or somebody's say."""

from __future__ import annotations


def _rows(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(row.split()) for row in text.split("|"))


_DENIALS = """
    not no never none nothing nobody nowhere neither nor hardly cannot scarcely barely without cant
    dont isnt doesnt wasnt arent wont
"""
_FALSE = """
    false untrue wrong incorrect mistaken absurd ridiculous bogus untenable unfounded baseless
    misguided misinformed misleading implausible inaccurate refuted debunked disproved disproven
    overturned inconceivable erroneous outdated falsehood untruth myth myths misconception
    misconceptions nonsense rubbish fallacy baloney bunk hogwash hoax fiction joke bullshit
"""
_FALSE_THINGS = """
    kidding joking disagree allegedly supposedly errs erred wrongly incorrectly mistakenly
"""
_TRUE = "true truth correct right so case agree agreed believe buy hold holds valid accurate accept"
_CLAIMS = "think believe claim assume agree accept imagine suppose"
_TURNED = "opposite contrary reverse inverse converse negation"
_FOLLOWERS = """
    to that about on as in at and but or here there too also again of is holds applies by with for
    from because though anyway either altogether completely really i we they it he she if when case
    applies happens
"""
DENIALS = frozenset(_DENIALS.split())
FALSE = frozenset(_FALSE.split())
FALSE_THINGS = frozenset(_FALSE_THINGS.split())
TRUE = frozenset(_TRUE.split())
CLAIMS = frozenset(_CLAIMS.split())
TURNED = frozenset(_TURNED.split())
VERDICT_FOLLOWERS = frozenset(_FOLLOWERS.split())
FRAMES = _rows(
    "far from true|far from the truth|far from it|far from right|anything but|other way round"
    "|other way around|opposite way round|wrong way round|upside down|no truth in|yeah right"
    "|as if|out of the question|pigs can fly|pigs could fly|pigs fly|eat my hat|made of cheese"
    "|used to think|used to believe|used to say|used to hold|once thought|once believed"
    "|so they say|so they claim|so they think|know better|knew better|if you believe"
    "|forget the idea|strike that|scratch that|last thing|until it turned|turned out false"
    "|got it wrong|got that wrong|get it wrong|got this wrong|get this wrong|just kidding"
    "|take it back|take that back|quite the contrary|on the contrary|beginner's mistake"
    "|common mistake|common error|a mistake|a lie|by no means|under no circumstances"
    "|under no condition|in no way|hardly anybody|hardly anyone|who says that|whoever says"
    "|whoever thinks|anyone who thinks|fairy tale|fairy tales|i doubt|i deny|i reject|i refuse"
    "|i dispute|i contest|i negate|i question|in truth it|but in fact|but in reality"
    "|but the truth|no sense to|trap is|mistake is|mistake many|error is to|wrong answer would"
    "|nobody ever|no one ever|turn that round|turn it round|turn that around|turn it around"
    "|negate this|negate that|negate it|then i'm the|it isn't that|it's not that|it is not that"
    "|isn't it that|not so that|neither is it|nor is it|neither do i|neither is that"
    "|from the truth|clear no|answer is no|not how|isn't how|not what|isn't what"
)
NEGATED_FRAMES = _rows("how it works|what happens|like that|that way|how that works|to be so")
_BARE = """
    no not never nope nah at all really of course way one bit i'd say so i think it that this is
    does do wrong false ever neither quite well oh uh um er but
"""
BARE_DENIALS = frozenset(_BARE.split())
