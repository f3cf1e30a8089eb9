"""Written text as a voice should say it, and cut into the sentences it is said in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

Replacement = str | Callable[[re.Match[str]], str]


def speakable(text: str) -> str:
    """The text with markdown stripped and code, symbols and formulas put into words.

    Args:
        text: As a question, a probe or a model's reply is written.

    Returns:
        One line of plain words and sentence marks; empty when nothing is to be said.
    """
    plain = _without_markdown(text)
    for pattern, replacement in _RULES:
        plain = pattern.sub(replacement, plain)
    plain = re.sub(r"\s+([,.;:?!])", r"\1", plain)
    plain = re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", plain)
    said = "".join(sign for sign in plain if unicodedata.category(sign)[0] not in "SC")
    return re.sub(r"\s+(?=[,.;:?!]|\s)", "", said).strip().lstrip(" ,;:")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of one line of text, in order; abbreviations and decimals don't end one."""
    found: list[str] = []
    start = 0
    for mark in re.finditer(r"[.!?…]+[\"'”’)\]]*(?=\s)", text):
        if _ends_sentence(text[start : mark.end()], text[mark.end() :].lstrip()):
            found.append(text[start : mark.end()].strip())
            start = mark.end()
    found.append(text[start:].strip())
    return tuple(part for part in found if re.search(r"\w", part))


_ABBREVIATIONS = frozenset(
    "dr mr mrs ms prof st vs etc e.g i.e eg ie approx no fig inc ltd jr sr cf al dept est".split()  # noqa: SIM905
)


def _ends_sentence(before: str, after: str) -> bool:
    if not before.rstrip("\"'”’)]").endswith("."):
        return True
    last = before.rstrip("\"'”’)].").rsplit(maxsplit=1)[-1:]
    word = last[0].lstrip("(\"'“‘[").lower() if last else ""
    if word in _ABBREVIATIONS:
        return word == "etc" and after[:1].isupper()
    if len(word) == 1 and word.isalpha() and word != "i":
        return len(before.split()) > 1 and not after[:1].islower()
    return not after[:1].islower()


def _without_markdown(text: str) -> str:
    text = re.sub(r"```[^\n]*\n.*?(?:```|\Z)", " ", text, flags=re.DOTALL)
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\[([^\]]+)\]\([^)\s]*\)", r"\1", text)
    lines = [_line(line) for line in text.splitlines()]
    text = " ".join(line for line in lines if line)
    text = re.sub(r"(\*\*|__)(?=\S)([^\n]+?)(?<=\S)\1(?!\w)", _emphasised, text)
    text = re.sub(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![\w*])", r"\1", text)
    text = re.sub(r"(?<!\w)_(?=[^\s_])([^_\n]+?)(?<=\S)_(?!\w)", r"\1", text)
    return text.replace("`", "")


def _emphasised(match: re.Match[str]) -> str:
    if match[1] == "__" and re.fullmatch(r"\w+", match[2]):
        return match[0]  # a Python name such as __init__
    return match[2]


def _line(line: str) -> str:
    line = re.sub(r"^\s*(?:#{1,6}\s+|>\s*|[-*+•]\s+|\d+[.)]\s+)", "", line).strip()
    if not re.search(r"\w", line):
        return ""
    return line if line[-1] in ".!?:;,…" else f"{line}."


_UNITS = {
    "ms": "milliseconds",
    "µs": "microseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
    "kb": "kilobytes",
    "mb": "megabytes",
    "gb": "gigabytes",
    "tb": "terabytes",
    "hz": "hertz",
    "khz": "kilohertz",
}
_FUNCTIONS = {"log": "log", "sqrt": "square root of", "max": "max of", "min": "min of"}


def _complexity(match: re.Match[str]) -> str:
    letter = {"O": "O", "Θ": "theta", "Ω": "omega"}[match[1]]
    inside = match[2]
    for name, said in _FUNCTIONS.items():
        inside = re.sub(rf"\b{name}\s*\(\s*([^()]*)\s*\)", rf"{said} \1", inside)
    inside = re.sub(r"(\w)\s*[*·×]\s*(\w)", r"\1 times \2", inside)
    inside = inside.replace("|", " ")
    return f"{letter} of {inside}"


def _both(match: re.Match[str]) -> str:
    return match[0].replace("/", " ")


def _power(match: re.Match[str]) -> str:
    exponent = match[2].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")).strip("{}()")
    said = {"2": "squared", "3": "cubed"}.get(exponent, f"to the power of {exponent}")
    return f"{match[1]} {said}"


def _camel(match: re.Match[str]) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", match[0])


def _dunder(match: re.Match[str]) -> str:
    return f" dunder {match[1].replace('_', ' ')}"


def _path(match: re.Match[str]) -> str:
    return " ".join(f"slash {part}" for part in match[0].lstrip("~").split("/") if part)


def _call(match: re.Match[str]) -> str:
    inside = match[2].strip()
    return f"{match[1]} of {inside}" if inside else match[1]


def _unit(match: re.Match[str]) -> str:
    return f"{match[1]} {_UNITS[match[2].lower()]}"


_UNIT_NAMES = "|".join(sorted(_UNITS, key=len, reverse=True))
_NESTED = r"((?:[^()\n]|\([^()\n]*\))*)"

