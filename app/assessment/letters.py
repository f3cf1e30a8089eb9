"""How unlike English a word is spelt, by pairs of letters.

The table holds -log2 of the probability of the next letter (space first, then a to z, one digit
each), counted over the distinct words of the question bank. Of 1,021 words of students' computer
science answers that are not in the bank, 1 % cost more than 4.75 a letter; keys struck at random
cost 5.4 and more.
"""

from __future__ import annotations

from itertools import pairwise

_ALPHABET = " abcdefghijklmnopqrstuvwxyz"
_ROWS = (
    "945345465587545547434665989",
    "795449759496353949343667859",
    "637992999379399399456499969",
    "539693993594499289573599979",
    "159962979389697499549599969",
    "348435678799553958335867599",
    "439993499299499399484498969",
    "159993964499665599458499989",
    "327992999399766389574599979",
    "966444659998452369634959799",
    "656662666666666266666266666",
    "267872878388684778838688868",
    "338852789398389379956579949",
    "435992999399867339959598989",
    "359433729596786599943769979",
    "676558669596442559354454979",
    "439973997499399449354599969",
    "577777777777577777777177777",
    "339652769397766379545668969",
    "159693895497678568943597979",
    "249692994399699489445597959",
    "746454859599443849333999989",
    "939991999399999599999799979",
    "339772994399595399447999999",
    "347573777377777727772777777",
    "197794999599756559745997999",
    "666662666466666466666666646",
)
_COST = {
    (first, second): int(_ROWS[row][column])
    for row, first in enumerate(_ALPHABET)
    for column, second in enumerate(_ALPHABET)
}
_ODD = 5.3
_SHORTEST = 4


def oddness(word: str) -> float:
    """Mean cost of a letter of a word in lower case; other signs than a to z are passed over."""
    letters = f" {''.join(sign for sign in word if sign in _ALPHABET)} "
    costs = [_COST[pair] for pair in pairwise(letters)]
    return sum(costs) / len(costs)


def is_odd(word: str) -> bool:
    """Whether the word is hardly English; short words and abbreviations never are."""
    return len(word) >= _SHORTEST and word.isalpha() and word.isascii() and oddness(word) > _ODD
