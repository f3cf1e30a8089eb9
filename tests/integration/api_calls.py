"""One call of each operation of the API that works, in terms of the keyed fake web."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.person import Role
from tests.fakes.cohort import ASSIGNMENT
from tests.fakes.keyed import (
    ASKED,
    CONTEST,
    DELIVERY,
    DRILL,
    EXCHANGE,
    IMPORT,
    PEOPLE,
    WEBHOOK,
)
from tests.fakes.web import DONE

TO_REVIEW = "00000000-0000-0000-0000-00000000238c"  # the first of the cohort: nobody reviewed it
TO_RELEASE = "00000000-0000-0000-0000-00000000238d"  # the second: reviewed
KNOWN: Mapping[str, Any] = {
    "assignment_id": str(ASSIGNMENT.id),
    "contest_id": str(CONTEST),
    "criterion_id": "correctness",
    "delivery_id": str(DELIVERY),
    "drill_id": str(DRILL),
    "exchange_id": str(EXCHANGE),
    "import_id": str(IMPORT),
    "interview_id": str(DONE),
    "invitation_id": "00000000-0000-0000-0000-00000000251c",
    "item_id": "clarity",
    "kind": "rubric",
    "named": "csv",
    "note_id": "breathing",
    "person_id": str(PEOPLE[Role.INTERVIEWER]),
    "question_id": ASKED,
    "stakeholder_id": "clinic-booking",
    "webhook_id": str(WEBHOOK),
}


@dataclass(frozen=True)
class Works:
    """What is sent, and by whom; ids in the path are `KNOWN` unless named here."""

    body: Any = None
    by: Role = Role.ADMIN
    query: Mapping[str, Any] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


LEARNER = Role.CANDIDATE
READ = Works()
OWN = Works(by=LEARNER)
FIRST = {"If-Match": '"1"'}
GOOD = "A list can be changed after it was made and a tuple can not."
NOTES = (
    "A queue is a list of messages that keeps their order and lets a producer go on before a "
    "consumer is ready. A consumer is a program that confirms each message of a queue once it is "
    "done with it, so a crash in between leads to a second delivery of the message."
)

CALLS: Mapping[str, Works] = {
    "GET /api/me": READ,
    "GET /api/tracks": READ,
    "GET /api/interviews": OWN,
    "POST /api/interviews": Works({"track": "python-engineering", "asks": 2}, LEARNER),
    "GET /api/interviews/{interview_id}": OWN,
    "DELETE /api/interviews/{interview_id}": OWN,
    "GET /api/interviews/{interview_id}/report": OWN,
    "GET /api/interviews/{interview_id}/readers": READ,
    "PUT /api/interviews/{interview_id}/readers/{person_id}": READ,
    "DELETE /api/interviews/{interview_id}/readers/{person_id}": READ,
    "GET /api/interviews/{interview_id}/contests": OWN,
    "POST /api/interviews/{interview_id}/contests": Works(
        {"question_id": ASKED, "criterion_id": "correctness", "reason": "I said why."}, LEARNER
    ),
    "GET /api/people": READ,
    "POST /api/people": Works({"name": "Mia", "email": "mia@example.org"}),
    "PATCH /api/people/{person_id}": Works({"disabled": True}),
    "DELETE /api/people/{person_id}": READ,
    "GET /api/assignments": READ,
    "POST /api/assignments": Works(
        {"title": "Week 4", "purpose": "practice", "questions": [ASKED]},
        headers={"Idempotency-Key": "week-4"},
    ),
    "GET /api/assignments/{assignment_id}": READ,
    "PUT /api/assignments/{assignment_id}/closed": Works({"closed": True}),
    "POST /api/assignments/{assignment_id}/trial": READ,
    "GET /api/assignments/{assignment_id}/invitations": READ,
    "POST /api/assignments/{assignment_id}/invitations": Works(
        {"people": [{"name": "Mia", "group": "class 2a"}]}
    ),
    "POST /api/assignments/{assignment_id}/invitations/{invitation_id}/renew": READ,
    "DELETE /api/assignments/{assignment_id}/invitations/{invitation_id}": READ,
    "GET /api/assignments/{assignment_id}/invitations/{invitation_id}/accommodations": READ,
    "PUT /api/assignments/{assignment_id}/invitations/{invitation_id}/accommodations": Works(
        {"accommodations": ["more_time"]}
    ),
    "GET /api/assignments/{assignment_id}/cohort": READ,
    "GET /api/assignments/{assignment_id}/cohort.csv": READ,
    "POST /api/assignments/{assignment_id}/release": READ,
    "GET /api/coach/exchanges": OWN,
    "POST /api/coach/exchanges": Works({"question": "What was my weakest answer?"}, LEARNER),
    "DELETE /api/coach/exchanges": OWN,
    "GET /api/coach/exchanges/{exchange_id}": OWN,
    "POST /api/coach/exchanges/{exchange_id}/vote": Works({"vote": "person"}, LEARNER),
    "GET /api/coach/notes": READ,
    "POST /api/coach/notes": Works(
        {
            "id": "breathing",
            "title": "Breathing",
            "text": "Breathe out for longer than you breathe in.",
            "sources": ["A handbook"],
            "asks": ["How do I calm down?"],
            "settles": str(EXCHANGE),
        }
    ),
    "GET /api/coach/notes/{note_id}": READ,
    "GET /api/coach/questions": READ,
    "POST /api/coach/questions/{exchange_id}/settled": READ,
    "GET /api/coach/figures": READ,
    "GET /api/growth": OWN,
    "PUT /api/growth/goal": Works({"sessions": 2, "focus": "costs"}, LEARNER),
    "POST /api/growth/practice": OWN,
    "POST /api/drills": Works({"interview_id": str(DONE), "question_id": ASKED}, LEARNER),
    "GET /api/drills/{drill_id}": OWN,
    "POST /api/drills/{drill_id}/answer": Works({"answer": GOOD}, LEARNER),
    "PUT /api/drills/{drill_id}/rating": Works(
        {"levels": {"idea": 2, "mechanism": 1, "use": 1}}, LEARNER
    ),
    "GET /api/stakeholders": OWN,
    "POST /api/stakeholders/{stakeholder_id}/talk": Works(
        {"said": ["Who will use it?"], "ended": True}, LEARNER
    ),
    "GET /api/library/{kind}": Works(query={"q": "list", "limit": 3}, path={"kind": "question"}),
    "POST /api/library/{kind}": Works({"title": "Brief and plain"}),
    "GET /api/library/{kind}/{item_id}": READ,
    "GET /api/library/{kind}/{item_id}/differences": Works(
        query={"before": "v1", "after": "draft"}, path={"kind": "question", "item_id": ASKED}
    ),
    "POST /api/library/{kind}/{item_id}/copy": READ,
    "POST /api/library/{kind}/{item_id}/archive": Works(path={"item_id": "brevity"}),
    "POST /api/library/{kind}/{item_id}/offer": Works(path={"item_id": "brevity"}),
    "GET /api/library/{kind}/{item_id}/draft": READ,
    "POST /api/library/{kind}/{item_id}/draft": Works({"version": 1}, path={"item_id": "brevity"}),
    "PUT /api/library/{kind}/{item_id}/draft": Works({"body": {"title": "Clarity"}}, headers=FIRST),
    "DELETE /api/library/{kind}/{item_id}/draft": READ,
    "GET /api/library/{kind}/{item_id}/draft/findings": READ,
    "POST /api/library/{kind}/{item_id}/draft/try": Works(
        {"answer": GOOD}, path={"kind": "question", "item_id": ASKED}
    ),
    "POST /api/library/{kind}/{item_id}/draft/publish": Works(
        {"reason": "It is for a trial."}, headers=FIRST
    ),
    "POST /api/drafts/from-text": Works(
        {"source": NOTES, "rubric": "concept-explanation", "count": 1}
    ),
    "POST /api/imports": Works(b"::Q1:: Why do lists grow? {}", query={"name": "bank.gift"}),
    "GET /api/imports/{import_id}": READ,
    "POST /api/imports/{import_id}/take": READ,
    "DELETE /api/imports/{import_id}": READ,
    "GET /api/exports/{named}": READ,
    "GET /api/exports/{named}/report": READ,
    "GET /api/review": READ,
    "GET /api/review/{interview_id}": READ,
    "POST /api/review/{interview_id}/cards/{question_id}/criteria/{criterion_id}/marks": Works(
        {"level": 1, "reason": "No example.", "edition": "EDITION"},
        path={"interview_id": TO_REVIEW, "criterion_id": "idea"},
    ),
    "POST /api/review/{interview_id}/cards/{question_id}/reviewed": Works(
        {"edition": "EDITION"}, path={"interview_id": TO_REVIEW}
    ),
    "POST /api/review/{interview_id}/release": Works({}, path={"interview_id": TO_RELEASE}),
    "POST /api/review/{interview_id}/contests/{contest_id}/answer": Works(
        {"text": "You did, in the second answer."}
    ),
    "GET /api/webhooks": READ,
    "POST /api/webhooks": Works(
        {"url": "https://example.org/sounding", "events": ["contest.opened"]}
    ),
    "GET /api/webhooks/{webhook_id}": READ,
    "PATCH /api/webhooks/{webhook_id}": Works({"disabled": True}),
    "DELETE /api/webhooks/{webhook_id}": READ,
    "POST /api/webhooks/{webhook_id}/test": READ,
    "GET /api/webhooks/{webhook_id}/deliveries": READ,
    "POST /api/webhooks/{webhook_id}/deliveries/{delivery_id}/again": READ,
}
