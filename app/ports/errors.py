"""Errors of the outside world, in our words.

PortError (retryable: whether trying again can help)
├── SpeechUnavailable     recognition or synthesis failed
├── ModelUnavailable      a language model can't be reached, or is too slow
├── ModelMisbehaved       a language model's answer broke its contract
├── EmbeddingUnavailable  embeddings failed
├── EngineBusy            an engine's queue is full
├── FaceUnavailable       a camera frame could not be read
├── MediaUnreadable       a file holds no film and no sound that can be read
├── VoiceUnavailable      the voice in a stretch of sound could not be measured
├── AddressForbidden      an address that no message may be sent to
├── WebhookUnreachable    a receiver of messages can't be found, or gives no answer
├── ProviderUnavailable   a provider that people sign in by does not answer as agreed
├── IdentityRefused       what it sent does not prove who came
└── StoreUnavailable      the store or the disk failed
"""

from __future__ import annotations


class PortError(Exception):
    """Something outside failed; the message says what, and what is safe."""

    retryable: bool = True


class SpeechUnavailable(PortError):
    """Recognition or synthesis failed; the interview goes on by text."""


class ModelUnavailable(PortError):
    """A language model can't be reached or answered too late."""


class ModelMisbehaved(PortError):
    """A language model answered, but not as agreed."""


class EmbeddingUnavailable(PortError):
    """Embedding a text failed."""


class EngineBusy(PortError):
    """An engine has as much to do as it can bear; nothing was begun."""


class FaceUnavailable(PortError):
    """A camera frame is no readable picture."""

    retryable = False


class VoiceUnavailable(PortError):
    """The voice in a stretch of sound could not be measured; its words stand."""

    retryable = False


class MediaUnreadable(PortError):
    """A file that somebody brought can't be read; the message is for them."""

    retryable = False


class AddressForbidden(PortError):
    """No message may be sent to this address; the message says why."""

    retryable = False


class WebhookUnreachable(PortError):
    """A receiver of messages can't be found, or gives no answer."""


class ProviderUnavailable(PortError):
    """A provider that people sign in by can't be reached, or does not answer as agreed."""


class IdentityRefused(PortError):
    """What a provider sent does not prove who came; the message says what was wrong."""

    retryable = False


class StoreUnavailable(PortError):
    """The store can't be reached, or the disk is full."""
