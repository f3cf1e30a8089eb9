"""Errors of the dialogue.

DialogueError
└── NoTransition   an event that the table does not expect in this state
"""

from __future__ import annotations


class DialogueError(Exception):
    """A mistake in the conversation's logic, never in what a person did."""


class NoTransition(DialogueError):
    """Raised by `advance`; live, it suspends the session and is logged."""
