"""Which passwords are guessed first. Length counts; no rule about signs does.

The order of guesses follows NIST SP 800-63B, 5.1.1.2: passwords that are known to be common,
repetitive or sequential characters, and words of the service and of the person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from app.domain.person import LEAST_PASSWORD, MOST_PASSWORD

LEAST_DIFFERENT = 5
LEAST_LEFT = 4  # letters beside the words that everybody tries
LEAST_OF_ADDRESS = 4  # a shorter one stands in other words by chance

_COMMON = (
    "password", "passwort", "passphrase", "passw", "pass", "interview", "sounding", "welcome",
    "qwertyuiop", "qwerty", "qwertz", "asdfghjkl", "asdfgh", "asdf", "zxcvbnm", "zxcvbn", "zxcv",
    "qazwsxedc", "qazwsx", "1q2w3e4r5t", "1q2w3e4r", "1q2w3e", "q1w2e3r4t5", "q1w2e3r4",
    "abcdefghijklmnopqrstuvwxyz", "abcdefgh", "abcdef", "abcd", "abc", "letmein", "iloveyou",
    "administrator", "admin", "root", "master", "login", "access", "secret", "changeme", "change",
    "default", "guest", "user", "test", "demo", "student", "teacher", "educator", "candidate",
    "monkey", "dragon", "sunshine", "princess", "football", "baseball", "superman", "batman",
    "shadow", "michael", "jordan", "hunter", "trustno", "starwars", "pokemon", "whatever",
    "summer", "winter", "spring", "autumn", "hello", "freedom", "computer", "internet", "google",
)  # fmt: skip
_SPELT = str.maketrans(
    {"@": "a", "4": "a", "3": "e", "1": "l", "!": "i", "0": "o", "5": "s", "$": "s"}
)


def weakness(password: str, email: str) -> str:
    """Why it may not be one, in words for its person; empty where it may."""
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        return f"Use {LEAST_PASSWORD} to {MOST_PASSWORD} characters."
    plain = password.casefold()
    if len(set(plain)) < LEAST_DIFFERENT:
        return _told("It has only a few different characters.")
    if _repeats(plain):
        return _told("It is one piece, repeated.")
    if _in_a_row(plain):
        return _told("It is a row of characters that everybody knows.")
    name = email.casefold().partition("@")[0]
    if len(name) >= LEAST_OF_ADDRESS and any(n in plain for n in (name, _letters(name)) if n):
        return _told("Your own address is in it.")
    known = sorted({*_COMMON, *re.findall(r"[a-z]{3,}", name)}, key=len, reverse=True)
    if _left(plain, known) < LEAST_LEFT or _left(plain.translate(_SPELT), known) < LEAST_LEFT:
        return _told("It is made of words and numbers that are tried first.")
    return ""


def _told(why: str) -> str:
    return f"This is easily guessed. {why} Use a few words that belong to you alone."


def _letters(name: str) -> str:
    """The name without its dots and signs, where that leaves enough of it."""
    found = "".join(re.findall(r"\w", name)).replace("_", "")
    return found if len(found) >= LEAST_OF_ADDRESS else ""


def _repeats(plain: str) -> bool:
    """Whether a piece that is too short by itself makes up the whole, its last turn cut or not."""
    return any(
        (plain[:size] * (len(plain) // size + 1))[: len(plain)] == plain
        for size in range(1, min(LEAST_PASSWORD - 1, len(plain) // 2) + 1)
    )


def _in_a_row(plain: str) -> bool:
    """Whether nearly every character follows the one before it, up or down."""
    steps = [ord(b) - ord(a) for a, b in pairwise(plain)]
    return max(steps.count(1), steps.count(-1)) >= len(steps) - 2


def _left(plain: str, known: Sequence[str]) -> int:
    """How many letters are left beside the known words, if there are any; else all characters."""
    if not any(word in plain for word in known):
        return len(plain)
    for word in known:
        plain = plain.replace(word, " ")
    return sum(letter.isalpha() for letter in plain)
