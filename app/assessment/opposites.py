"""Words of which one turns a statement round when it takes the other's place.

More than the scorer's: here a wrong pair costs a look by a person, not a score.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.assessment.scorer.polarity import OPPOSITES

_MORE = """
    longest shortest|highest lowest|largest smallest|biggest smallest|greatest smallest
    |quickly slowly|every no|both neither|fixed variable|reduces increases|reduce increase
    |reduced increased|prevents allows|prevent allow|absorbs reflects|absorb reflect
    |furthest closest|nearest farthest|lacks has|lack have|single multiple|unique shared
    |cheap costly|explicit implicit|explicitly implicitly|automatic manual
    |automatically manually|shrinks grows|shrink grow|raises lowers|raise lower|narrower wider
    |known unknown|permanent temporary|exact approximate|common rare|include exclude
    |includes excludes|accept reject|accepts rejects|constant linear|worse better
    |stops continues|stop continue|lit off|loses gains|attracts repels|starts ends|begins ends
    |begin end|decrease increase|decreases grows|fewer more|less larger|smaller greater
    |above under|over under|early late|high shallow|needs skips|keeps drops|keep drop
    |keeps loses|saves wastes|save waste|simplifies complicates|strengthens weakens
    |tightest loosest|hottest coldest|fastest slowest|heaviest lightest|nothing everything
    |somewhere nowhere|uphill downhill|forward backward|forwards backwards
    |clockwise counterclockwise|ahead behind|rightmost leftmost|left remaining|asleep awake
    |alive dead|rich poor|clean dirty|sharp blunt|flat steep|steepest flattest
    |thickest thinnest|loudest quietest|best poorest|least greatest|immutable changeable
    |mutable fixed|encrypted plain|signed unsigned|sparse dense|lossy lossless
    |stateful stateless|optional mandatory|optional required|global private|eager lazy
    |deep flat
"""


def _paired() -> dict[str, frozenset[str]]:
    found = {word: set(others) for word, others in OPPOSITES.items()}
    for pair in _MORE.split("|"):
        one, other = pair.split()
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


_PAIRED = _paired()


def exchanged(said: Sequence[str], wanted: Sequence[str]) -> frozenset[str]:
    """The words that only the second has, while an opposite of them stands only in the first."""
    mine, theirs = frozenset(said), frozenset(wanted)
    return frozenset(
        word for word in theirs - mine if any(o in mine - theirs for o in _PAIRED.get(word, ()))
    )


def opposites_of(word: str) -> frozenset[str]:
    """The words that turn a statement round in the place of this one."""
    return _PAIRED.get(word, frozenset())
