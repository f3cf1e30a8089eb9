"""A seccomp filter: the system calls that a plain computing program needs, and no others.

What is not listed fails with EPERM, so that Python raises PermissionError. There is no fork, no
socket, no ptrace, no mount and no namespace in it; threads may be made. execve is in it only where
an interpreter of another language is started.
"""

from __future__ import annotations

import ctypes
import struct

from app.adapters.sandbox.inside.kernel import PR_SET_SECCOMP, prctl

MACHINE = "x86_64"
_ARCH = 0xC000003E
_X32 = 0x40000000
_NR, _ARCH_AT, _ARGS = 0, 4, 16
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_FILTER_MODE = 2
_THREAD = 0x00010000
_NEW_NAMESPACES = 0x7E020000 | 0x80
_SOCK_TYPES = 0xF

# read write open close stat fstat lstat poll lseek mmap mprotect munmap brk; signals of its own;
# pread.. pipe select yield mremap madvise dup pause sleep timers getpid; then files, clocks,
# polling, futexes, and what glibc asks at a thread's start.
_PLAIN = (
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28,
    32, 33, 34, 35, 36, 37, 38, 39, 45, 48, 51, 52, 55, 60, 61, 63, 73, 74, 75, 76, 77, 78, 79, 80,
    81, 82, 83, 84, 85, 87, 88, 89, 90, 91, 95, 96, 97, 98, 99, 100, 102, 104, 107, 108, 110, 111,
    115, 118, 120, 121, 124, 127, 128, 130, 131, 137, 138, 158, 186, 201, 202, 204, 217, 218, 219,
    221, 228, 229, 230, 231, 232, 233, 257, 258, 262, 263, 264, 266, 267, 268, 269, 270, 271, 273,
    280, 281, 290, 291, 292, 293, 309, 316, 318, 324, 332, 334, 436, 439,
)  # fmt: skip
_IOCTL, _SENDTO, _SOCKETPAIR, _CLONE, _KILL_CALL, _FCNTL = 16, 44, 53, 56, 62, 72
_EXECVE = 59
_PRCTL, _TGKILL, _PRLIMIT, _CLONE3, _OPENAT2 = 157, 234, 302, 435, 437
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # terminal? size; bytes; flags of a file
_FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 1030)  # duplicate, flags, locks; never an owner for signals
_PRCTLS = (15, 16, 0x53564D41)  # names of threads and of memory

_Instruction = tuple[int, int, int, int]


def install(pid: int, *, start: bool = False) -> None:
    """Bind this process to the filter for ever; `pid` is the one that it may signal: itself.

    With `start` another program may take this process's place, under the same filter.
    """
    program = b"".join(struct.pack("HBBI", *line) for line in _filter(pid, start=start))
    kept = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(
        struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(kept))
    )
    prctl(PR_SET_SECCOMP, _FILTER_MODE, ctypes.addressof(header))


def _filter(pid: int, *, start: bool) -> list[_Instruction]:
    lines = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_EQUAL, 1, 0, _ARCH),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NR),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _KILL),
    ]
    for number in (*_PLAIN, _EXECVE) if start else _PLAIN:
        lines += _when(number, [_allow()])
    lines += _when(_CLONE3, [_refuse(_ENOSYS)])  # its arguments can't be seen; clone is used then
    lines += _when(_OPENAT2, [_refuse(_ENOSYS)])
    lines += _when(_IOCTL, _one_of(1, _IOCTLS))
    lines += _when(_FCNTL, _one_of(1, _FCNTLS))
    lines += _when(_PRCTL, _one_of(0, _PRCTLS))
    lines += _when(_KILL_CALL, _one_of(0, (pid,)))
    lines += _when(_TGKILL, _one_of(0, (pid,)))
    lines += _when(_SENDTO, [*_null(4), _allow(), _refuse()])
    lines += _when(_PRLIMIT, [*_null(2), _allow(), _refuse()])
    lines += _when(_SOCKETPAIR, _local_pair())
    lines += _when(_CLONE, _thread_only())
    return [*lines, _refuse()]


def _when(number: int, then: list[_Instruction]) -> list[_Instruction]:
    return [(_EQUAL, 0, len(then), number), *then]


def _allow() -> _Instruction:
    return (_RETURN, 0, 0, _ALLOW)


def _refuse(error: int = _EPERM) -> _Instruction:
    return (_RETURN, 0, 0, _ERRNO | error)


def _low(argument: int) -> _Instruction:
    return (_LOAD, 0, 0, _ARGS + 8 * argument)


def _high(argument: int) -> _Instruction:
    return (_LOAD, 0, 0, _ARGS + 8 * argument + 4)


def _one_of(argument: int, values: tuple[int, ...]) -> list[_Instruction]:
    lines = [_low(argument)]
    for value in values:
        lines += [(_EQUAL, 0, 1, value), _allow()]
    return [*lines, _refuse()]


def _null(argument: int) -> list[_Instruction]:
    """Goes on with the next line where the argument is 0, else with the one after it."""
    return [
        _low(argument),
        (_EQUAL, 0, 3, 0),
        _high(argument),
        (_EQUAL, 0, 1, 0),
    ]


def _local_pair() -> list[_Instruction]:
    """A pair of connected local streams, as asyncio wakes itself with."""
    return [
        _low(0),
        (_EQUAL, 1, 0, 1),
        _refuse(),
        _low(1),
        (_AND, 0, 0, _SOCK_TYPES),
        (_EQUAL, 0, 1, 1),
        _allow(),
        _refuse(),
    ]


def _thread_only() -> list[_Instruction]:
    return [
        _low(0),
        (_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        _refuse(),
        (_ANY_BIT, 0, 1, _THREAD),
        _allow(),
        _refuse(),
    ]
