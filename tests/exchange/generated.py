"""A bank of 200 questions, always the same, with every text that has ever hurt a format."""

from __future__ import annotations

import random

from app.domain.exchange import Content
from app.domain.question import (
    Criterion,
    Difficulty,
    Exemplar,
    Level,
    Probe,
    Question,
    QuestionKind,
    ReferencePoint,
    Rubric,
    Track,
)

NASTY = (
    "What does <script>alert('x')</script> do in a comment?",
    "Compare List<int> with a < b && c > d; what is &amp; and &lt; for?",
    '=HYPERLINK("http://example.org","click") is a formula; why?',
    "+1 or -1, which sign comes @first?",
    "-- DROP TABLE questions; -- what is that?",
    "@SUM(A1:A9) starts with an at sign.",
    "Braces {like = these} ~ and # and : and \\ and \\n and ####.",
    "::not a title:: $CATEGORY: neither // nor a comment",
    "// this is no comment",
    "'=quoted already",
    "''two apostrophes",
    "two lines\nand a third  with   spaces\n\nafter an empty one",
    "Umlauts äöü, Greek αβγ, Chinese 面试, Arabic مقابلة, emoji 🎙️👩🏽‍💻, nbsp\u00a0here.",
    "quotes \" ' ` “ ” and a comma, a semicolon; a | pipe \\| and a tab\there",
    "]]> ends no CDATA, <![CDATA[ starts none, <!-- no comment --> and <?php echo 1; ?>",
    "<img src=x onerror=alert(1)> without an end <img src=x onerror=alert(2)",
    "yes: no, null: ~, - a list, # a comment, *alias, &anchor, !!python/object",
    "%50%half ~%-50%wrong =right -> match {T}",
    "line separator \u2028 and paragraph \u2029 and next line \u0085 end",
    "[html] [plain]<b>bold</b> [id:evil] [tag:evil]",
)
CRITERIA = ("idea", "mechanism", "use")


def generated(count: int = 200, seed: int = 7) -> Content:
    """The bank; every nasty text is in every field somewhere."""
    draw = random.Random(seed)
    questions = tuple(_question(number, draw) for number in range(count))
    track = Track(
        id="everything",
        title="Everything",
        summary="All questions",
        minutes=30,
        questions=tuple(question.id for question in questions),
    )
    return Content(questions, (_rubric(),), (track,))


def _rubric() -> Rubric:
    levels = tuple(Level(level=n, anchor=f"Anchor {n} <b>{n}</b>") for n in range(4))
    return Rubric(
        id="concept-explanation",
        version=3,
        title="A concept & its use",
        criteria=tuple(Criterion(id=name, title=name.title(), levels=levels) for name in CRITERIA),
    )


def _question(number: int, draw: random.Random) -> Question:
    def text(part: int) -> str:
        return f"{NASTY[(number + part) % len(NASTY)]} ({number}.{part})".strip()

    def opening(part: int) -> str:
        return NASTY[(number + part) % len(NASTY)]

    points = tuple(
        ReferencePoint(
            id=f"point-{n}",
            text=text(n),
            criterion=draw.choice(CRITERIA),
            terms=tuple(opening(n + t) for t in range(draw.randrange(3))),
        )
        for n in range(draw.randint(2, 6))
    )
    return Question(
        id=f"{'7-' if number % 9 == 0 else ''}question-{number}",
        version=1 + number % 3,
        text=opening(number % 7) if number % 2 else text(0),
        spoken=text(1) if number % 4 == 0 else None,
        rephrased=text(2) if number % 3 == 0 else None,
        kind=draw.choice(list(QuestionKind)),
        difficulty=draw.choice(list(Difficulty)),
        topic=("Python", "C/C++ & friends", "=Topic <b>", "Statistics: basics", "x~{y}#z\\w")[
            number // 40
        ],
        rubric="concept-explanation",
        minutes=draw.choice([0.5, 3.0, 4.25, 30.0]),
        reference=f"{opening(3)} and so on, at some length.",
        points=points,
        probes=tuple(
            Probe(
                id=f"probe-{n}",
                ask=text(n + 5),
                point=draw.choice([None, "point-0"]),
                when=tuple(opening(n + t) for t in range(draw.randrange(3))),
            )
            for n in range(draw.randint(1, 4))
        ),
        exemplars=tuple(
            Exemplar(answer=text(n + 9), levels=dict.fromkeys(CRITERIA, n))
            for n in range(number % 3)
        ),
        tags=tuple(f"tag {t} ] , kind:concept"[: 3 + t * 6] for t in range(draw.randrange(4))),
        source=text(4) if number % 5 == 0 else None,
        licence="CC BY 4.0" if number % 5 == 0 else None,
    )
