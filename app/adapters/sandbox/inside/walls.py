"""The walls around a program: namespaces with a small read-only world, Landlock, limits, no rights.

`enclose` is done once, by the process that later forks the programs; `strip` by each program's own
process before it runs anything. Each raises OSError where the system refuses: then nothing is run.
"""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.adapters.sandbox.inside import kernel, syscalls

GUEST_ID = 61_234  # of the host, where the service runs as root; nobody's account
_INSIDE_GUEST = 1
_WORLD = "/proc"  # always there, never holds Python, and not wanted inside
_SYS_LANDLOCK_CREATE, _SYS_LANDLOCK_ADD, _SYS_LANDLOCK_RESTRICT = 444, 445, 446
_READ, _RUN, _WRITE = 0b1100, 0b0101, 0xFFF2 & ~0b1100  # folders; one program; all but execute
_LEAST_LANDLOCK = 3  # before it a file that may only be read could be cut short
_NICE = 15
_MOST_THREADS = 64
_STACK = 8 << 20
_ADDRESSES = 6 << 30  # of an interpreter that reserves what it never uses
_LOADER = "/lib64/ld-linux-x86-64.so.2"
_SCRATCH = "/tmp"  # noqa: S108 - each program's own, empty, and gone with it


@dataclass(frozen=True)
class Enclosure:
    """What holds here: whether namespaces do, and whether programs get a user id of their own.

    With an `interpreter` programs are not Python, and that one program may be started.
    """

    namespaces: bool
    own_user: bool
    landlock: int
    readable: tuple[str, ...]
    interpreter: dict[str, Any] = field(default_factory=dict)

    @property
    def startable(self) -> tuple[str, ...]:
        """The files that may be started."""
        return (self.interpreter["program"], _LOADER) if self.interpreter else ()

    @property
    def told(self) -> str:
        """The walls in a few words."""
        walls = ["namespaces"] if self.namespaces else []
        walls += [f"Landlock {self.landlock}"] if self.landlock > 0 else []
        return ", ".join([*walls, "seccomp", "own user id" if self.own_user else "no rights"])


def enclose(*, namespaces: bool = True, interpreter: dict[str, Any] | None = None) -> Enclosure:
    """Put this process, and all it forks, into a world of its own."""
    interpreter = interpreter or {}
    if os.uname().machine != syscalls.MACHINE or sys.platform != "linux":
        raise OSError(f"no list of system calls for {sys.platform} on {os.uname().machine}")
    landlock = _landlock_version()
    if not namespaces:
        if interpreter:
            raise OSError(f"programs in {interpreter['language']} need namespaces")
        if landlock < _LEAST_LANDLOCK:
            found = f"version {landlock}" if landlock else "none"
            raise OSError(f"expected Landlock {_LEAST_LANDLOCK} or later, found {found}")
        return Enclosure(False, _may_become_guest(), landlock, readable())
    shown = readable(interpreter.get("folders", ()))
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    own_user = _unshare_with_users()
    kernel.pivot(_world(shown, interpreter.get("program")))
    kernel.freeze_mount("/")
    socket.sethostname("sandbox")
    return Enclosure(True, own_user, landlock, shown, interpreter)


def readable(more: Iterable[str] = ()) -> tuple[str, ...]:
    """Folders that a program reads: Python's library, the system's own libraries, and `more`."""
    paths = sysconfig.get_paths()
    libraries = [paths["stdlib"], paths["platstdlib"], *_library_folders(), *more]
    there = dict.fromkeys(os.path.realpath(p) for p in libraries if os.path.isdir(p))
    return tuple(p for p in there if not any(p != q and p.startswith(f"{q}/") for q in there))


def strip(enclosure: Enclosure, limits: dict[str, Any]) -> None:
    """Give up every right; from here on only the program's own process is in reach."""
    if enclosure.namespaces:
        kernel.unshare(kernel.CLONE_NEWNS)
        flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
        options = f"size={2 * limits['file_bytes']},nr_inodes={limits['files']},mode=1777"
        kernel.mount("tmpfs", _SCRATCH, "tmpfs", flags, options)
        os.chdir(_SCRATCH)
    os.setpriority(os.PRIO_PROCESS, 0, _NICE)
    _limit(limits, enclosure)
    if enclosure.namespaces or enclosure.own_user:  # else it would count what the user runs besides
        resource.setrlimit(resource.RLIMIT_NPROC, (_MOST_THREADS, _MOST_THREADS))
    rules = _landlock(enclosure) if enclosure.landlock > 0 else None
    if enclosure.own_user:
        user = _INSIDE_GUEST if enclosure.namespaces else GUEST_ID
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    kernel.drop_capabilities()
    if rules is not None:
        kernel.syscall(_SYS_LANDLOCK_RESTRICT, rules, 0)
        os.close(rules)
    syscalls.install(os.getpid(), start=bool(enclosure.startable))


