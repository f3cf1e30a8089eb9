"""What a hostile program can't do: each attack is tried, and the harmless ones also unprotected."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.adapters.sandbox.cells import Walls
from app.adapters.sandbox.sandbox import ProcessSandbox
from app.domain.runs import Limits, Program, RunResult
from app.ports.sandbox import SandboxUnavailable
from tests.integration.escapes import ATTACKS, Attack
from tests.needs import absent

pytestmark = pytest.mark.integration

SHORT = Limits(cpu_seconds=1, wall_seconds=1.5, memory_mb=128, output_bytes=20_000)
# programs yield to all else on a machine
ROOMY = replace(SHORT, cpu_seconds=4, wall_seconds=60.0, total_seconds=60.0)


@pytest.fixture(scope="module", params=["namespaces", "landlock"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[ProcessSandbox]:
    walls: Walls = request.param
    made = ProcessSandbox(at_once=2, walls=walls)
    try:
        made.walls()
    except SandboxUnavailable as error:
        absent(str(error))
    yield made
    made.close()


@pytest.fixture(scope="module")
def inside_namespaces() -> Iterator[ProcessSandbox]:
    made = ProcessSandbox(at_once=1, walls="namespaces")
    try:
        made.walls()
    except SandboxUnavailable as error:
        absent(str(error))
    yield made
    made.close()


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[dict[str, object]]:
    """Things of the host that an attack goes for."""
    secret = tmp_path / "secret.txt"
    secret.write_text("a candidate's transcript")
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield {
            "SECRET": str(secret),
            "TARGET": str(tmp_path / "written.txt"),
            "LINK": str(tmp_path / "link"),
            "VICTIM": victim.pid,
            "PORT": listener.getsockname()[1],
        }
    assert victim.poll() is None, "a program ended a process of the host"
    victim.kill()
    victim.wait()


def _source(attack: Attack, outside: dict[str, object]) -> str:
    return "".join(f"{name} = {value!r}\n" for name, value in outside.items()) + attack.source


def _run(sandbox: ProcessSandbox, source: str, limits: Limits = ROOMY) -> RunResult:
    return asyncio.run(sandbox.run(Program(source), limits))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_the_attack_is_contained(
    attack: Attack, sandbox: ProcessSandbox, outside: dict[str, object]
) -> None:
    result = _run(sandbox, _source(attack, outside))
    assert "ESCAPED" not in result.stdout, result.stdout
    assert "Error" in result.stdout, (result.stdout, result.stderr)
    assert not Path(str(outside["TARGET"])).exists()
    assert _run(sandbox, "print('alive')").stdout == "alive\n"


@pytest.mark.parametrize(
    "attack", [a for a in ATTACKS if a.control], ids=lambda attack: attack.name
)
def test_unprotected_the_same_attack_succeeds(attack: Attack, outside: dict[str, object]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _source(attack, outside)],
        env=os.environ | {"CANARY": "1"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert "ESCAPED" in done.stdout, (done.stdout, done.stderr)


HUNGRY = {
    "ten gigabytes": ("x = [0] * 10**10", "memory"),
    "many small things": ("x = []\nwhile True:\n    x.append(bytearray(10_000_000))", "memory"),
    "endless loop": ("while True:\n    pass", None),
    "endless loop that catches all": (
        "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\n"
        "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
        None,
    ),
    "one long operation": ("x = 7 ** (10**9)", None),
    "endless sleep": ("import time\ntime.sleep(1000)", "wall"),
    "endless output": ("while True:\n    print('x' * 1000)", "output"),
    "endless errors": ("import os\nwhile True:\n    os.write(2, b'x' * 1000)", "output"),
    "closed streams": (
        "import os\nfor n in range(40):\n    try:\n        os.close(n)\n"
        "    except OSError:\n        pass\nwhile True: pass",
        None,
    ),
    "closed streams, and all is caught": (
        "import os\nos.closerange(0, 40)\n"
        "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HUNGRY)
def test_a_hungry_program_is_stopped_in_time(name: str, inside_namespaces: ProcessSandbox) -> None:
    source, limit = HUNGRY[name]
    by_time = limit in (None, "wall")
    began = time.monotonic()
    result = _run(inside_namespaces, source, SHORT if by_time else ROOMY)
    assert time.monotonic() - began < (60.0 if by_time else 120.0), "it would go on for ever"
    assert result.limits_hit == {limit} if limit else result.timed_out
    assert len(result.stdout) <= SHORT.output_bytes
    assert _run(inside_namespaces, "print('alive')").stdout == "alive\n"


def test_a_huge_file_is_refused(sandbox: ProcessSandbox) -> None:
    source = (
        "import os\ntry:\n    with open('big', 'wb') as f:\n"
        "        for _ in range(10_000): f.write(b'x' * 10_000)\n"
        "    print('ESCAPED')\nexcept OSError as error:\n    print(repr(error))\n"
        "total = 0\ntry:\n    for n in range(100):\n"
        "        with open(f'f{n}', 'wb') as f: total += f.write(b'x' * 900_000)\n"
        "except OSError: pass\nprint(total < 3_000_000)"
    )
    result = _run(sandbox, source)
    assert "ESCAPED" not in result.stdout
    assert result.stdout.endswith("True\n") or result.outcomes[0].killed


def test_nothing_is_left_for_the_next_program(sandbox: ProcessSandbox) -> None:
    secret = "the-words-of-one-candidate"
    _run(
        sandbox, f"x = {secret!r}\ntry:\n    open('/tmp/left', 'w').write(x)\nexcept OSError: pass"
    )
    look = (
        "import gc, os\nfound = [o for o in gc.get_objects() if isinstance(o, (dict, list, str))]\n"
        f"want = {secret[:9]!r} + {secret[9:]!r}\n"
        "print(any(want in str(o) for o in found if len(str(type(o))) and o is not globals()))\n"
        "try:\n    print(os.path.exists('/tmp/left'))\nexcept OSError: print(False)"
    )
    lines = _run(sandbox, look).stdout.splitlines()
    assert lines[-1] == "False"


def test_threads_and_asyncio_work_inside(sandbox: ProcessSandbox) -> None:
    source = (
        "import asyncio, threading\nfound = []\n"
        "t = threading.Thread(target=lambda: found.append(1)); t.start(); t.join()\n"
        "async def main():\n    await asyncio.sleep(0)\n    return 2\n"
        "print(found, asyncio.run(main()))"
    )
    result = _run(sandbox, source)
    assert result.stdout == "[1] 2\n", result.stderr


_SCRIPT = (
    "import asyncio, os\nfrom app.adapters.sandbox.sandbox import ProcessSandbox\n"
    "from app.domain.runs import Program\ns = ProcessSandbox()\nprint(os.getuid(), s.walls())\n"
    "for source in ('print(6 * 7)', 'open(\"/etc/passwd\")',"
    " 'import os; os.kill(os.getppid(), 9)'):\n"
    "    outcome = asyncio.run(s.run(Program(source))).outcomes[0]\n"
    "    print(outcome.stdout.strip() or outcome.raised)\ns.close()"
)


def _as_somebody_else(*words: str) -> list[str]:
    done = subprocess.run(
        ["unshare", "--user", *words, _SCRIPT], capture_output=True, text=True, check=False
    )
    if done.stderr.startswith("unshare"):
        absent(done.stderr)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_an_ordinary_user_has_the_same_walls() -> None:
    walls, answer, file, signal = _as_somebody_else(
        "--map-user=1000", "--map-group=1000", sys.executable, "-c"
    )
    assert walls.startswith("1000 namespaces")
    assert answer == "42"
    assert "Error" in file
    assert "PermissionError" in signal


def test_where_no_namespaces_can_be_made_landlock_and_seccomp_hold() -> None:
    without = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" -c "$1"'
    walls, answer, file, signal = _as_somebody_else(
        "--map-root-user", "sh", "-c", without, sys.executable
    )
    assert "namespaces" not in walls
    assert "Landlock" in walls
    assert answer == "42"
    assert "PermissionError" in file
    assert "PermissionError" in signal


def test_without_walls_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.adapters.sandbox.cells._BEGIN", "import sys; sys.exit(1)")
    bare = ProcessSandbox()
    with pytest.raises(SandboxUnavailable, match="no safe place"):
        _run(bare, "print(1)")
    assert bare.unavailable("python") is not None
    assert bare.unavailable("java") is not None
