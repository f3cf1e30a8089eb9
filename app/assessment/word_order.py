"""How people put words in a row, whatever they speak about: classes of words, and their order.

Words are reduced to 34 classes: groups of small words, and the endings of all others. `_ROWS` holds
how much likelier one class (or the end of a sentence) follows another than by chance, in steps of
half a power of two from `a` (-4) to `o` (3), counted over the students' answers, references and
questions of Beetle, SciEntsBank and SAF.
"""

from __future__ import annotations

import re
from itertools import pairwise

from app.assessment.wording import words

_GROUPS = {
    "the": "the",
    "a": "a an",
    "to": "to",
    "of": "of",
    "in": "in on at within inside onto into",
    "with": """
        by from with for over under between through without about after before during against per
        across until via as than like around toward towards among along behind below above upon
        since
    """,
    "and": "and",
    "or": "or nor",
    "but": "but yet although though however",
    "because": """
        because if when while so where whether unless then how what why once whenever therefore
        thus hence
    """,
    "which": "that which who whom whose what's",
    "he": "i we you he she they one",
    "it": "it this there that's it's i'd we'd i'm these those",
    "my": """
        my our your his her its their each every any some no all both another other such many much
        few several more most less
    """,
    "him": "me us him them itself themselves himself",
    "is": "is are was were isn't aren't wasn't weren't",
    "be": "be been being",
    "can": """
        can could will would should may might must can't won't cannot couldn't wouldn't shouldn't
    """,
    "do": "do does did don't doesn't didn't",
    "has": "has have had having hasn't haven't",
    "not": "not never",
    "also": "also just only very too still even always already now again first quite really",
    "use": """
        use uses used make makes made get gets got give gives given go goes went take takes took
        need needs allow allows allowed contain contains contained become becomes became work works
        mean means let lets keep keeps see know think put puts find finds found show shows hold
        holds come comes say says call calls called cause causes happen happens want tell tells
        change changes changed
    """,
}
_ENDINGS = {
    "n": ("tion", "sion", "ment", "ness", "ity", "ance", "ence", "ism"),
    "j": ("ous", "ive", "able", "ible", "al", "ic", "ful", "less", "ary", "est"),
    "er": ("er", "or"),
    "ly": ("ly",),
    "ing": ("ing",),
    "ed": ("ed",),
}
_LETTERS_BEFORE = 5
_START, _END = "^", "$"
_LOWEST, _STEP = -4.0, 0.5
_CLASS_OF = {word: name for name, group in _GROUPS.items() for word in group.split()}
SMALL = frozenset(_CLASS_OF)
"""Words that join others, and the verbs that go with everything."""
ORDER = (_START, _END, *_GROUPS, *_ENDINGS, "#", "s", "C")
_ROWS = (
    "aakhgaiieblnimmiaaabecaifhifjhgjgh",
    "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii",
    "aaaaaaaaaaaaafaiadaaaaaiclllekidjk",
    "afaababakhedaaadahaggfafcljlfilddk",
    "aakiaaaaaagbgffkiaoaihcfmfihjfdifk",
    "aamkaaaaaaadhbikoacaafafajhhgjekjj",
    "adnnabadadafkhkkkaaaaabecgihafggeh",
    "aellaaedacadkjjllafabecidijiglgjgi",
    "aakidaffafbkhijiafahihhijjkiiiihij",
    "aagkfafgaaagaffjaceeifnigjjikkiiik",
    "abjidakhbaakalmiahahmmooifejkfhbih",
    "aaljehgeafaiioojafcgldihffeeejfefg",
    "abkgabedaaggbmlifmamlkchlgdfhgddjh",
    "afaaciegfgefiechembooobknghficiafh",
    "agabfadeeadfcecddoaonmdjlifehefakg",
    "agecbieiegigdhfkagadfhbdfkjklhhelj",
    "amfglalkialimgdjaigjakgjgaaljjdaeg",
    "achkfakeacbhjdckaaedfeonkciiljnheh",
    "abgjaaleaaabfbaiaaaaaadilaiijgoibi",
    "aaaaaaaaaaafafbfaaoaflonoagckcaaaj",
    "afhgfaaebaafilheaaeagmojmafgehacae",
    "acjnoadcaaaaeehnaalaaciigggijeiigf",
    "ahgiealgaaggaeefaanafnbkobkfkjmdai",
    "ahgigfjgfamialgjgcneklghmfhfmjjgii",
    "agklmhmkefgjlikjoaadaaagdggiiggggg",
    "akecinjkjkiikfehajbijiafgjejgeiejh",
    "ajceihiikjlhifeeajafghaegljghhdlji",
    "akgejlijlkkijghcgjeklkdhikfhhgfgjh",
    "ajggkahkjkmijjigafidghgljajeijkihi",
    "aijikjkjijhhjihhlidhdiahgighihedki",
    "ajfdmgkmjkihhegeidacaccgaijjkfebii",
    "akdafgcfkjagefddaiacfdagbfebbcgolg",
    "akhjklkkkjkikgghikckijeihefgjihfff",
    "akghjkijkkjiigggjjcjiicgghhihighji",
)
_GAIN = {
    (before, after): _LOWEST + _STEP * (ord(sign) - ord("a"))
    for before, row in zip(ORDER, _ROWS, strict=True)
    for after, sign in zip(ORDER, row, strict=True)
}
_BREAK = re.compile(r"[.!?;:]+(?:\s+|$)|\n")


def sentence_classes(text: str) -> list[list[str]]:
    """The classes of the words of each sentence, between a start and an end."""
    sentences = (words(part) for part in _BREAK.split(text))
    return [[_START, *map(class_of, spoken), _END] for spoken in sentences if spoken]


def class_of(word: str) -> str:
    """The class of a word in lower case."""
    if word in _CLASS_OF:
        return _CLASS_OF[word]
    if word[0].isdigit():
        return "#"
    if len(word) >= _LETTERS_BEFORE:
        for name, endings in _ENDINGS.items():
            if word.endswith(endings):
                return name
    return "s" if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else "C"


def gains(text: str) -> list[float]:
    """For each step from word to word, start and end included, its gain over chance."""
    return [_GAIN[pair] for classes in sentence_classes(text) for pair in pairwise(classes)]
