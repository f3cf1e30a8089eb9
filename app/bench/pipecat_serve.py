# mypy: ignore-errors
"""The peer of `sounding bench latency`: Pipecat's stock pipeline behind one WebSocket.

This file is not part of Sounding's program: `peer_pipecat` runs it with the Python of the peer's
own environment, where Pipecat is installed and Sounding is not. So nothing imports it, it imports
nothing of ours, and our type checker, which has no Pipecat, leaves it alone.

Binary frames are PCM16 mono both ways, 16 kHz in. What the pipeline decides is told on stdout, one
JSON object a line, with `at` on the system's monotonic clock; never a word that was said.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from faster_whisper.tokenizer import Tokenizer
from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import InputAudioRawFrame, MetricsFrame, OutputAudioRawFrame
from pipecat.metrics.metrics import TurnMetricsData
from pipecat.observers.base_observer import BaseObserver
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.serializers.base_serializer import FrameSerializer
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.piper.tts import PiperTTSService
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transports.websocket.server import (
    SingleClientWebsocketServerParams,
    SingleClientWebsocketServerTransport,
)
from pipecat.workers.runner import WorkerRunner

RATE_IN = 16_000
RATE_OUT = 22_050
FRAMES_PER_SECOND = 100
WINDOW_SECONDS = 30
PADDING_SECONDS = 3
LEAST_SECONDS = 10


def tell(event: str, **fields: object) -> None:
    """One line about what happened."""
    print(json.dumps({"event": event, "at": time.monotonic(), **fields}), flush=True)  # noqa: T201


class PlainPcm(FrameSerializer):
    """Samples and nothing else on the wire."""

    async def serialize(self, frame):  # noqa: ANN001, ANN201  # Pipecat's types are not ours
        """The samples of an audio frame; nothing for other frames."""
        return frame.audio if isinstance(frame, OutputAudioRawFrame) else None

    async def deserialize(self, data):  # noqa: ANN001, ANN201
        """An audio frame of what the client sent."""
        return InputAudioRawFrame(audio=data, sample_rate=RATE_IN, num_channels=1)


class Verdicts(BaseObserver):
    """Tells each verdict of the turn detector."""

    async def on_push_frame(self, data) -> None:  # noqa: ANN001
        """A frame passes; only verdicts are told."""
        if isinstance(data.frame, MetricsFrame):
            for part in data.frame.data:
                if isinstance(part, TurnMetricsData):
                    tell("judged", probability=float(part.probability))


class ShortWindow:
    """A Whisper model that encodes the speech and 3 s more instead of always 30 s; greedy."""

    def __init__(self, model) -> None:  # noqa: ANN001
        self._model = model

    def transcribe(self, wave, language, hotwords, initial_prompt):  # noqa: ANN001, ANN201
        """One segment, as faster-whisper gives it: its text and the chance that nobody speaks."""
        model = self._model
        features = model.feature_extractor(wave)
        real = min(features.shape[1], math.ceil(len(wave) / RATE_IN * FRAMES_PER_SECOND))
        wanted = max(LEAST_SECONDS, math.ceil(real / FRAMES_PER_SECOND + PADDING_SECONDS))
        seconds = min(WINDOW_SECONDS, wanted)
        window = np.full((features.shape[0], seconds * FRAMES_PER_SECOND), features.min())
        window[:, :real] = features[:, :real]
        encoded = model.encode(window.astype(np.float32))
        tokens = Tokenizer(model.hf_tokenizer, True, task="transcribe", language=language or "en")
        prompt = model.get_prompt(tokens, [], without_timestamps=True)
        made = model.model.generate(
            encoded,
            [prompt],
            beam_size=1,
            max_length=min(448, len(prompt) + 8 * seconds + 16),
            return_no_speech_prob=True,
        )[0]
        text = tokens.decode([token for token in made.sequences_ids[0] if token < tokens.eot])
        return [SimpleNamespace(text=text, no_speech_prob=made.no_speech_prob)], None


class ShortWindowWhisper(WhisperSTTService):
    """The stock recogniser on short encoder windows."""

    def _load(self) -> None:
        super()._load()
        self._model = ShortWindow(self._model)


def pipeline(options: argparse.Namespace) -> PipelineWorker:
    """The stock pipeline: Silero, Smart Turn v3, Whisper, an OpenAI-compatible model, Piper."""
    transport = SingleClientWebsocketServerTransport(
        SingleClientWebsocketServerParams(
            audio_in_enabled=True, audio_out_enabled=True, serializer=PlainPcm()
        ),
        host="127.0.0.1",
        port=options.port,
    )
    recogniser = ShortWindowWhisper if options.short_window else WhisperSTTService
    hear = recogniser(
        device="cpu",
        compute_type="int8",
        settings=WhisperSTTService.Settings(model=str(options.whisper)),
    )
    model = OpenAILLMService(
        api_key="none",
        base_url=options.llm,
        settings=OpenAILLMService.Settings(
            model="scripted", system_instruction="You hold a job interview."
        ),
    )
    speak = PiperTTSService(
        download_dir=options.voice.parent,
        settings=PiperTTSService.Settings(voice=options.voice.stem),
    )
    both = LLMContextAggregatorPair(
        LLMContext(), user_params=LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
    )
    user = both.user()

    @transport.event_handler("on_websocket_ready")
    async def on_websocket_ready(*_: object) -> None:
        tell("ready")

    @user.event_handler("on_user_turn_stopped")
    async def on_user_turn_stopped(*_: object) -> None:
        tell("turn")

    return PipelineWorker(
        Pipeline(
            [transport.input(), hear, user, model, speak, transport.output(), both.assistant()]
        ),
        params=PipelineParams(audio_in_sample_rate=RATE_IN, audio_out_sample_rate=RATE_OUT),
        observers=[Verdicts(observe_every_push=False)],
        idle_timeout_secs=None,
    )


async def main() -> None:
    """Serve until told to stop."""
    reading = argparse.ArgumentParser()
    reading.add_argument("--port", type=int, required=True)
    reading.add_argument("--whisper", type=Path, required=True)
    reading.add_argument("--voice", type=Path, required=True)
    reading.add_argument("--llm", required=True)
    reading.add_argument("--short-window", action="store_true")
    logger.remove()  # its log holds every word that was heard
    runner = WorkerRunner()
    await runner.add_workers(pipeline(reading.parse_args()))
    await runner.run()


if __name__ == "__main__":
    asyncio.run(main())
