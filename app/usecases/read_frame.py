"""Read one camera frame into the expression reading of its second; the frame itself is dropped."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from app.domain.consent import Modality, require_consent
from app.domain.interview import EMOTIONS, ExpressionReading, InterviewStatus
from app.ports.errors import FaceUnavailable
from app.ports.store import Store
from app.ports.vision import FaceReading

SECONDS_REMEMBERED = 256


class FaceEngine(Protocol):
    """The part of the engines that reads faces; `face` is None where no reader is installed."""

    @property
    def face(self) -> object | None:
        """The reader, or None."""
        ...

    async def read_face(self, jpeg: bytes) -> FaceReading:
        """Read one frame off the event loop; raises FaceUnavailable."""
        ...


class NoFaceReader(FaceUnavailable):
    """This server has no face reader; the interview goes on without expressions."""


@dataclass
class Seconds:
    """The frames of the newest seconds, so that a second's reading is the mean over its frames."""

    frames: OrderedDict[tuple[UUID, int], list[FaceReading]] = field(default_factory=OrderedDict)

    def add(self, interview_id: UUID, second: int, frame: FaceReading) -> list[FaceReading]:
        """All frames of this second so far."""
        kept = self.frames.setdefault((interview_id, second), [])
        kept.append(frame)
        while len(self.frames) > SECONDS_REMEMBERED:
            self.frames.popitem(last=False)
        return kept


async def read_frame(
    store: Store,
    engines: FaceEngine,
    seconds: Seconds,
    interview_id: UUID,
    jpeg: bytes,
    *,
    at_s: float | None = None,
) -> ExpressionReading | None:
    """Keep what the frame shows; None when the interview is unknown or not live.

    `at_s` is the room's clock; without it the interview's stored clock is taken.

    Raises:
        PurposeForbids: an assessment, before any reader is touched.
        NoConsent: video was not agreed to.
        NoFaceReader: no reader is installed.
        FaceUnavailable: the frame is no picture.
    """
    async with store.begin() as work:
        interview = await work.interviews.get(interview_id)
    if interview is None:
        return None
    require_consent(interview.purpose, interview.consents, Modality.VIDEO)
    if interview.status is not InterviewStatus.LIVE:
        return None
    if engines.face is None:
        raise NoFaceReader("no face reader is installed on this server")
    frame = await engines.read_face(jpeg)
    second = int(max(0.0, interview.clock_s if at_s is None else at_s))
    reading = mean_reading(second, seconds.add(interview_id, second, frame))
    async with store.begin() as work:
        current = await work.interviews.held(interview_id)
        if current is None or not current.agreed(Modality.VIDEO):
            return None
        await work.observations.add_reading(interview_id, reading)
    return reading


def mean_reading(second: int, frames: list[FaceReading]) -> ExpressionReading:
    """The mean over a second's frames that show a face; None where none does."""
    seen = [frame.probabilities for frame in frames if frame.probabilities is not None]
    means = tuple(sum(p[i] for p in seen) / len(seen) for i in range(len(EMOTIONS))) if seen else ()
    # Here, not at the top: a process that serves only assessments never imports it.
    from app.delivery.head_seconds import head_seconds

    heads = [(float(second), frame.head) for frame in frames]
    return ExpressionReading(
        second=second,
        faces=max((frame.faces for frame in frames), default=0),
        probabilities=means or None,
        quality=sum(frame.quality for frame in frames) / len(frames) if frames else 0.0,
        head=head_seconds(heads, counted=False).get(second),
    )
