"""Whose interview it is: some of a report is for its own person alone, whoever else may read it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from app.web.access import VisitorDep, holds_pass
from app.web.dependencies import InterviewDep, ServicesDep


async def _own(
    request: Request, interview: InterviewDep, services: ServicesDep, visitor: VisitorDep
) -> bool:
    """True for the owner, and for the browser that a link of this interview let in."""
    return visitor.owns(interview.owner_id) or await holds_pass(request, services)


OwnDep = Annotated[bool, Depends(_own)]
