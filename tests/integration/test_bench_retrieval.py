"""The bench of search by meaning, on few passages."""

from __future__ import annotations

import pytest

from app.bench.retrieval import FILTERS, bench_retrieval

pytestmark = pytest.mark.integration


def test_a_filtered_search_finds_what_an_exact_one_finds(postgres_url: str) -> None:
    found = bench_retrieval(data=None, seed=1, limit=1000, embed=None, url=postgres_url)
    assert found["chunks"] == 1000
    assert found["recall_at_5"] >= 0.98
    rows = found["filters"]
    assert set(rows) == {narrow.name for narrow in FILTERS}
    assert 0 < rows["questions"]["passages"] < rows["points"]["passages"]
    assert rows["exemplars_of_a_question"]["recall_at_5"] == 1.0
    assert all(row["ms"]["n"] == found["searches"] for row in rows.values())
