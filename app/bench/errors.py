"""Why a bench measured nothing.

BenchError
├── BenchRefused   the command's words are wrong: a folder, a name, a number
└── BenchFailed    it began and could not be brought to its end
"""

from __future__ import annotations


class BenchError(Exception):
    """A bench measured nothing; the message says what was expected and what was found."""


class BenchRefused(BenchError):
    """The command's words are wrong."""


class BenchFailed(BenchError):
    """It began and could not be brought to its end."""
