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
        from app.training.scorer import FITTED_ON, about_fit, fit_scorer
    except ModuleNotFoundError as error:
        _stop(f"{error}; install the extra: pip install 'sounding[train]'", 1)
    try:
        graded = [each for source in FITTED_ON for each in load_graded(data, source).graded]
        store = row_file()
        corpus = corpus_of(graded, graded, cached_embedder(store).embed, note, store)
    except BadGradedAnswers as error:
        _stop(str(error), 2)
    except PortError as error:
        _stop(str(error), 1)
    note(f"fitting on {len(graded)} answers")
    import numpy as np

    model = fit_scorer(corpus, np.arange(len(graded)), seed, about=about_fit(graded, seed))
    digest = save_scorer(model, out)
    note(f"{out}: {out.stat().st_size} bytes, digest {digest}")


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


def _stop(text: str, code: int) -> NoReturn:
    typer.echo(f"sounding: {text}", err=True)
    raise typer.Exit(code) from None
