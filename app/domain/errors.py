"""Errors of the domain.

DomainError
├── PurposeForbids      an analysis or a row that this purpose never allows
├── NoConsent           an analysis whose consent was not given or was withdrawn
├── BadContent          an authored file or form that breaks a rule
├── AuthoringError      a step of authoring that can't be taken
│   ├── IdTaken             another item or draft has this id
│   ├── EditedMeanwhile     somebody saved since this text was opened
│   └── NotPublishable      errors, unaccepted warnings, or something that still refers to it
└── ReviewError         a step of a review that can't be taken
    ├── BadMark             a mark without a name or a reason, or outside its scale
    ├── Regraded            the grade or its marks changed while they were looked at
    ├── NotReady            a release before every answer is reviewed, or of a practice
    ├── ContestsOpen        a release while the candidate waits for an answer
    ├── AlreadyReleased     a second release of the same marks
    └── AlreadyAnswered     a second answer to a contest
"""

from __future__ import annotations


class DomainError(Exception):
    """A rule of Sounding was broken; a retry with the same input can't help."""


class PurposeForbids(DomainError):
    """The interview's purpose refuses this analysis, whatever the settings say."""


class NoConsent(DomainError):
    """The person has not agreed to this analysis, or has withdrawn."""


class BadContent(DomainError):
    """Authored content is malformed; the message says where and what was expected."""


class ReviewError(DomainError):
    """A step of a review that can't be taken as things stand."""


class BadMark(ReviewError):
    """A mark lacks a name or a reason, or lies outside its scale."""


class Regraded(ReviewError):
    """The grade or its marks changed while a person looked at them."""


class NotReady(ReviewError):
    """Nothing is released before every answer is reviewed, and a practice never is."""


class ContestsOpen(ReviewError):
    """The candidate still waits for an answer; release only if that is meant."""


class AlreadyReleased(ReviewError):
    """These marks are released already."""


class AlreadyAnswered(ReviewError):
    """This contest has its answer already."""


class AuthoringError(DomainError):
    """A step of authoring that can't be taken as things stand."""


class IdTaken(AuthoringError):
    """Another item or draft has this id already."""


class EditedMeanwhile(AuthoringError):
    """Somebody saved the draft since it was opened; nothing of either text is lost."""


class NotPublishable(AuthoringError):
    """It has errors or unaccepted warnings, or something still refers to it."""