_RULES: tuple[tuple[re.Pattern[str], Replacement], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"https?://(?:www\.)?([\w.-]*\w)\S*", r"\1"),
        (r"\be\.\s?g\.,?", "for example,"),
        (r"\bi\.\s?e\.,?", "that is,"),
        (r"\bvs\.?(?!\w)", "versus"),
        (r"\bw/o\b", "without"),
        (r"\band/or\b", "and or"),
        (r"(?<!\S)~?/\w[\w./-]*", _path),
        (r"\b([A-Z])/([A-Z])\b", r"\1 \2"),
        (r"\b([A-Z]{2,})/([A-Z]{2,}|\d)", r"\1 \2"),
        (r"\b(24)/(7)\b|\b(50)/(50)\b", _both),
        (r"(?<![\w.])\.(?=\d)", "0."),
        (r"\b(\d+(?:\.\d+)?)e[-−](\d+)\b", r"\1 times 10 to the power of minus \2"),
        (r"(\d)\s?x\b", r"\1 times"),
        (r"(?<!the )\b(\d{1,3})\s?s\b", r"\1 seconds"),
        (r"≠", " is not equal to "),
        (r"±", " plus or minus "),
        (r"√", " square root of "),
        (r"∞", " infinity "),
        (r"½", " one half "),
        (r"\bSELECT \*", "SELECT star"),
        (r"(?<=[\w)\]])\s%\s(?=\w)", " modulo "),
        (r"\s//\s", " divided by "),
        (r"::", " "),
        (r"@(?=\w)", " at "),
        (r"\b(\w) - (?=\w\b)", r"\1 minus "),
        (r"\b([a-z])-(\d+)\b", r"\1 minus \2"),
        (r"(?<=[a-z])\((s|es)\)", r"\1"),
        (r"(?<![\w.])([OΘΩ])\s?\(" + _NESTED + r"\)", _complexity),
        (r"(\w+|\))\s?(?:\*\*|\^)\s?(\{\w+\}|\w+)", _power),
        (r"(\w)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", _power),
        (r"\bp(50|9\d+)\b", r"p \1"),
        (r"\b(\w)\s?\+\s?1\b", r"\1 plus 1"),
        (r"\bC\+\+", "C plus plus"),
        (r"\bC#", "C sharp"),
        (r"(?<=\w)\+\+", " plus plus"),
        (r"\bCI/CD\b", "C I C D"),
        (r"(?i)(\d)\s?(" + _UNIT_NAMES + r")\b", _unit),
        (r"(?<=\d),(?=\d{3}\b)", ""),
        (r"(?<=\d)\s?%", " percent"),
        (r"\$\s?(\d+(?:\.\d+)?)", r"\1 dollars"),
        (r"(?<=\d)\s?[–]\s?(?=\d)", " to "),
        (r"\b([A-Za-z_]\w*)\[[-−](\w+)\]", r"\1 at minus \2"),
        (r"(?<![\w.])[-−](?=\d)", "minus "),
        (r"!==?", " is not equal to "),
        (r"===?", " equals "),
        (r"\s?:=\s?", " becomes "),
        (r"<=|≤", " is at most "),
        (r">=|≥", " is at least "),
        (r"=>|->|→", ", "),
        (r"\+=", " plus equals "),
        (r"-=", " minus equals "),
        (r"(?<=[\w\])])\s*<\s*(?=[\w\[(-])", " is less than "),
        (r"(?<=[\w\])])\s*>\s*(?=[\w\[(-])", " is greater than "),
        (r"&&", " and "),
        (r"\|\|", " or "),
        (r"\s?=\s?", " equals "),
        (r"≈|~(?=\d)", " about "),
        (r"\b__(\w+?)__\b(?:\(\))?", _dunder),
        (r"\b([A-Za-z_][\w.]*)\[\s*:?\s*\]", r"\1"),
        (r"\[(\w+)\]\[(\w+)\]", r" at \1 at \2"),
        (r"\b([A-Za-z_]\w*)\[(\w+(?:,\s?\w+)+)\]", r"\1 of \2"),
        (r"\b([A-Za-z_]\w*)\[(\w+):\]", r"\1 from \2 on"),
        (r"\b([A-Za-z_]\w*)\[:(\w+)\]", r"\1 up to \2"),
        (r"\b([A-Za-z_]\w*)\[\s*(\w+)\s*\]", r"\1 at \2"),
        (r"\[\s*\]", " an empty list "),
        (r"\{\s*\}", " an empty dictionary "),
        (r"(?<!\w)\"\"(?!\w)|(?<!\w)''(?!\w)", " an empty string "),
        (
            r"\b([A-Za-z_][\w.]*_[\w.]*|[a-z]\w*\.\w[\w.]*|[a-z][a-z0-9]*)\(" + _NESTED + r"\)",
            _call,
        ),
        (r"(?<=[A-Za-z])\.(?=(?:py|js|ts|sql|json|csv|txt|yaml|md|com|org|io)\b)", " dot "),
        (r"(?<=[a-z_)\]])\.(?=[a-z_])", " dot "),
        (r"(?<=\w)_+(?=\w)", " "),
        (r"(?<![\w])_+|_+(?![\w])", " "),
        (r"\b[a-z]+(?:[A-Z][a-z0-9]+)+\b|\b(?:[A-Z][a-z0-9]+){2,}\b", _camel),
        (r"(?<=\w)\s?&\s?(?=\w)", " and "),
        (r"(?<=[\w)])\s\+\s(?=\w)", " plus "),
        (r"(?<=[\w)])\s?[*×]\s?(?=[\w(])", " times "),
        (r"(?<=[A-Za-z])/(?=[A-Za-z])", " or "),
        (r"(?<=\d)/(?=\d)", " over "),
        (r"\s+[–—-]+\s+|—", ", "),
        (r"[\[\]{}<>|\\^*#~\"“”]", " "),
    )
)
