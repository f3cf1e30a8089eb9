"""The live socket: checks what comes in and hands it to the live interview."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from app.dialogue.events import (
    Commanded,
    CommandName,
    Event,
    PatienceSet,
    Played,
    Typed,
)
from app.ports.errors import StoreUnavailable
from app.usecases.doorkeeper import ASK_AGAIN_SECONDS
from app.usecases.hall import Hall, HallFull, UnknownInterview
from app.usecases.hold_interview import UNKNOWN, LiveInterview
from app.web.access import OWN, WRONG
from app.web.dependencies import Services
from app.web.locking_out import locked_out
from app.web.origins import same_origin
from app.web.socket_wire import SocketWire

router = APIRouter(dependencies=[Depends(OWN)])

MOST_BINARY = 64_000
MOST_TEXT = 262_144
BUSY = 1013
TRIES_AGAIN = "Nothing is lost; this page tries again by itself."
SIGNED_OUT = "You are signed out here. Nothing is lost: sign in again and open the interview anew."
LONGEST_ANSWER = 20_000
TOO_LONG = (
    f"This answer is longer than {LONGEST_ANSWER:,} characters. Nothing of it was taken. "
    "Shorten it, then send it."
)


def _storable(text: str) -> str:
    """The text without NUL characters, which no database keeps."""
    return text.replace("\x00", "")


AnswerText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_ANSWER, strip_whitespace=True),
    AfterValidator(_storable),
]
CodeText = Annotated[str, Field(max_length=100_000), AfterValidator(_storable)]
LanguageName = Annotated[str, Field(max_length=40), AfterValidator(_storable)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hello(_Message):
    """First frame of every connection."""

    type: Literal["hello"]
    protocol: Literal[1]
    voice: bool = True
    microphone: bool = True


class PlayedMessage(_Message):
    """Play-back came to its end."""

    type: Literal["played"]
    utterance: int


class TextMessage(_Message):
    """A typed answer."""

    type: Literal["text"]
    text: AnswerText


class CommandMessage(_Message):
    """A button or key."""

    type: Literal["command"]
    name: CommandName


class CodeMessage(_Message):
    """The code pane changed."""

    type: Literal["code"]
    code: CodeText
    language: LanguageName = "python"


class MicrophoneMessage(_Message):
    """The microphone came or went."""

    type: Literal["microphone"]
    on: bool


class PatienceMessage(_Message):
    """The patience slider moved."""

    type: Literal["patience"]
    factor: float = Field(ge=0.5, le=2.0)


class Ping(_Message):
    """Keeps the connection open."""

    type: Literal["ping"]


Message = Annotated[
    Hello
    | PlayedMessage
    | TextMessage
    | CommandMessage
    | CodeMessage
    | MicrophoneMessage
    | PatienceMessage
    | Ping,
    Field(discriminator="type"),
]
_MESSAGES: TypeAdapter[Message] = TypeAdapter(Message)


@router.websocket("/live/{interview_id}")
async def live(socket: WebSocket, interview_id: str) -> None:
    """Hold the interview over this socket until it closes."""
    if not same_origin(socket):
        await socket.close(WRONG)
        return
    services: Services = socket.app.state.services
    await socket.accept()
    services.metrics.socket_opened()
    wire = SocketWire(socket, services.metrics)
    watching = asyncio.create_task(_let_out(socket, wire, services))
    try:
        await _hold(socket, wire, services.hall, interview_id)
    finally:
        watching.cancel()
        services.metrics.socket_closed()


async def _let_out(socket: WebSocket, wire: SocketWire, services: Services) -> None:
    await locked_out(socket, services, OWN)
    await wire.refuse("signed_out", SIGNED_OUT, close=WRONG)


async def _hold(socket: WebSocket, wire: SocketWire, hall: Hall, interview_id: str) -> None:
    interview = await _enter(hall, interview_id, wire)
    if interview is None:
        return
    try:
        await _converse(socket, wire, interview)
    except WebSocketDisconnect:
        pass
    finally:
        interview.disconnect(wire)


async def _enter(hall: Hall, interview_id: str, wire: SocketWire) -> LiveInterview | None:
    try:
        return await hall.enter(UUID(interview_id))
    except (ValueError, UnknownInterview):
        await wire.refuse("unknown_interview", "There is no such interview.", close=UNKNOWN)
    except HallFull as full:
        text = f"All places are taken just now. {_before(full.ahead)} {TRIES_AGAIN}"
        again = {"ahead": full.ahead, "retry_s": ASK_AGAIN_SECONDS}
        await wire.refuse("busy", text, close=BUSY, **again)
    except StoreUnavailable:
        text = f"The store can't be reached just now. {TRIES_AGAIN}"
        await wire.refuse("busy", text, close=BUSY, retry_s=ASK_AGAIN_SECONDS)
    return None


def _before(ahead: int) -> str:
    if ahead == 0:
        return "You are next."
    return "One person is before you." if ahead == 1 else f"{ahead} people are before you."


async def _converse(socket: WebSocket, wire: SocketWire, interview: LiveInterview) -> None:
    while True:
        frame = await socket.receive()
        if frame["type"] == "websocket.disconnect":
            return
        if frame.get("bytes") is not None:
            await _hear(frame["bytes"], wire, interview)
        elif frame.get("text") is not None:
            await _read(frame["text"], wire, interview)


async def _hear(block: bytes, wire: SocketWire, interview: LiveInterview) -> None:
    if len(block) > MOST_BINARY:
        await wire.refuse("too_big", f"Audio frames end at {MOST_BINARY} bytes.")
    elif not block or len(block) % 2:
        await wire.refuse("bad_frame", "Audio frames hold whole 16-bit samples.")
    elif interview.serves(wire):
        interview.hear(block)


async def _read(text: str, wire: SocketWire, interview: LiveInterview) -> None:
    if len(text) > MOST_TEXT:
        await wire.refuse("too_big", f"Events end at {MOST_TEXT} characters.")
        return
    try:
        message = _MESSAGES.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if first["loc"] == ("text", "text") and first["type"] == "string_too_long":
            await wire.refuse("answer_too_long", TOO_LONG)
            return
        await wire.refuse("bad_event", f"This event was not understood: {first['msg']}.")
        return
    await _pass_on(message, wire, interview)


async def _pass_on(message: Message, wire: SocketWire, interview: LiveInterview) -> None:
    match message:
        case Hello():
            await interview.connect(wire, voice=message.voice, microphone=message.microphone)
        case Ping():
            await wire.send({"type": "pong"})
        case _ if not interview.serves(wire):
            await wire.refuse("bad_event", "Say hello first.")
        case CodeMessage():
            interview.code_changed(message.code, message.language)
        case MicrophoneMessage():
            interview.microphone_changed(on=message.on)
        case _:
            interview.happened(_event(message, interview))


def _event(
    message: PlayedMessage | TextMessage | CommandMessage | PatienceMessage,
    interview: LiveInterview,
) -> Event:
    now = interview.now
    match message:
        case PlayedMessage():
            return Played(now, message.utterance)
        case TextMessage():
            return Typed(now, message.text)
        case CommandMessage():
            return Commanded(now, message.name)
        case PatienceMessage():
            return PatienceSet(now, message.factor)
