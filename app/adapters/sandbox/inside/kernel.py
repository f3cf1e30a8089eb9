"""The few system calls that Python's own library does not offer, each with its errors raised.

Everything in this folder runs in a process of its own that imports nothing else of Sounding.
"""

from __future__ import annotations

import ctypes
import os

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_NO_NEW_PRIVS = 38
_AT_RECURSIVE, _AT_FDCWD = 0x8000, -100
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID = 1, 2
_SYS_PIVOT_ROOT, _SYS_CAPSET, _SYS_MOUNT_SETATTR = 155, 126, 442
_CAPABILITY_VERSION = 0x20080522
_HIGHEST_CAPABILITY = 40

_libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *args: object) -> int:
    """A function of the C library; raises OSError where it returns -1."""
    result: int = getattr(_libc, name)(*args)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def syscall(number: int, *args: object) -> int:
    """A system call by its number; raises OSError where it fails."""
    plain = [ctypes.c_long(a) if isinstance(a, int) else a for a in args]
    return call("syscall", ctypes.c_long(number), *plain)


def unshare(flags: int) -> None:
    """Leave the shared namespaces."""
    call("unshare", flags)


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount something."""
    words = [w.encode() or None for w in (source, target, kind)]
    call("mount", *words, ctypes.c_ulong(flags), options.encode() or None)


def freeze_mount(target: str) -> None:
    """Nothing below `target` can be written, or gives rights."""
    attributes = (ctypes.c_uint64 * 4)(_MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID, 0, 0, 0)
    path = ctypes.c_char_p(target.encode())
    size = ctypes.sizeof(attributes)
    syscall(_SYS_MOUNT_SETATTR, _AT_FDCWD, path, _AT_RECURSIVE, ctypes.byref(attributes), size)


def pivot(new_root: str) -> None:
    """Make `new_root` the root of everything, and let go of the old one."""
    os.chdir(new_root)
    here = ctypes.c_char_p(b".")
    syscall(_SYS_PIVOT_ROOT, here, here)
    call("umount2", b".", MNT_DETACH)
    os.chdir("/")


def prctl(option: int, *values: int) -> None:
    """Set something of this process."""
    padded = [*values, 0, 0, 0, 0][:4]
    call("prctl", option, *(ctypes.c_ulong(v) for v in padded))


def drop_capabilities() -> None:
    """No right beyond a plain user's, now or after any exec."""
    for capability in range(_HIGHEST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break  # no such capability here, or none is held
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    syscall(_SYS_CAPSET, ctypes.byref(header), ctypes.byref(nothing))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
