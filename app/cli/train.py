"""`sounding train`: fit what Sounding ships from labelled data.

Needs the extra `train`. Progress goes to stderr; the result is a file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from app.adapters.llm.vector_cache import CachedEmbedder, RowFile

train_app = typer.Typer(help="Fit models from labelled data.", no_args_is_help=True)
_MISHEARD = 500


@train_app.callback()
def fits() -> None:
    """Fit models; the data is named, never fetched."""


@train_app.command()
def scorer(
    data: Annotated[
        Path, typer.Option(envvar="SOUNDING_DATA", help="Folder of labelled data (SOUNDING_DATA).")
    ],
    out: Annotated[Path, typer.Option(help="Where the fitted scorer is written, as JSON.")],
    seed: Annotated[int, typer.Option(help="Seed of the fit.")] = 0,
) -> None:
    """Fit the offline scorer on SAF and SemEval-2013 task 7, whose licences let the file ship."""
    from app.adapters.files.graded_answers import BadGradedAnswers, load_graded
    from app.adapters.files.scorer_file import save_scorer
    from app.assessment.scorer.corpus import corpus_of
    from app.ports.errors import PortError

    try:
        from app.bench.speech_noise import noisy
        from app.training.scorer import fit_scorer
        from app.training.scorer_about import FITTED_ON, about_fit
        from app.training.steady import Misheard
    except ModuleNotFoundError as error:
        stop(f"{error}; install the extra: pip install 'sounding[train]'", 1)
    try:
        graded = [each for source in FITTED_ON for each in load_graded(data, source).graded]
        store = row_file()
        embedder = cached_embedder(store)
        corpus = corpus_of(graded, graded, embedder.embed, embedder.embed_pieces, note, store)
    except BadGradedAnswers as error:
        stop(str(error), 2)
    except PortError as error:
        stop(str(error), 1)
    note(f"fitting on {len(graded)} answers")
    import numpy as np

    some = np.sort(np.random.default_rng(seed).permutation(len(graded))[:_MISHEARD])
    note(f"mishearing {len(some)} of them")
    heard = noisy([graded[n] for n in some], seed)
    misheard = corpus_of(heard, graded, embedder.embed, embedder.embed_pieces, note, store)
    model = fit_scorer(
        corpus,
        np.arange(len(graded)),
        seed,
        about=about_fit(graded, seed),
        misheard=Misheard(some, misheard.rows),
    )
    digest = save_scorer(model, out)
    note(f"{out}: {out.stat().st_size} bytes, digest {digest}")


@train_app.command()
def state(
    data: Annotated[
        Path, typer.Option(envvar="SOUNDING_DATA", help="Folder of labelled data (SOUNDING_DATA).")
    ],
    out: Annotated[Path, typer.Option(help="Where the fitted probe is written, as JSON.")],
    limit: Annotated[
        list[str] | None,
        typer.Option(help="At most so many answers of a data set, as saf=300; repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw and of the folds.")] = 0,
) -> None:
    """Fit the probe on the local model's hidden state: half a second an answer, kept for later."""
    from app.adapters.files.graded_answers import BadGradedAnswers
    from app.cli.train_state import BadLimit, limits, train_state
    from app.ports.errors import PortError

    try:
        note(train_state(data, out, limits(limit or []), seed, note))
    except (BadGradedAnswers, BadLimit) as error:
        stop(str(error), 2)
    except (PortError, OSError) as error:
        stop(str(error), 1)


@train_app.command()
def face(
    data: Annotated[
        Path, typer.Option(help="Labelled faces: .npz, .csv (FER-2013), or folders of pictures.")
    ],
    out: Annotated[Path, typer.Option(help="Where the model is written, as ONNX.")],
    passes: Annotated[int, typer.Option(min=1, help="Most passes over the faces.")] = 30,
    views: Annotated[int, typer.Option(min=2, help="Views of each face, 2.3 KB each on disk.")] = 8,
    width: Annotated[int, typer.Option(min=2, help="Channels of the first layer.")] = 24,
    seed: Annotated[int, typer.Option(help="Seed of the fit.")] = 0,
    cache: Annotated[
        Path | None, typer.Option(help="Where views are kept (beside the model cache).")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Forget views and unfinished run.")
    ] = False,
    only_preprocess: Annotated[
        bool, typer.Option("--only-preprocess", help="Make the views and stop.")
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Fit by numpy even where PyTorch is installed.")
    ] = False,
) -> None:
    """Fit an expression model beside the shipped one; goes on after a stop."""
    from app.cli.train_face import fit_face

    fit_face(
        data, out, passes, views, width, seed, cache,
        force=force, only_preprocess=only_preprocess, plain=plain,
    )  # fmt: skip


@train_app.command()
def voice(
    data: Annotated[
        Path, typer.Option(help="Labelled clips: RAVDESS names in a folder, or a CSV of them.")
    ],
    out: Annotated[Path, typer.Option(help="Where the model is written, as ONNX.")],
    copies: Annotated[
        int, typer.Option(min=0, help="Changed copies of each clip: other gain and noise.")
    ] = 1,
    seed: Annotated[int, typer.Option(help="Seed of folds and fit.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Make kept rows anew.")] = False,
    only_preprocess: Annotated[
        bool, typer.Option("--only-preprocess", help="Make the rows of features and stop.")
    ] = False,
) -> None:
    """Fit a reader of stress in a voice, with its scores on speakers left out and its card."""
    try:
        from app.cli.train_voice import VoiceTraining, train_voice
        from app.training.voice_data import BadVoiceData
    except ModuleNotFoundError as error:
        stop(f"{error}; install the extra: pip install 'sounding[train]'", 1)
    if out.is_dir() or not out.absolute().parent.is_dir():
        stop(f"--out: expected a file in a folder that exists, found {out}", 2)
    try:
        train_voice(VoiceTraining(data, out, seed, copies, force, only_preprocess), note)
    except BadVoiceData as error:
        stop(str(error), 2)
    except OSError as error:
        stop(str(error), 1)


@train_app.command()
def fusion(
    data: Annotated[
        Path,
        typer.Option(help="CSV of labelled shares, or a folder with face.csv and voice.csv."),
    ],
    out: Annotated[Path, typer.Option(help="Where the blend is written, as JSON.")],
) -> None:
    """Fit the blend of face and voice on what `sounding measure` said of labelled clips."""
    from app.cli.train_fusion import fit_blend

    fit_blend(data, out)


def row_file() -> RowFile:
    """Where vectors and signs are kept between runs: beside the model cache."""
    from app.adapters.files.models import cache_folder
    from app.adapters.llm.vector_cache import RowFile

    return RowFile(cache_folder().parent / "bench" / "rows.sqlite")


def cached_embedder(store: RowFile) -> CachedEmbedder:
    """The embedder of the model cache, whose vectors are kept between runs."""
    from app.adapters.files.models import ModelStore
    from app.adapters.llm.embedder import MiniLmEmbedder
    from app.adapters.llm.vector_cache import CachedEmbedder

    models = ModelStore()
    model, tokenizer = models.path("minilm", "model.onnx"), models.path("minilm", "tokenizer.json")
    name = "/".join(file.sha256 for file in models.manifest.models["minilm"].files)
    return CachedEmbedder(MiniLmEmbedder(model, tokenizer), store, name)


def note(text: str) -> None:
    """Tell how far it is, on stderr."""
    typer.echo(text, err=True)


def stop(text: str, code: int) -> NoReturn:
    """End the command: 2 for bad input, 1 when it failed."""
    typer.echo(f"sounding: {text}", err=True)
    raise typer.Exit(code) from None
