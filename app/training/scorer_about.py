"""Which data the shipped scorer is fitted on, and what its file says about its origin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.assessment.scorer.corpus import Graded

FITTED_ON = ("beetle", "saf", "scientsbank")
_LICENCE = "CC BY-SA 3.0 (https://creativecommons.org/licenses/by-sa/3.0/)"
_SEMEVAL = (
    "SemEval-2013 task 7, the Joint Student Response Analysis and 8th Recognizing Textual "
    "Entailment Challenge (Dzikovska, Nielsen, Brew, Leacock, Giampiccolo, Bentivogli, Clark, "
    "Dagan, Dang 2013), CC BY-SA 3.0: "
)
_ORIGINS = {
    "beetle": _SEMEVAL + "Beetle, training part",
    "scientsbank": _SEMEVAL + "SciEntsBank, training part",
    "saf": "Short Answer Feedback, English, training part (SebOchs/SAF), MIT",
}


def about_fit(graded: Sequence[Graded], seed: int) -> dict[str, Any]:
    """What stands in the file about its origin."""
    return {
        "what": "weights of Sounding's offline scorer, a separate work adapted from the data below",
        "licence": _LICENCE,
        "fitted_on": [
            {
                "source": name,
                "origin": _ORIGINS[name],
                "answers": sum(each.source == name for each in graded),
                "questions": len({each.question_id for each in graded if each.source == name}),
            }
            for name in FITTED_ON
        ],
        "seed": seed,
        "command": "sounding train scorer --data DIR --out models/scorer/scorer.json",
    }
