"""`sounding doctor`: what works here, what does not, and the next step for each."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from app.settings import Settings

LEAST_FREE_GB = 3.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - looked up, not bound to


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; an optional one that fails takes nothing away."""

    what: str
    ok: bool
    detail: str
    next_step: str = ""
    optional: bool = False


def check_all(settings: Settings) -> list[Finding]:
    """Look at everything that an interview needs."""
    return [
        _python(),
        *_models(settings),
        _disk(settings),
        _store(settings),
        _port(settings),
        *_language_models(settings),
        _sandbox(),
        *_test_tools(),
        _microphone(settings),
    ]


def _python() -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    ok = (3, 11) <= sys.version_info[:2] <= (3, 12)
    return Finding("Python", ok, found, "" if ok else "install Python 3.11 or 3.12")


def _models(settings: Settings) -> Iterator[Finding]:
    from app.adapters.files.manifest import needed
    from app.adapters.files.models import ModelStore

    store = ModelStore(settings.models)
    roles = (settings.interviewer_model, settings.grader_model, settings.coach_model)
    missing = set(store.missing(needed(roles)))
    for name in sorted(needed(roles)):
        step = f"run `sounding models fetch {name}`" if name in missing else ""
        detail = "missing" if name in missing else f"in {store.folder}"
        yield Finding(f"model {name}", name not in missing, detail, step)


def _disk(settings: Settings) -> Finding:
    place = settings.data_dir
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    ok = free >= LEAST_FREE_GB
    step = "" if ok else "free some space, or set SOUNDING_DATA_DIR to another disk"
    return Finding("disk", ok, f"{free:.1f} GB free at {place}", step)


def _store(settings: Settings) -> Finding:
    from app.ports.errors import PortError

    if settings.database_url:
        import sqlalchemy

        try:
            engine = sqlalchemy.create_engine(settings.database_url)
            with engine.connect() as connection:
                found = connection.execute(sqlalchemy.text("SHOW server_version")).scalar_one()
            return Finding("store", True, f"Postgres {found} at SOUNDING_DATABASE_URL")
        except sqlalchemy.exc.SQLAlchemyError as error:
            step = "check SOUNDING_DATABASE_URL, or unset it for the embedded store"
            return Finding("store", False, type(error).__name__, step)
    from app.adapters.store.server import EmbeddedServer

    server = EmbeddedServer(settings.data_dir / "postgres")
    try:
        server.start()
        server.stop()
    except (PortError, OSError) as error:
        return Finding("store", False, str(error), "set SOUNDING_DATA_DIR to a writable folder")
    return Finding("store", True, f"embedded Postgres in {settings.data_dir}")


def _port(settings: Settings) -> Finding:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if _is_ours(settings.host, settings.port):
                return Finding("port", True, f"{settings.port}: Sounding runs there")
            step = "stop the other program, or set SOUNDING_PORT"
            return Finding("port", False, f"{settings.port}: {error.strerror}", step)
    return Finding("port", True, f"{settings.port} on {settings.host} is free")


def _is_ours(host: str, port: int) -> bool:
    """Whether a server of our own answers there, with or without its store."""
    name = _EVERYWHERE.get(host, host)
    address = f"[{name}]" if ":" in name else name
    try:
        told = httpx.get(f"http://{address}:{port}/healthz", timeout=5, trust_env=False).json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return False
    if not isinstance(told, dict):
        return False
    return told.get("status") == "store unavailable" or ("status" in told and "mode" in told)


def _language_models(settings: Settings) -> Iterator[Finding]:
    roles = {
        "interviewer": settings.interviewer_model,
        "grader": settings.grader_model,
        "coach": settings.coach_model,
    }
    for role, name in roles.items():
        kind = name.partition(":")[0]
        if kind == "local":
            yield Finding(role, True, "local model: basic mode")
        elif kind == "none":
            yield Finding(role, True, "no model: authored questions and offline grading only")
        elif kind == "openai" and not settings.openai_base_url:
            ok = bool(settings.openai_api_key)
            yield Finding(role, ok, name, "" if ok else "set SOUNDING_OPENAI_API_KEY")
        else:
            own = settings.openai_base_url if kind == "openai" else None
            yield _reached(role, name, own or settings.ollama_url)


def _reached(role: str, name: str, url: str) -> Finding:
    try:
        httpx.get(url, timeout=5)
    except httpx.HTTPError as error:
        step = f"start the server at {url}"
        return Finding(role, False, f"{name}: {type(error).__name__}", step)
    return Finding(role, True, f"{name} at {url}")


def _sandbox() -> Finding:
    """Without it code is talked about, not run; nothing is ever run unprotected."""
    from app.adapters.sandbox.interpreters import interpreter_for
    from app.adapters.sandbox.sandbox import ProcessSandbox
    from app.ports.errors import PortError

    sandbox = ProcessSandbox()
    try:
        walls = sandbox.walls()
    except PortError as error:
        step = "allow user namespaces, or use Linux 6.2 or later: see docs/deployment.md"
        return Finding("sandbox", False, str(error), step, optional=True)
    finally:
        sandbox.close()
    runs = ["python"] + [n for n in ("javascript", "java") if interpreter_for(n) is not None]
    return Finding("sandbox", True, f"{walls}; runs {', '.join(runs)}")


def _test_tools() -> Iterator[Finding]:
    for name in ("chromium", "ffmpeg"):
        found = shutil.which(name)
        step = "" if found else f"apt-get install {name} (only for `make test`)"
        yield Finding(name, bool(found), found or "not found", step, optional=True)


def _microphone(settings: Settings) -> Finding:
    local = settings.host in ("127.0.0.1", "localhost", "::1")
    ok = local or (settings.base_url or "").startswith("https://")
    step = "" if ok else "browsers give a microphone only on https or localhost: use a TLS proxy"
    return Finding("microphone", ok, "https or localhost" if ok else "plain http", step)
