"""Opening an ONNX file for speech: quiet, with few threads, and with our errors."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from app.ports.errors import SpeechUnavailable


class OnnxSession(Protocol):
    """What is used of an ONNX Runtime session."""

    def run(
        self, output_names: None, input_feed: dict[str, NDArray[np.generic]]
    ) -> list[NDArray[np.float32]]:
        """All outputs for these inputs."""
        ...


def open_session(path: Path, threads: int) -> OnnxSession:
    """An ONNX Runtime session on the CPU; it may be shared by threads.

    Args:
        path: The `.onnx` file.
        threads: How many threads one call may use.

    Raises:
        SpeechUnavailable: The file is missing or no ONNX model.
    """
    import onnxruntime  # heavy: only when speech is used

    if not path.is_file():
        raise SpeechUnavailable(f"expected the model file {path.name}; run `sounding models fetch`")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )
        return cast(OnnxSession, session)
    except Exception as error:  # ONNX Runtime's errors share no public base
        raise SpeechUnavailable(f"expected an ONNX model in {path.name}: {error}") from error
