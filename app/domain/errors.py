"""Errors of the domain.

DomainError
├── PurposeForbids      an analysis or a row that this purpose never allows
├── NoConsent           an analysis whose consent was not given or was withdrawn
└── BadContent          an authored file or form that breaks a rule
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
