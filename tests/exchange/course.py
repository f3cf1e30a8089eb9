"""A course of 200 questions made of the shipped ones, always the same, with its rubrics and tasks.

Every question keeps what its author wrote; formulae, code, markup and other scripts are put beside
it, in another field each time, and every field that may be empty is filled somewhere.
"""

from __future__ import annotations

from app.domain.exchange import Content
from app.domain.question import Exemplar, Probe, Question, ReferencePoint, Rubric
from tests.fakes.web import authored

FORMULAE = (
    r"\(\int_0^1 x^2\,dx = \tfrac{1}{3}\)",
    r"$$\sigma = \sqrt{\frac{1}{n}\sum_{i=1}^{n}(x_i-\mu)^2} \ne 0$$",
    "E = mc², x₁ ≤ x₂, ∀ε>0 ∃δ: |x−y| < δ ⇒ |f(x)−f(y)| < ε",
    r"O(n·log n) ~ a_{i}^{-1} # \begin{cases}1 & x>0\\0 & x\le 0\end{cases}",
)
CODE = (
    "def f(a, *, b={}):\n\tif a < b and b > 0:\n\t\treturn {\"k\": [1, 2], 'l': a\\n}\n\n    # end",
    "for (int i = 0; i < n; ++i) { sum += a[i]; }  // C: a->b::c",
    "SELECT * FROM t WHERE a <> 'x''y' AND b LIKE '%50%%'; -- all",
    "template<typename T> auto g(std::vector<T>& v) -> decltype(v[0]) { return v[0]; }",
)
MARKUP = (
    'What does <b>bold</b> in <a href="https://x.example/?a=1&amp;b=2">a link</a> do?',
    "<table><tr><td>1</td></tr></table> or <ul><li>one</li></ul>?",
    "Is &lt;p&gt; the same as <p>, and &nbsp; the same as \u00a0?",
    "<math><mi>x</mi></math> and <svg onload=alert(1)> beside <!-- this -->",
)
SCRIPTS = (
    "Größe, naïve, Łódź, İstanbul, ﬁ and e\u0301",
    "面试：什么是哈希表？「名前」 한국어",
    "שלום 123 (abc) עולם، مقابلة ١٢٣",
    "मेरा नाम 🎙️👩🏽‍💻 Ελληνικά кириллица",
)
KINDS = (FORMULAE, CODE, MARKUP, SCRIPTS)
PLACES = ("text", "reference", "point", "probe", "exemplar", "spoken", "rephrased", "source")


def course(count: int = 200) -> Content:
    """The course; `count` questions, each shipped one twice or thrice."""
    bank, tasks = authored()
    questions = tuple(_varied(n, bank.questions[n % len(bank.questions)]) for n in range(count))
    kept = {question.id for question in questions}
    tracks = tuple(track for track in bank.tracks if set(track.questions) <= kept)
    rubrics = tuple(_tagged(n, rubric) for n, rubric in enumerate(bank.rubrics))
    return Content(questions, rubrics, tracks, tuple(t for t in tasks.values() if t.id in kept))


def _tagged(number: int, rubric: Rubric) -> Rubric:
    """Every second one with tags and one more weight."""
    if number % 2:
        return rubric
    first, *rest = rubric.criteria
    heavy = first.model_copy(update={"weight": 2.25, "title": f"{first.title} {FORMULAE[0]}"})
    return rubric.model_copy(update={"tags": ("spoken", SCRIPTS[1]), "criteria": (heavy, *rest)})


def _varied(number: int, shipped: Question) -> Question:
    kind = KINDS[number % len(KINDS)]
    extra = kind[number // len(KINDS) % len(kind)]
    place = PLACES[number % 7 if number % 11 else 7]
    copied = number >= len(authored()[0].questions)
    topic = f"{shipped.topic}: {SCRIPTS[number % 4]}" if number % 6 == 0 else shipped.topic
    odd = (" ".join(extra[:24].split()),) if number % 9 == 0 else ()
    return _put(shipped, place, extra).model_copy(
        update={
            "id": f"{shipped.id[:60]}-{number}" if copied else shipped.id,
            "version": 1 + number % 4,
            "minutes": (0.5, 2.75, 3.0, 12.0, 30.0)[number % 5],
            "topic": topic,
            "tags": (*shipped.tags, f"week {number % 13}", *odd),
        }
    )


def _put(question: Question, place: str, extra: str) -> Question:
    """The question with this text in that place."""
    told = f"{question.text} {extra}"
    if place == "point":
        point = question.points[0]
        more = ReferencePoint(
            id="beside-it", text=extra, criterion=point.criterion, terms=(extra[:30].strip(),)
        )
        return question.model_copy(update={"points": (*question.points[:11], more)})
    if place == "probe":
        probe = Probe(id="beside-it", ask=told, point=question.points[0].id, when=(extra,))
        return question.model_copy(update={"probes": (*question.probes[:9], probe)})
    if place == "exemplar":
        levels = {point.criterion: 1 for point in question.points}
        added = Exemplar(answer=told, levels=levels)
        return question.model_copy(update={"exemplars": (*question.exemplars, added)})
    if place == "source":
        return question.model_copy(update={"source": extra, "licence": "CC BY-SA 4.0 <deed>"})
    return question.model_copy(update={place: told})
