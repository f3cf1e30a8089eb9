"""How many answers of which data set a fit takes."""

from __future__ import annotations

import pytest

from app.cli.train_state import BadLimit, limits

pytestmark = pytest.mark.unit


def test_limits_are_read_by_data_set():
    assert limits(["saf=300", "beetle=1200"]) == {"saf": 300, "beetle": 1200}
    assert limits([]) == {}


@pytest.mark.parametrize("word", ["saf", "saf=", "saf=0", "saf=-3", "saf=many", "mohler=5", "=5"])
def test_a_wrong_limit_is_refused(word: str):
    with pytest.raises(BadLimit, match="expected one of"):
        limits([word])
