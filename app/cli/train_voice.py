"""`sounding train voice`: rows, scores on people left out, the model, and its card."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app.adapters.files.models import cache_folder
from app.adapters.llm.vector_cache import RowFile
from app.adapters.voice.praat import PraatVoice
from app.bench.voice import VoiceTools
from app.cli.voice_parts import recogniser, voice_measures
from app.training.voice import VoiceModel, fit_voice
from app.training.voice_data import Clips, LabelledClip, find_clips, load_clips
from app.training.voice_file import save_voice
from app.training.voice_scores import WayScore, score_voice

Note = Callable[[str], None]

COPIES = 1

CARD = """# A reader of stress in a voice

Written by `sounding train voice` of Sounding {version}, {made}, seed {seed}. Experimental.

- **Fitted on** {clips} clips ({minutes:.0f} minutes) by {speakers} speakers in `{data}`{copies}.
  Its licence is that of the data: RAVDESS is CC BY-NC-SA 4.0, so a model fitted on it must not be
  sold or shipped with a product, only used for research and evaluation.
- **Levels**: low = neutral, calm, happy; medium = surprise, disgust; high = angry, fear, sad.
- **What it is**: three support vector machines on {features} figures of each clip, one without
  baseline, one against a few neutral clips, one against the speaker's own unlabelled clips.
- **Limits**: acted emotions of two sentences. On other people and in other rooms it can be little
  better than chance: an earlier measurement found .34 to .45 from RAVDESS to another corpus.

Recall averaged over the levels, {folds} folds with whole speakers left out (chance .333):

| baseline | recall | by fold | right | mean share of what it says |
| --- | --- | --- | --- | --- |
{rows}

Rows are what was true, columns what was said (low, medium, high):

{confusions}
"""


@dataclass(frozen=True)
class VoiceTraining:
    """What `sounding train voice` was told."""

    data: Path
    out: Path
    seed: int
    copies: int
    force: bool
    only_preprocess: bool


def voice_rows() -> RowFile:
    """Where rows of features are kept between runs: beside the model cache."""
    return RowFile(cache_folder().parent / "bench" / "voice.sqlite")


def ravdess_in(data: Path) -> Path:
    """The folder of clips: this one, or the one below a folder of labelled data."""
    below = data / "affect" / "ravdess16"
    return below if below.is_dir() else data


def clips_of(
    found: tuple[LabelledClip, ...], *, copies: int, note: Note, force: bool = False
) -> Clips:
    """The rows of these clips, made now or kept from before."""
    voice, store = PraatVoice(), voice_rows()
    return load_clips(found, voice=voice, store=store, copies=copies, note=note, force=force)


def voice_tools() -> VoiceTools:
    """What the bench of voices needs from here."""
    plain, _ = voice_measures(words=False)
    return VoiceTools(
        load=lambda folder: clips_of(find_clips(folder), copies=COPIES, note=_note),
        score=lambda clips, seed: score_voice(clips, seed=seed, note=_note),
        measure=plain,
        recogniser=recogniser(),
    )


def train_voice(wanted: VoiceTraining, note: Note) -> None:
    """Do it; raises BadVoiceData and OSError."""
    found = find_clips(ravdess_in(wanted.data))
    note(f"{len(found)} clips by {len({clip.speaker for clip in found})} speakers")
    clips = clips_of(found, copies=wanted.copies, note=note, force=wanted.force)
    if wanted.only_preprocess:
        note(f"{len(clips.level)} rows are ready")
        return
    scores = score_voice(clips, seed=wanted.seed, note=note)
    for way, score in scores.items():
        note(f"{way}: recall {score.uar:.3f}")
    model = fit_voice(clips, wanted.seed, note)
    about = _about(wanted, clips, scores)
    save_voice(model, about, wanted.out)
    wanted.out.with_suffix(".json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    wanted.out.with_suffix(".md").write_text(_card(about, model), encoding="utf-8")
    note(f"{wanted.out}: {wanted.out.stat().st_size} bytes, with its card beside it")


def _about(wanted: VoiceTraining, clips: Clips, scores: dict[str, WayScore]) -> dict[str, Any]:
    own = clips.copy == 0
    return {
        "about": f"{int(own.sum())} clips of {wanted.data.name}, seed {wanted.seed}",
        "version": version("sounding"),
        "made": datetime.now(tz=UTC).strftime("%Y-%m-%d"),
        "seed": wanted.seed,
        "data": ravdess_in(wanted.data).name,
        "clips": int(own.sum()),
        "copies": wanted.copies,
        "minutes": clips.seconds / 60,
        "speakers": len(set(clips.speaker.tolist())),
        "scores": {way: asdict(score) for way, score in scores.items()},
    }


def _card(about: dict[str, Any], model: VoiceModel) -> str:
    scores: dict[str, dict[str, Any]] = about["scores"]
    rows = "\n".join(
        f"| {way.replace('_', ' ')} | {score['uar']:.3f} | "
        f"{' '.join(f'{value:.2f}' for value in score['by_fold'])} | {score['right']:.2f} | "
        f"{score['sureness']:.2f} |"
        for way, score in scores.items()
    )
    confusions = "\n".join(
        f"- {way.replace('_', ' ')}: {'; '.join(' '.join(map(str, row)) for row in s['confusion'])}"
        for way, s in scores.items()
    )
    copies = f", each also in {about['copies']} changed copies" if about["copies"] else ""
    plain = {key: about[key] for key in ("version", "made", "seed", "clips", "minutes", "speakers")}
    folds = len(next(iter(scores.values()))["by_fold"])
    return CARD.format(
        **plain,
        data=about["data"],
        copies=copies,
        features=len(model.usual),
        folds=folds,
        rows=rows,
        confusions=confusions,
    )


def _note(text: str) -> None:
    sys.stderr.write(f"{text}\n")
