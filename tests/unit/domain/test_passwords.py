"""Passwords that are guessed first are refused in words; a few words of one's own are not."""

from __future__ import annotations

import pytest

from app.domain.passwords import weakness

pytestmark = pytest.mark.unit

ADA = "ada.lovelace@example.org"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "12 to 200 characters"),
        ("a" * 201, "12 to 200 characters"),
        ("aaaaaaaaaaaa", "few different characters"),
        ("abababababab", "few different characters"),
        ("passwordpassword", "one piece, repeated"),
        ("Kettle7Kettle7", "one piece, repeated"),
        ("tea-pot4tea-pot4tea", "one piece, repeated"),
        ("1234567890123", "a row of characters"),
        ("abcdefghijklmnop", "a row of characters"),
        ("Password2026!!", "tried first"),
        ("P@ssw0rd-2026-", "tried first"),
        ("InterviewSounding", "tried first"),
        ("sounding2026sounding", "tried first"),
        ("Welcome1234567", "tried first"),
        ("qwertyuiop[]12", "tried first"),
        ("ada-password-1815", "tried first"),
        ("ada.lovelace1815", "Your own address"),
        ("my-AdaLovelace-name", "Your own address"),
        (ADA, "Your own address"),
    ],
)
def test_what_is_guessed_first_is_refused_with_its_reason(password: str, why: str) -> None:
    assert why in weakness(password, ADA)


@pytest.mark.parametrize(
    "password",
    [
        "a few words of mine",
        "correct horse battery staple",
        "my interview went so well",
        "the dragon in our garden",
        "7391#4820-5562",
        "xK9v!Tq2mLr8zW",
        "canada has many lakes",
        "ключ под ковриком",
        "kettle on the stove kettle on the stove",
    ],
)
def test_a_few_words_of_ones_own_are_taken(password: str) -> None:
    assert weakness(password, ADA) == ""
