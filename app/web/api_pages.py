"""Long lists in pages: `limit` entries, and a `Link` to what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request, Response

MOST = 200
USUAL = 50
T = TypeVar("T")
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many entries at most.")]
Cursor = Annotated[
    str,
    Query(
        pattern=r"^[0-9]{1,6}$",
        description="Where to go on: take it from the `Link` header of the page before.",
    ),
]


class Page:
    """Which part of a list is asked for. A `Link` header names the next one, if there is one."""

    def __init__(
        self, request: Request, response: Response, limit: Limit = USUAL, cursor: Cursor = "0"
    ) -> None:
        self._request = request
        self._response = response
        self.limit = limit
        self.start = int(cursor)

    @property
    def upto(self) -> int:
        """How many entries from the beginning tell whether there is another page."""
        return self.start + self.limit + 1

    def of(self, entries: Sequence[T]) -> tuple[T, ...]:
        """This page of a list that holds at least `upto` entries, or all."""
        self.follow(more=len(entries) >= self.upto)
        return tuple(entries[self.start : self.start + self.limit])

    def follow(self, *, more: bool) -> None:
        """Name the next page, if there is more."""
        if more:
            here = self._request.url.include_query_params(cursor=self.start + self.limit)
            path = str(here.replace(scheme="", netloc=""))
            self._response.headers["Link"] = f'<{path}>; rel="next"'


PageDep = Annotated[Page, Depends()]
