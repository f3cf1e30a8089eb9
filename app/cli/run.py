"""Start the server or the worker, with every foreseeable failure told in words."""

from __future__ import annotations

import signal
from collections.abc import Callable

import typer

from app.adapters.files.errors import ModelFileError
from app.cli.configured import read_settings
from app.domain.errors import BadContent
from app.main import PortTaken, serve
from app.ports.errors import PortError
from app.settings import Settings
from app.wiring import missing_models
from app.worker import run


def serve_here(host: str | None, port: int | None) -> None:
    """Serve with the settings of the environment."""
    _told(lambda settings: serve(settings, host, port))


def work_here() -> None:
    """Work with the settings of the environment."""
    _told(run)


def _told(start: Callable[[Settings], None]) -> None:
    settings = read_settings()
    # The web server passes the signal on once it has stopped; by default it would end the process
    # before the embedded Postgres is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if missing := missing_models(settings):
        _end(f"model files are missing ({', '.join(missing)}): run `sounding models fetch`", 1)
    try:
        start(settings)
    except BadContent as error:
        _end(str(error), 2)
    except (PortTaken, ModelFileError, PortError) as error:
        _end(str(error), 1)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _end(text: str, code: int) -> None:
    typer.echo(f"sounding: {text}", err=True)
    raise typer.Exit(code)
