"""Sentences that speak to the machine instead of answering: instructions, not evidence.

The interviewer and the grader judge by the same signs.

A sentence counts when several signs meet (an order, what is ordered, to whom), so that an answer
*about* prompts, scores or instructions is left alone.
"""

from __future__ import annotations

import re

_ORDER = (
    r"(?:give|get|record|award|assign|grant|mark|rate|grade|score|output|return|print|set"
    r"|put|record|report"
    r"|treat|consider|count|accept|approve|pass|write|reply|respond|answer|select|choose|use|add)"
)
_OPENING = (
    r"(?:^|[.!?;:,]\s*|\b(?:please|kindly|now|just|simply|instead|therefore|so|and|then"
    r"|to|must|should"
    r"|shall|will|need to|have to|want you to|ask you to|required to|instructed to|told to)\s+)"
)
_PRIZE = (
    r"(?:(?:full|maximum|max|highest|top|perfect|best|excellent|outstanding|good|high|passing)\s+"
    r"(?:possible\s+)?(?:marks?|scores?|points?|grades?|levels?|ratings?|credits?|result)"
    r"|(?:marks?|scores?|grades?|levels?|ratings?)\s+(?:of\s+|is\s+|as\s+|to\s+|=\s*|:\s*)?"
    r"(?:\d+|ten|five|four|three|hundred|maximum|full|perfect|excellent|correct)"
    r"|\d+\s*(?:/|out of)\s*\d+|100\s*(?:%|percent)"
    r"|\b(?:an?\s+)?(?:a plus|a\+)|(?:as|is)\s+(?:fully\s+|completely\s+|entirely\s+)?"
    r"(?:correct|excellent|perfect|complete|outstanding|covered|satisfied|true|yes))"
)
_TARGET = (
    r"(?:\bme\b|\bmy\b|\bthis\b|\bthese\b|candidate|answer|response|submission|criteri|rubric)"
)
_RULES = (
    r"(?:instruction|prompt|rule|rubric|guideline|criteri\w+|direction|command|constraint|polic\w+"
    r"|context|message)s?"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # overriding what the grader was told
        r"\b(?:ignore|disregard|forget|override|overrule|bypass|skip|drop|discard|neglect|cancel)\b"
        r".{0,30}\b(?:previous|prior|above|earlier|preceding|your|all|any|every|former"
        r"|original|given"
        r"|everything|whatever)\b.{0,30}\b" + _RULES,
        r"\b(?:ignore|disregard|forget)\s+(?:everything|all|anything|whatever)\b.{0,40}\b"
        r"(?:above|before|told|said|asked|earlier|previous|wrote)",
        r"\b(?:forget|ignore|disregard|do not follow|don't follow|do not apply"
        r"|don't apply|stop using)\b"
        r".{0,15}\b(?:what you (?:were|have been)|(?:the|this|any|your) (?:rubric"
        r"|criteria|guideline|marking))",
        r"\b(?:new|updated|revised|real|actual|following"
        r"|hidden)\s+(?:system\s+)?(?:instruction|prompt"
        r"|directive)s?\b\s*(?::|are|is|follow)",
        # an order that names a prize
        _OPENING + _ORDER + r"\b(?:(?![.!?]).){0,60}" + _PRIZE,
        _OPENING + r"(?:say|state|declare|confirm|certify|claim|conclude|pretend|assume)\b"
        r"(?:(?![.!?]).){0,40}\b(?:candidate|answer|response|criteri\w+|points?)\b"
        r"(?:(?![.!?]).){0,40}\b(?:correct|excellent|perfect|covered|met|complete|full"
        r"|passed?|best)",
        # what the grader must do
        r"\b(?:grader|evaluator|assessor|examiner|marker|judge|language model|llm|chatgpt|assistant"
        r"|automated (?:system|grader|scorer)|scoring (?:system|model"
        r"|engine))\b(?:(?![.!?]).){0,60}"
        r"\b(?:must|should|shall|please|you|has to|have to|is to|are to|needs? to|will)\b"
        r"(?:(?![.!?]).){0,60}\b(?:" + _PRIZE + r"|full|maximum|highest|top|pass|ignore|award|yes)",
        r"\b(?:i|this answer|this response|the candidate|this candidate)\s+"
        r"(?:deserves?|must (?:get|receive|be (?:given|awarded|graded|marked|scored|rated))|"
        r"should (?:get|receive|be (?:given|awarded|graded|marked|scored|rated))|earns?"
        r"|has earned)\b"
        r"(?:(?![.!?]).){0,40}(?:" + _PRIZE + r"|full|maximum|highest|top|perfect|pass|level)",
        r"\b(?:evaluation|assessment|grade|score|rating|mark|verdict"
        r"|level)\b.{0,25}\b(?:of|for|to) this "
        r"(?:answer|response|candidate|submission)\b.{0,20}\b(?:is|should|must|was|will)\b",
        r"\b(?:all|every|each)\b.{0,20}\b(?:criteri\w+|reference points?|rubric points?"
        r"|statements?)\b"
        r".{0,15}\b(?:met|satisfied|covered|fulfilled|true|yes)\b",
        # asking for what the candidate may not see, or for another machine
        r"\b(?:reveal|tell me|read out|show me|print|repeat|give me)\b (?:\w+ ){0,3}"
        r"(?:reference answers?|rubric|answer key|mark(?:ing)? scheme|system prompt"
        r"|your (?:prompt|instructions))\b",
        r"\b(?:ignore|disregard|forget|override)\b (?:\w+ ){0,3}"
        r"(?:instructions?|prompts?|rubric)\b",
        r"\b(?:you are|you're) now (?:an?|my|free|acting|playing|the (?:candidate|grader))\b"
        r"|\bdeveloper mode\b|\bjailbreak|\bend of (?:the )?transcript\b"
        r"|\b(?:the )?correct answer is above\b",
        r"\b(?:give|award|grant|assign) (?:me|this answer) (?:\w+ ){0,3}"
        r"(?:marks?|scores?|points?|grade)\b",
        r"\bas (?:an ai|a language model)\b",
        # taking the form of the machinery
        r"(?:^|\s)(?:\[|<|#{2,}|\*\*)\s*/?(?:system|assistant|inst|admin|developer|user)\b",
        r"^(?:system|assistant|admin|developer)\s*(?:message|prompt|note|override)?\s*:",
        r"<\|[a-z_]+\|>|\"(?:level|score|grade)\"\s*:\s*\d|\{\s*\"?(?:level|score|grade)\b",
        r"\b(?:you are|act as|pretend to be|behave as|role ?play as)\b.{0,30}\b(?:grader|examiner"
        r"|evaluator|assistant|lenient|generous|teacher|judge|ai)\b",
        r"\b(?:reply|respond|answer|vote|say|output)\b.{0,15}\b(?:only |just |with |always )+"
        r"[\"'“]?(?:yes|true|correct|pass)\b",
    )
)
_TO_THE_GRADER = re.compile(
    _OPENING + _ORDER + r"\b(?:(?![.!?]).){0,25}" + _TARGET + r"(?:(?![.!?]).){0,40}" + _PRIZE,
    re.IGNORECASE,
)


def speaks_to_grader(sentence: str) -> bool:
    """Whether the sentence tells whoever interviews or grades what to do."""
    plain = sentence.replace("’", "'")
    return any(pattern.search(plain) for pattern in (*_PATTERNS, _TO_THE_GRADER))
