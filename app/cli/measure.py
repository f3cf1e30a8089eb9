"""`sounding measure`: read files of voices or faces into a table, one line a file or a second.

Nothing is stored anywhere else. Progress and errors go to stderr.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

measure_app = typer.Typer(
    help="Measure files of voices or faces into a CSV table.", no_args_is_help=True
)


@measure_app.callback()
def measures() -> None:
    """Measure; what can't be measured stays empty, with the reason in its line."""


@measure_app.command()
def voice(
    sounds: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of wav or flac, any rate.")],
    out: Annotated[Path, typer.Option(help="Where the table is written, as CSV.")],
    baseline: Annotated[
        Path | None, typer.Option(help="Other speech of the same one speaker, file or folder.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="A model of `sounding train voice`; else an index.")
    ] = None,
    words: Annotated[
        bool, typer.Option("--words/--no-words", help="Recognise words, for the pace.")
    ] = True,
) -> None:
    """Measure voices: pitch, loudness, pauses, pace, and experimental stress against a baseline."""
    from app.cli.voice_files import BadVoiceFiles, VoiceFiles, find_sounds, write_table
    from app.cli.voice_parts import open_model, voice_measures
    from app.ports.errors import PortError

    if out.is_dir() or not out.absolute().parent.is_dir():
        stop(f"--out: expected a file in a folder that exists, found {out}", 2)
    try:
        paths = find_sounds(sounds, "DIR")
        others = find_sounds(baseline, "--baseline") if baseline else ()
        stress = open_model(model) if model else None
    except (BadVoiceFiles, PortError) as error:
        stop(str(error), 2)
    root = sounds if sounds.is_dir() else sounds.parent
    try:
        plain, full = voice_measures(words=words)
        files = VoiceFiles(paths, root, others, plain, full, stress)
        failed = write_table(files, out, note)
    except BadVoiceFiles as error:
        stop(str(error), 2)
    except (PortError, OSError) as error:
        stop(str(error), 1)
    note(f"{out}: {len(paths)} files, {failed} of them could not be read")


@measure_app.command()
def face(
    pictures: Annotated[
        Path, typer.Argument(metavar="DIR_OR_VIDEO", help="Folder of pictures, or one file.")
    ],
    out: Annotated[Path, typer.Option(help="Where the table is written, as CSV.")],
    cropped: Annotated[
        bool, typer.Option("--cropped", help="Each picture is one face already, from 48 x 48.")
    ] = False,
    model: Annotated[
        Path | None, typer.Option(help="A model of `sounding train face`; else the shipped one.")
    ] = None,
) -> None:
    """Measure expressions: the largest face of each picture, or of each second of a video."""
    from app.cli.measure_face import measure_faces

    measure_faces(pictures, out, cropped=cropped, model=model)


@measure_app.command()
def fusion(
    data: Annotated[
        Path, typer.Argument(metavar="DIR_OR_CSV", help="Folder with face.csv and voice.csv.")
    ],
    out: Annotated[Path, typer.Option(help="Where the table is written, as CSV.")],
    model: Annotated[
        Path | None, typer.Option(help="A blend of `sounding train fusion`; else the unfitted one.")
    ] = None,
) -> None:
    """Blend what `measure face` and `measure voice` wrote of the same clips; experimental."""
    from app.cli.measure_fusion import blend_files

    blend_files(data, out, model)


def note(text: str) -> None:
    """Tell how far it is, on stderr."""
    typer.echo(text, err=True)


def stop(text: str, code: int) -> NoReturn:
    """End the command: 2 for bad input, 1 when it failed."""
    typer.echo(f"sounding: {text}", err=True)
    raise typer.Exit(code) from None
