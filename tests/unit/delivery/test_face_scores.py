"""Accuracy, macro-F1 and confusion of readings against labels."""

from __future__ import annotations

import pytest

from app.delivery.face_scores import as_document, face_scores
from app.domain.interview import EMOTIONS

pytestmark = pytest.mark.unit


def test_all_right_is_one_everywhere_it_was_asked() -> None:
    scores = face_scores([0, 3, 6], [0, 3, 6])
    assert (scores.accuracy, scores.macro_f1) == (1.0, 1.0)


def test_macro_f1_counts_each_label_alike_and_only_those_that_occur() -> None:
    scores = face_scores([3, 3, 3, 1], [3, 3, 3, 3])
    assert scores.accuracy == 0.75
    assert scores.macro_f1 == pytest.approx((6 / 7 + 0) / 2)


def test_the_confusion_has_labels_in_rows() -> None:
    document = as_document(face_scores([0, 0, 4], [0, 4, 4]))
    confusion = document["confusion"]
    assert isinstance(confusion, dict)
    assert list(confusion) == list(EMOTIONS)
    assert confusion["angry"]["sad"] == 1
    assert confusion["sad"]["angry"] == 0


def test_no_faces_are_no_score() -> None:
    with pytest.raises(ValueError, match="no labelled face"):
        face_scores([], [])
