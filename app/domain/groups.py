"""What a person tells of themselves so that unfairness can be seen; grading never knows it.

No module that grades may import this one or its port: the layers' contracts hold it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.errors import BadContent

TEXT_VERSION = "2026-11"
ATTRIBUTES: dict[str, dict[str, str]] = {
    "gender": {
        "woman": "woman",
        "man": "man",
        "another": "another gender",
    },
    "ethnicity": {
        "hispanic": "Hispanic or Latino",
        "white": "White",
        "black": "Black or African American",
        "asian": "Asian",
        "pacific": "Native Hawaiian or Pacific Islander",
        "native": "American Indian or Alaska Native",
        "several": "two or more of these",
    },
    "first_language": {
        "english": "English",
        "other": "another language",
    },
}


@dataclass(frozen=True)
class SelfReport:
    """The groups that a person counts themselves to, by attribute; given by consent."""

    interview_id: UUID
    groups: dict[str, str]
    given_at: datetime
    text_version: str = TEXT_VERSION

    def __post_init__(self) -> None:
        """Only what the form offers, and at least one answer."""
        known = all(group in ATTRIBUTES.get(name, {}) for name, group in self.groups.items())
        if not self.groups or not known:
            raise BadContent("expected one or more of the groups that are offered")
