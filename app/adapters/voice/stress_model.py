"""A trained reader of stress, as `sounding train voice` writes it, on ONNX Runtime."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.delivery.own_voice import Manner, against, own_voice
from app.delivery.voice_features import FEATURES
from app.ports.errors import VoiceUnavailable

Floats = NDArray[np.float64]

KIND = "sounding-voice-stress-1"
META_KEY = "sounding"
OUTPUTS: dict[Manner, str] = {
    "raw": "shares_raw",
    "even": "shares_even",
    "varied": "shares_varied",
}


class OnnxStress:
    """StressModel; opened at once, so that a wrong file is told before anything is measured."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises VoiceUnavailable when it is none of ours."""
        import onnxruntime  # takes a moment: only where a model is given

        try:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            self._session: Any = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
            props = self._session.get_modelmeta().custom_metadata_map
            described = json.loads(props.get(META_KEY, "{}"))
        except Exception as error:  # ONNX Runtime's errors share no public base
            raise VoiceUnavailable(f"{path.name} is no model that can be opened") from error
        if described.get("kind") != KIND or described.get("features") != list(FEATURES):
            raise VoiceUnavailable(
                f"expected a model of `sounding train voice` of this version in {path.name}; "
                "train it anew"
            )
        self._usual = np.array(described["usual"])
        self._missing = np.array(described["missing"])
        self._about = str(described.get("about", path.name))

    @property
    def about(self) -> str:
        """What it was trained on."""
        return self._about

    def shares(self, rows: Floats, own: Floats | None) -> Floats:
        """Shares of low, medium and high for each row of features, shape (n, 3).

        Args:
            rows: Shape (n, features).
            own: Rows of the same speaker's other speech; None, or too few: without a baseline.

        Returns:
            Each row sums to 1.

        Raises:
            VoiceUnavailable: the model failed.
        """
        if not len(rows):
            return np.zeros((0, 3))
        filled = np.where(np.isfinite(rows), rows, self._missing)
        base = None if own is None else own_voice(np.where(np.isfinite(own), own, self._missing))
        manner: Manner = "raw" if base is None else base.manner(self._usual)
        ready = against(filled, base, manner, self._usual).astype(np.float32)
        try:
            (shares,) = self._session.run([OUTPUTS[manner]], {"rows": ready})
        except Exception as error:  # as above
            raise VoiceUnavailable("the stress model failed") from error
        answer: Floats = np.asarray(shares, dtype=np.float64)
        return answer
