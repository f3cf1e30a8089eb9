"""The model card of a fitted expression model: what it is, how good, and what it is not for."""

from __future__ import annotations

from typing import Any

from app.domain.interview import EMOTIONS

_HEAD = """# Expression model fitted with `sounding train face`

**What it is.** The shipped mini_XCEPTION (MIT) and a residual network of its own, fitted from
nothing on labels and, in part, on what the shipped model says. The shipped model sees each face in
five places (as it is, two pixels to each side), the fitted one as it is; the answer is the mean of
log shares, the fitted network weighing {weight}. ONNX, input (n, 48, 48, 1) in 0..1, output (n, 7):
{names}.

**Data.** {data}: {fit} faces to fit on, {selection} held out to choose the pass by, {test} for the
figures below. The shipped model's authors fitted it on FER-2013's training part too, so the weight
of the two could not be chosen on any of its faces: it is set.

**Licence.** The data's terms bind what is fitted on it. FER-2013 comes without a licence, for
research and evaluation: do not ship or sell a model fitted on it.

**Limits.** Posed and press pictures, 48 pixels wide, labels of one crowd. In front of a webcam only
a smile against the rest is usable. It names expressions, not feelings, and takes no part in an
assessment.
"""


def card_of(figures: dict[str, Any]) -> str:
    """The card as Markdown."""
    head = _HEAD.format(
        weight=figures["own_weight"],
        names=", ".join(EMOTIONS),
        data=figures["data"],
        **figures["faces"],
    )
    return "\n".join(
        [head, *_comparison(figures), "", *_classes(figures), "", *_confusion(figures)]
    )


def _comparison(figures: dict[str, Any]) -> list[str]:
    rows = [
        ("this file", "joined"),
        ("fitted network alone", "fitted_alone"),
        ("shipped model, five places", "shipped_moved"),
        ("shipped model", "shipped"),
    ]
    return [
        f"| {figures['faces']['test']} faces, mirror averaged | accuracy | macro-F1 |",
        "|---|---|---|",
        *(
            f"| {title} | {figures[key]['accuracy']:.4f} | {figures[key]['macro_f1']:.4f} |"
            for title, key in rows
        ),
    ]


def _classes(figures: dict[str, Any]) -> list[str]:
    return [
        "| expression | faces | precision | recall | F1 | F1 shipped |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {row['faces']} | {row['precision']:.3f} | {row['recall']:.3f} "
            f"| {row['f1']:.3f} | {figures['shipped']['per_class'][name]['f1']:.3f} |"
            for name, row in figures["joined"]["per_class"].items()
        ),
    ]


def _confusion(figures: dict[str, Any]) -> list[str]:
    return [
        "| label / read as | " + " | ".join(EMOTIONS) + " |",
        "|---" * (len(EMOTIONS) + 1) + "|",
        *(
            f"| {name} | " + " | ".join(str(count) for count in row.values()) + " |"
            for name, row in figures["joined"]["confusion"].items()
        ),
    ]
