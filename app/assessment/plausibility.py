"""Whether words form speech at all: nonsense, loops, another language.

Each test looks at how language is built (spelling, repetition, the small words that join the
others), never at what is said.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

from app.assessment.letters import is_odd
from app.assessment.wording import words

_PROFILES = {
    "en": """
        the a an and or of to in is are was it that this you i we for with on as be have not
        but if so then because which what when how do can would there at by from they he she
        my your
    """,
    "de": """
        der die das und ist ich nicht ein eine zu den mit auf für von es im dem sich auch
        wir man wenn oder werden wird als aber dass weil
    """,
    "fr": """
        le la les un une des et est je ne pas que qui de du dans pour avec sur il elle nous
        vous on ce cette mais ou donc quand parce
    """,
    "es": """
        el la los las un una y es yo no que de en por para con se lo como pero o cuando
        porque más este esta del al su muy
    """,
    "it": """
        il lo la gli le un una e è io non che di in per con si come ma o quando perché più
        questo della del nel sono anche
    """,
    "pt": """
        o a os as um uma e é eu não que de em por para com se como mas ou quando porque mais
        este esta do da no na são também
    """,
    "nl": """
        de het een en is ik niet dat van in op voor met zijn er maar of als omdat wij je ook
        dan deze naar door
    """,
    "pl": """
        i w na nie to jest się że do z jak ale o co po za tak czy od może jestem który
    """,
    "sv": """
        och att det är en ett som i på för med inte jag vi den av till om men eller när då
    """,
    "tr": """
        ve bir bu da de için ile çok ben değil ama olarak ne gibi var daha
    """,
}
_FUNCTION = {name: frozenset(profile.split()) for name, profile in _PROFILES.items()}
_MORE_JOINERS = """
    its their them these those into than will could should may might has had were been being
    where  who while after before each every all any some one no only just also about over under
    between  until without our us me him her his too very more most other same such out up down
    does did  don't doesn't isn't can't it's i'm i'd we'd you'd that's there's let's won't
"""
_JOINERS = _FUNCTION["en"] | frozenset(_MORE_JOINERS.split())
_LANGUAGE_WORDS = 6
_LOOP_WORDS = 12
_LOOP_SHARE = 0.45
_ODD_SHARE = 0.4
_FOREIGN_SIGNS = 0.3
_LEAST_PROFILE = 0.15


def joining_share(text: str) -> float:
    """Share of the words that join others ("the", "because", "it")."""
    spoken = words(text)
    return sum(word in _JOINERS for word in spoken) / len(spoken) if spoken else 0.0


def is_nonsense(text: str) -> bool:
    """Keys struck at random, one word over and over, or a recogniser's loop."""
    spoken = words(text)
    if _is_odd(spoken):
        return True
    if not spoken:
        return bool(text.strip())
    return is_loop(spoken)


def repeats_itself(text: str) -> bool:
    """Whether words of the language, each well formed, come over and over."""
    spoken = words(text)
    return is_loop(spoken) and not _is_odd(spoken)


def _is_odd(spoken: list[str]) -> bool:
    bare = [word for word in spoken if word not in _JOINERS]
    odd = sum(is_odd(word) for word in bare)
    return bool(bare) and odd >= min(2, len(spoken)) and odd / len(bare) >= _ODD_SHARE


def is_loop(spoken: list[str]) -> bool:
    """Whether few different words, or few different runs of three, make up the whole."""
    if len(spoken) >= 4 and Counter(spoken).most_common(1)[0][1] / len(spoken) > 0.6:
        return True
    if len(spoken) < _LOOP_WORDS:
        return False
    runs = list(zip(spoken, spoken[1:], spoken[2:], strict=False))
    return len(set(runs)) / len(runs) < _LOOP_SHARE


def is_other_language(text: str, expected: str = "en") -> bool:
    """Whether the small words, or the signs, are those of another language."""
    signs = [sign for sign in text if sign.isalpha()]
    if not signs:
        return False
    foreign = sum(not unicodedata.name(sign, "").startswith("LATIN") for sign in signs)
    if foreign / len(signs) > _FOREIGN_SIGNS:
        return True
    spoken = [token.strip(".,;:!?\"'()").casefold() for token in text.split()]
    if len(spoken) < _LANGUAGE_WORDS:
        return False
    shares = {
        name: sum(word in known for word in spoken) / len(spoken)
        for name, known in _FUNCTION.items()
    }
    best = max(shares, key=lambda name: shares[name])
    return best != expected and shares[best] > max(_LEAST_PROFILE, 2 * shares[expected])
