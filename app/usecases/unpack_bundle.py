"""The files of a git bundle's newest commit, read without git: header, pack, commit, trees.

Only whole bundles are read. Every object is inflated within one budget, so a small bundle can't
grow without end.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.errors import BadContent

_KINDS = {1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"}
_OFFSET_DELTA, _NAME_DELTA = 6, 7
_MOST_DEPTH = 60
_Object = tuple[bytes, bytes]


def bundle_files(body: bytes, *, most: int, entries: int) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the newest commit's files.

    Raises:
        BadContent: it needs commits that it does not hold, is broken, or unpacks to too much.
    """
    try:
        head, pack = _head(body)
        found = _Pack(pack, most, entries).objects()
        tree = _tree_of(found, head)
        yield from _files(found, tree, "", [entries], 0)
    except (KeyError, IndexError, ValueError, zlib.error, UnicodeDecodeError) as error:
        raise BadContent("expected a git bundle, found a broken one") from error


def _head(body: bytes) -> tuple[str, bytes]:
    """The name of the newest commit (HEAD, else the first branch) and the pack after it."""
    header, found, pack = body.partition(b"\n\n")
    if not found:
        raise ValueError("no pack")
    lines = header.decode("utf-8").split("\n")[1:]
    if any(line.startswith("-") for line in lines):
        raise BadContent("expected a whole git bundle, found one that builds on other commits")
    if any(line.startswith("@") and "sha1" not in line for line in lines):
        raise BadContent("expected a git bundle with SHA-1 names")
    refs = [line.split(" ", 1) for line in lines if line and line[0] not in "@-"]
    named = {name: commit for commit, name in refs}
    return named.get("HEAD", refs[0][0]), pack


@dataclass
class _Delta:
    base: int | str
    body: bytes


class _Pack:
    """The objects of a pack, by name."""

    def __init__(self, pack: bytes, most: int, entries: int) -> None:
        if pack[:4] != b"PACK" or int.from_bytes(pack[4:8]) != 2:
            raise ValueError("no pack of version 2")
        self._pack = pack
        self._count = int.from_bytes(pack[8:12])
        self._left = most
        if self._count > entries:
            raise BadContent(f"expected at most {entries} objects in the bundle")

    def objects(self) -> dict[str, _Object]:
        """Every object that the pack holds, deltas applied."""
        plain: dict[int, _Object] = {}
        deltas: dict[int, _Delta] = {}
        at = 12
        for _ in range(self._count):
            start = at
            kind, base, at = self._opening(at)
            body, at = self._inflated(at)
            if kind in _KINDS:
                plain[start] = (_KINDS[kind], body)
            else:
                deltas[start] = _Delta(base if base is not None else "", body)
        names = {_name(o): o for o in plain.values()}
        for _ in range(_MOST_DEPTH):
            if not deltas:
                return names
            for start, delta in tuple(deltas.items()):
                known = plain.get(delta.base) if isinstance(delta.base, int) else None
                known = names.get(delta.base) if isinstance(delta.base, str) else known
                if known is not None:
                    made = (known[0], self._applied(known[1], deltas.pop(start).body))
                    plain[start] = made
                    names[_name(made)] = made
        raise ValueError("deltas without a base")

    def _opening(self, at: int) -> tuple[int, int | str | None, int]:
        start, byte = at, self._pack[at]
        kind, at = byte >> 4 & 7, at + 1
        while byte & 0x80:
            byte, at = self._pack[at], at + 1
        if kind == _NAME_DELTA:
            return kind, self._pack[at : at + 20].hex(), at + 20
        if kind != _OFFSET_DELTA:
            return kind, None, at
        byte, at = self._pack[at], at + 1
        offset = byte & 0x7F
        while byte & 0x80:
            byte, at = self._pack[at], at + 1
            offset = ((offset + 1) << 7) | (byte & 0x7F)
        return kind, start - offset, at

    def _inflated(self, at: int) -> tuple[bytes, int]:
        stream = zlib.decompressobj()
        body = stream.decompress(self._pack[at:], self._left + 1)
        self._spend(len(body))
        if not stream.eof:
            raise ValueError("an object that ends early")
        return body, len(self._pack) - len(stream.unused_data)

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise BadContent("the bundle unpacks to too much")

    def _applied(self, base: bytes, delta: bytes) -> bytes:
        _, at = _size(delta, 0)
        size, at = _size(delta, at)
        self._spend(size)
        made = bytearray()
        while at < len(delta):
            code, at = delta[at], at + 1
            if not code & 0x80:
                made += delta[at : at + code]
                at += code
                continue
            place, at = _number(delta, at, code & 0x0F, 4)
            length, at = _number(delta, at, code >> 4 & 7, 3)
            made += base[place : place + (length or 0x10000)]
            if len(made) > size:
                raise ValueError("a delta longer than it says")
        return bytes(made)


def _number(delta: bytes, at: int, present: int, most: int) -> tuple[int, int]:
    value = 0
    for place in range(most):
        if present >> place & 1:
            value |= delta[at] << (8 * place)
            at += 1
    return value, at


def _size(delta: bytes, at: int) -> tuple[int, int]:
    size = shift = 0
    while True:
        byte, at = delta[at], at + 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return size, at


def _name(item: _Object) -> str:
    kind, body = item
    return hashlib.sha1(kind + b" %d\0" % len(body) + body, usedforsecurity=False).hexdigest()


def _tree_of(found: dict[str, _Object], name: str) -> str:
    kind, body = found[name]
    first = body.split(b"\n", 1)[0].decode()
    if kind == b"tag":
        return _tree_of(found, first.removeprefix("object "))
    return first.removeprefix("tree ")


def _files(
    found: dict[str, _Object], tree: str, folder: str, left: list[int], depth: int
) -> Iterator[tuple[str, bytes]]:
    if depth > _MOST_DEPTH:
        raise ValueError("folders too deep")
    body, at = found[tree][1], 0
    while at < len(body):
        end = body.index(b"\0", at)
        mode, name = body[at:end].split(b" ", 1)
        item, at = body[end + 1 : end + 21].hex(), end + 21
        path = f"{folder}{name.decode('utf-8')}"
        left[0] -= 1
        if left[0] < 0:
            raise BadContent("the bundle holds too many files")
        if mode == b"40000":
            yield from _files(found, item, f"{path}/", left, depth + 1)
        elif mode in (b"100644", b"100755"):
            yield path, found[item][1]
