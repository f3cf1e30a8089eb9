"""Turns the bytes of one camera frame into grey pixels, and refuses what is no such picture."""

from __future__ import annotations

import struct

import cv2
import numpy as np
from numpy.typing import NDArray

from app.ports.errors import FaceUnavailable

Grey = NDArray[np.uint8]

MAX_BYTES = 2 << 20
MAX_SIDE = 4096

FILE_BYTES = 64 << 20
FILE_SIDE = 16384
"""A picture from a file may be larger than a camera frame; above `MAX_SIDE` it is read reduced."""

_JPEG_START = b"\xff\xd8\xff"
_PNG_START = b"\x89PNG\r\n\x1a\n"
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def decode_grey(picture: bytes) -> Grey:
    """Grey levels 0..255 of a JPEG (or PNG), shape (height, width); raises FaceUnavailable.

    The size is read from the header first, so that a small file can't unpack into gigabytes.
    """
    _side(picture, MAX_BYTES, MAX_SIDE)
    return _decoded(picture, cv2.IMREAD_GRAYSCALE)


def decode_grey_file(picture: bytes) -> Grey:
    """As `decode_grey`, of a picture from a file: up to 64 MB and 16,384 pixels a side."""
    large = _side(picture, FILE_BYTES, FILE_SIDE) > MAX_SIDE
    return _decoded(picture, cv2.IMREAD_REDUCED_GRAYSCALE_4 if large else cv2.IMREAD_GRAYSCALE)


def _decoded(picture: bytes, how: int) -> Grey:
    try:
        grey = cv2.imdecode(np.frombuffer(picture, np.uint8), how)
    except cv2.error as error:
        raise FaceUnavailable("The frame can't be decoded: the picture is damaged.") from error
    if grey is None or grey.size == 0:
        raise FaceUnavailable("The frame can't be decoded: the picture is damaged.")
    return np.asarray(grey, dtype=np.uint8)


def _side(picture: bytes, most_bytes: int, most_side: int) -> int:
    if not picture:
        raise FaceUnavailable("The frame is empty.")
    if len(picture) > most_bytes:
        raise FaceUnavailable(
            f"The frame has {len(picture)} bytes; at most {most_bytes} "
            f"({most_bytes >> 20} MB) are read."
        )
    if picture.startswith(_JPEG_START):
        side = _longest_jpeg_side(picture)
    elif picture.startswith(_PNG_START) and len(picture) >= 24:
        side = max(struct.unpack(">II", picture[16:24]))
    else:
        raise FaceUnavailable("The frame is no picture: expected a JPEG.")
    if not 0 < side <= most_side:
        raise FaceUnavailable(
            f"The frame is {side} pixels long; expected 1 to {most_side} on the longer side."
        )
    return int(side)


def _longest_jpeg_side(picture: bytes) -> int:
    """Walk the segments to the frame header, which holds height and width."""
    at = 2
    while at + 9 <= len(picture):
        if picture[at] != 0xFF:
            break
        marker = picture[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _FRAME_MARKERS:
            return max(int(side) for side in struct.unpack(">HH", picture[at + 5 : at + 9]))
        else:
            at += 2 + int(struct.unpack(">H", picture[at + 2 : at + 4])[0])
    raise FaceUnavailable("The frame can't be decoded: the JPEG has no frame header.")
