# ruff: noqa: E501 - a program stands on one line
"""Programs that try to get out; each prints ESCAPED where it succeeds."""

from __future__ import annotations

from typing import NamedTuple


class Attack(NamedTuple):
    """A program; `control` says that it does no harm unprotected, and prints ESCAPED there."""

    name: str
    source: str
    control: bool = True


def _tried(body: str) -> str:
    indented = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return f"try:\n{indented}    print('ESCAPED')\nexcept BaseException as error:\n    print(repr(error))\n"


_SYSCALL = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"


def _number(number: int, *args: str) -> str:
    words = ", ".join([str(number), *args])
    return f"{_SYSCALL}\nresult = libc.syscall({words})\nassert result >= 0, ctypes.get_errno()"


ATTACKS = (
    Attack("reads the accounts", _tried("print(open('/etc/passwd').read())")),
    Attack("reads a file of the service", _tried("open(SECRET).read()")),
    Attack("reads its own process", _tried("open('/proc/self/environ').read()")),
    Attack("reads another process", _tried("open(f'/proc/{VICTIM}/status').read()")),
    Attack("lists the root", _tried("import os\nassert 'etc' in os.listdir('/')")),
    Attack("climbs by ..", _tried("print(open('../../../../../../etc/hostname').read())")),
    Attack(
        "follows a link out",
        _tried("import os\nos.symlink('/etc/passwd', LINK)\nprint(open(LINK).read())"),
    ),
    Attack("leaves by chroot", _tried("import os\nos.chroot('.')\nos.listdir('/')")),
    Attack("reads the environment", _tried("import os\nassert 'CANARY' in os.environ")),
    Attack("finds where the service lives", _tried("import sys\nassert len(sys.orig_argv) > 1")),
    Attack("writes beside the service", _tried("open(TARGET, 'w').write('x')")),
    Attack("changes the library", _tried("import os\nopen(os.__file__, 'r+b').close()")),
    Attack(
        "calls a neighbour",
        _tried("import socket\nsocket.create_connection(('127.0.0.1', PORT), 2)"),
    ),
    Attack(
        "sends a datagram",
        _tried(
            "import socket\n"
            "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.sendto(b'x', ('127.0.0.1', PORT))"
        ),
    ),
    Attack(
        "opens a local socket",
        _tried("import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind('\\0sounding-escape')"),
    ),
    Attack("talks to the kernel", _tried("import socket\nsocket.socket(socket.AF_NETLINK, 3)")),
    Attack("asks if another lives", _tried("import os\nos.kill(VICTIM, 0)")),
    Attack("ends its parent", _tried("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"), False),
    Attack("ends everything", _tried("import os, signal\nos.kill(-1, 0)"), False),
    Attack("ends its group", _tried("import os, signal\nos.killpg(0, 0)"), False),
    Attack("runs a shell", _tried("import os\nassert os.system('true') == 0")),
    Attack("runs another program", _tried("import subprocess\nsubprocess.run(['/bin/true'])")),
    Attack("forks", _tried("import os\nif os.fork() == 0:\n    os._exit(0)")),
    Attack("forks by number", _tried(_number(57) + "\nimport os\nif result == 0: os._exit(0)")),
    Attack("forks a bomb", _tried("import os\nwhile True:\n    os.fork()"), False),
    Attack("clones", _tried(_number(56, "17", "0", "0", "0", "0") + "\nimport os\nif result == 0: os._exit(0)")),
    Attack("traces its parent", _tried(f"import os\nPARENT = os.getppid()\n{_number(101, '16', 'PARENT', '0', '0')}"), False),
    Attack("lets itself be traced", _tried(_number(101, "0", "0", "0", "0"))),
    Attack("looks into its parent", _tried(f"import os\nPARENT = os.getppid()\n{_number(310, 'PARENT', 'None', 'ctypes.c_long(0)', 'None', 'ctypes.c_long(0)', 'ctypes.c_long(0)')}")),
    Attack("makes a namespace", _tried(_number(272, "0x10000000")), False),
    Attack("mounts", _tried(f"{_SYSCALL}assert libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0"), False),
    Attack("loads a kernel program", _tried(_number(321, "5", "0", "0")), False),
    Attack("asks the key ring", _tried(_number(250, "0", "-3", "0"))),
    Attack("makes a ring", _tried(_number(425, "1", "ctypes.create_string_buffer(120)"))),
    Attack("keeps memory elsewhere", _tried(_number(319, "b'x'", "0"))),
    Attack("raises its limits", _tried("import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (33, 33))")),
    Attack("owns signals of a file", _tried("import fcntl, os\nr, w = os.pipe()\nfcntl.fcntl(r, fcntl.F_SETOWN, os.getppid())")),
    Attack("becomes root", _tried("import os\nos.setuid(0)\nassert os.getuid() == 0"), False),
    Attack("finds the service's modules", _tried("import app.domain.runs"), False),
    Attack("finds other packages", _tried("import pydantic")),
)  # fmt: skip