def _unshare_with_users() -> bool:
    """New namespaces; as root two user ids inside, else one. Whether programs get their own."""
    root = _may_become_guest()
    flags = kernel.CLONE_NEWUSER | kernel.CLONE_NEWNS | kernel.CLONE_NEWNET | kernel.CLONE_NEWPID
    flags |= kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWCGROUP
    user, group = os.geteuid(), os.getegid()
    if not root:
        kernel.unshare(flags)
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"0 {user} 1")
        _write("/proc/self/gid_map", f"0 {group} 1")
    else:
        _unshare_mapped(flags, f"0 0 1\n{_INSIDE_GUEST} {GUEST_ID} 1")
    kernel.mount("", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    return root


def _may_become_guest() -> bool:
    """Whether programs can be given a user id of their own: as root, where that id is known."""
    with open("/proc/self/uid_map", encoding="ascii") as file:
        ranges = [tuple(map(int, line.split())) for line in file]
    known = any(first <= GUEST_ID < first + count for first, _, count in ranges)
    return os.geteuid() == 0 and known


def _unshare_mapped(flags: int, ids: str) -> None:
    """A map of several ids is written from outside: by a child that stays there."""
    me = os.getpid()
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(go)
            os.read(ready, 1)
            _write(f"/proc/{me}/uid_map", ids)
            _write(f"/proc/{me}/gid_map", ids)
            status = 0
        finally:
            os._exit(status)
    os.close(ready)
    try:
        kernel.unshare(flags)
    finally:
        os.close(go)
        status = os.waitpid(child, 0)[1]
    if status != 0:
        raise OSError("the user ids of the namespace could not be set")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _world(shown: tuple[str, ...], program: str | None) -> str:
    """A root of its own: what is shown at its place, three devices, and an empty /tmp."""
    kernel.mount("tmpfs", _WORLD, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=1m,mode=755")
    for path in shown:
        os.makedirs(_WORLD + path, exist_ok=True)
        kernel.mount(path, _WORLD + path, "", kernel.MS_BIND | kernel.MS_REC)
    for link in ("/lib", "/lib64"):
        if os.path.islink(link) and not os.path.lexists(_WORLD + link):
            os.symlink(os.readlink(link), _WORLD + link)
    for folder in (f"{p}/{name}" for p in shown for name in ("site-packages", "dist-packages")):
        if os.path.isdir(_WORLD + folder):
            kernel.mount("tmpfs", _WORLD + folder, "tmpfs", 0, "size=4k,mode=755")
    files = [f"/dev/{device}" for device in ("null", "zero", "urandom")]
    for file in [*files, program] if program else files:
        if not os.path.lexists(_WORLD + file):
            os.makedirs(os.path.dirname(_WORLD + file), exist_ok=True)
            os.close(os.open(_WORLD + file, os.O_CREAT | os.O_WRONLY, 0o755))
            kernel.mount(file, _WORLD + file, "", kernel.MS_BIND)
    os.mkdir(_WORLD + _SCRATCH)
    return _WORLD


def _library_folders() -> list[str]:
    """Where shared libraries are found: the usual places, and those of what is loaded now."""
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    found = [f"/lib/{multiarch}", f"/usr/lib/{multiarch}", "/lib64", "/usr/lib64"]
    with open("/proc/self/maps", encoding="utf-8") as maps:
        for line in maps:
            path = line.rstrip().partition("/")[2]
            if path and ".so" in path:
                found.append(os.path.dirname(f"/{path}"))
    too_much = ("/lib", "/usr/lib", "/usr/local/lib", "/usr", "/")
    return [p for p in found if os.path.realpath(p) not in too_much]


def _limit(limits: dict[str, Any], enclosure: Enclosure) -> None:
    own = enclosure.interpreter
    cpu = limits["cpu_seconds"] + own.get("own_cpu_seconds", 0)
    memory = limits["own_memory"] + (limits["memory_mb"] << 20)
    if own:
        data = (own["own_memory_mb"] + limits["memory_mb"]) << 20
        resource.setrlimit(resource.RLIMIT_DATA, (data, data))
        memory = _ADDRESSES
    wanted = {
        resource.RLIMIT_CPU: (cpu, cpu + 1),
        resource.RLIMIT_AS: (memory, memory),
        resource.RLIMIT_FSIZE: (limits["file_bytes"], limits["file_bytes"]),
        resource.RLIMIT_NOFILE: (limits["files"] * (2 if own else 1),) * 2,
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_STACK: (_STACK, _STACK),
        resource.RLIMIT_MEMLOCK: (0, 0),
        resource.RLIMIT_MSGQUEUE: (0, 0),
    }
    for which, pair in wanted.items():
        resource.setrlimit(which, pair)


def _landlock_version() -> int:
    try:
        return kernel.syscall(_SYS_LANDLOCK_CREATE, None, 0, 1)
    except OSError:
        return 0


def _landlock(enclosure: Enclosure) -> int:
    """Rules for files (those shown to read, /tmp to use); with newer kernels also no network."""
    version = enclosure.landlock
    handled = (1 << (13 + (version > 1) + (version > 2) + (version > 4))) - 1
    scope = 0b11 if version > 5 else 0
    attributes = (ctypes.c_uint64 * 3)(handled, 0b11 if version > 3 else 0, scope)
    size = 8 + 8 * (version > 3) + 8 * (version > 5)
    rules = kernel.syscall(_SYS_LANDLOCK_CREATE, ctypes.byref(attributes), size, 0)
    read = _READ & handled
    for path in (*enclosure.readable, "/dev"):
        if enclosure.namespaces or path != "/dev":
            _allow_below(rules, path, read)
    for path in enclosure.startable:
        _allow_below(rules, path, _RUN, folder=False)
    if enclosure.namespaces:
        _allow_below(rules, "/dev/null", 0b110, folder=False)
        _allow_below(rules, _SCRATCH, (read | _WRITE) & handled)
    return rules


def _allow_below(rules: int, path: str, access: int, *, folder: bool = True) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC | (os.O_DIRECTORY if folder else 0))
    rule = ctypes.create_string_buffer(access.to_bytes(8, "little") + place.to_bytes(4, "little"))
    kernel.syscall(_SYS_LANDLOCK_ADD, rules, 1, ctypes.byref(rule), 0)
    os.close(place)
