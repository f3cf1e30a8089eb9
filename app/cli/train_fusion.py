"""`sounding train fusion`: the blend of face and voice from labelled clips, with its card."""

from __future__ import annotations

from pathlib import Path

CARD = """# A blend of face and voice

Written by `sounding train fusion`. Experimental, and for people who practise alone.

- **Fitted on** {clips} clips of {speakers} speakers in `{data}`, {clips_with_both} of them with
  face and voice. Its licence is that of the data.
- **What it is**: a logistic map from the log shares of low, medium and high that each modality
  gives; one map for each set of modalities, so a missing one is no guess.
- **Limits**: it is as good as its parts, and acted clips are no interviews.

| read by | recall averaged over the levels, speakers left out (chance .333) |
| --- | --- |
| face alone | {face:.3f} |
| voice alone | {voice:.3f} |
| both, unfitted | {unfitted:.3f} |
| both, fitted | {fitted:.3f} |

Rows are what was true, columns what was read (low, medium, high): {confusion}
"""


def fit_blend(data: Path, out: Path) -> None:
    """Fit, write the blend and its card, and tell the figures."""
    from app.adapters.files.fusion_file import BadFusionFile, load_labelled, save_fusion
    from app.cli.train import note, stop

    try:
        from app.training.fusion import fit_fusion, score_fusion
    except ModuleNotFoundError as error:
        stop(f"{error}; install the extra: pip install 'sounding[train]'", 1)
    try:
        clips = load_labelled(data)
        figures = score_fusion(clips)
        save_fusion(fit_fusion(clips), {"data": data.name, **figures}, out)
    except BadFusionFile as error:
        stop(str(error), 2)
    uar = figures["uar"]
    card = CARD.format(data=data.name, **figures, **uar)
    out.with_suffix(".md").write_text(card, encoding="utf-8")
    note(", ".join(f"{name} {value:.3f}" for name, value in uar.items()))
    note(f"{out}: card beside it")
