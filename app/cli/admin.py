"""`sounding admin`: the first account, and copies of everything.

A backup is one tar file: `manifest.json`, every table, and the recordings as they lie on disk. The
keys of the recordings are in a table, so whoever has the file has everything: it is made readable
by its owner alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urljoin

from app.adapters.store.backup import Dump, WrongBackup, dump, restore
from app.adapters.store.migrate import upgrade
from app.adapters.store.server import EmbeddedServer
from app.adapters.store.store import PostgresStore
from app.domain.person import Role, plain_email
from app.settings import Settings
from app.usecases.manage_people import AlreadyInvited, Invited, invite, renew_link

FORMAT = 1
MANIFEST = "manifest.json"
RECORDINGS = "recordings"
_RECORDING = re.compile(r"recordings/[0-9a-f-]{36}/[0-9]{1,9}\.(pcm|sealed)")
_TABLE = re.compile(r"tables/[a-z_0-9]{1,63}\.copy")


class AdminFailed(Exception):
    """It was not done; the message says why, and what is safe."""


@dataclass(frozen=True)
class Told:
    """An account and its link; `new` is False where the account was there before."""

    invited: Invited
    link: str
    new: bool


def create_person(settings: Settings, name: str, email: str, role: Role) -> Told:
    """Make an account with a link, or a new link for the account that the address has."""
    with _database(settings) as url:
        upgrade(url)
        invited, new = asyncio.run(_created(url, name, email, role))
    address = settings.base_url or f"http://{settings.host}:{settings.port}"
    return Told(invited, urljoin(address, f"/welcome/{invited.secret}"), new)


async def _created(url: str, name: str, email: str, role: Role) -> tuple[Invited, bool]:
    store, now = PostgresStore(url), datetime.now(UTC)
    try:
        try:
            return await invite(store, name, email, role, by=None, now=now), True
        except AlreadyInvited as error:
            async with store.begin() as work:
                person = await work.accounts.people.by_email(plain_email(email) or "")
            made = await renew_link(store, person.id, by=None, now=now) if person else None
            if made is None:
                raise AdminFailed("this account is shut out: let it in again first") from error
            return made, False
    finally:
        await store.close()


def back_up(settings: Settings, out: Path) -> dict[str, int]:
    """Write everything to one file; how many tables, rows and recordings."""
    partial = out.with_name(f"{out.name}.part")
    try:
        with _database(settings) as url, TemporaryDirectory(prefix="sounding-backup-") as folder:
            kept = dump(url, Path(folder))
            files = _write(partial, kept, Path(folder), settings.data_dir / RECORDINGS)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    rows = sum(count for _, count in kept.tables.values())
    return {"tables": len(kept.tables), "rows": rows, "recordings": files}


def bring_back(settings: Settings, file: Path) -> dict[str, int]:
    """Bring a backup into an empty store; how many tables, rows and recordings."""
    target = settings.data_dir / RECORDINGS
    if target.is_dir() and any(target.iterdir()):
        raise AdminFailed(f"{target} holds recordings already: restore into an empty folder")
    with TemporaryDirectory(prefix="sounding-restore-") as folder:
        kept = _unpacked(file, Path(folder))
        with _database(settings) as url:
            restore(url, kept, lambda name: Path(folder) / "tables" / f"{name}.copy")
        files = _placed(Path(folder) / RECORDINGS, target)
    rows = sum(count for _, count in kept.tables.values())
    return {"tables": len(kept.tables), "rows": rows, "recordings": files}


def _write(path: Path, kept: Dump, folder: Path, recordings: Path) -> int:
    tables = {n: {"columns": columns, "rows": rows} for n, (columns, rows) in kept.tables.items()}
    manifest = {
        "format": FORMAT,
        "version": version("sounding"),
        "made_at": datetime.now(UTC).isoformat(),
        "revision": kept.revision,
        "tables": tables,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))
    files = sorted(p for p in recordings.glob("*/*") if p.is_file()) if recordings.is_dir() else []
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    count = 0
    with os.fdopen(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz") as tar:
        tar.add(folder / MANIFEST, MANIFEST)
        for name in kept.tables:
            tar.add(folder / f"{name}.copy", f"tables/{name}.copy")
        for file in files:
            inside = f"{RECORDINGS}/{file.parent.name}/{file.name}"
            if _RECORDING.fullmatch(inside):
                tar.add(file, inside)
                count += 1
    return count


def _unpacked(file: Path, folder: Path) -> Dump:
    """Take out what a backup holds and nothing else: no link, and no way out of the folder."""
    try:
        with tarfile.open(file) as tar:
            for member in tar:
                fits = member.name == MANIFEST or any(
                    shape.fullmatch(member.name) for shape in (_RECORDING, _TABLE)
                )
                if not member.isreg() or not fits:
                    raise WrongBackup("this file is no backup of Sounding")
                tar.extract(member, folder, filter="data")
        return _read(json.loads((folder / MANIFEST).read_text()), folder)
    except (tarfile.TarError, OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise WrongBackup("this file is no whole backup of Sounding") from error


def _read(manifest: dict[str, Any], folder: Path) -> Dump:
    if manifest["format"] != FORMAT:
        raise WrongBackup(f"expected a backup of format {FORMAT}, found {manifest['format']}")
    tables = {
        str(name): (tuple(map(str, told["columns"])), int(told["rows"]))
        for name, told in manifest["tables"].items()
    }
    if missing := [n for n in tables if not (folder / "tables" / f"{n}.copy").is_file()]:
        raise WrongBackup(f"the table {missing[0]} is missing in this file")
    return Dump(str(manifest["revision"]), tables)


def _placed(source: Path, target: Path) -> int:
    count = 0
    for file in sorted(source.glob("*/*")) if source.is_dir() else []:
        folder = target / file.parent.name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(folder / file.name, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
            out.write(file.read_bytes())
        count += 1
    return count


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
        return
    server = EmbeddedServer(settings.data_dir / "postgres")
    url = server.start()
    try:
        yield url
    finally:
        server.stop()
