"""Endpointing: pauses put into real speech, and true ends.

Who ends the turn while the speaker only paused, and how long does the speaker wait at a true end?
Sounding's live loop runs whole on a leaping clock. Two rules are compared with it on the same
sound, the same voice activity and the same turn detector: Pipecat's default, and a flat 3.2 s.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from app.adapters.files.errors import ModelFileError
from app.adapters.files.models import ModelStore
from app.adapters.speech.silero import SileroModel
from app.adapters.speech.smart_turn import SmartTurn
from app.adapters.speech.whisper import WhisperSpeech
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.leaping import run_leaping
from app.bench.machine import machine
from app.bench.spread import spread
from app.bench.turns.figures import EndTried, PauseTried, Tried, by_speaker, summary
from app.bench.turns.remembering import JUDGE_SECONDS, RECOGNISE_SECONDS, RememberingEngines
from app.bench.turns.speech_files import Skipped, SpeechFile, read_speech, speaker_of
from app.bench.turns.trials import AFTER_SECONDS, NothingToTry, try_file
from app.ports.errors import PortError

VERSION = 1
THREADS = 2
INSIDE_PER_FILE = 3
TUNED_ON = frozenset({"1688", "2414", "3080", "533"})
"""Speakers of LibriSpeech test-other on whom the bends of the wait were chosen: not reported."""
INSIDE_SPONTANEOUS = 8  # these recordings are few and long, and the only ones with hesitation
WORDLESS = "no .txt with its words beside it"
KINDS = (
    "a boundary is between sentences after a word that ends in . ? or ! (in the given words where "
    "those have such marks, else in the recogniser's reading of the uncut file), else inside"
)

Tell = Callable[[str], None]


@dataclass
class Corpus:
    """Speech files of one kind, and what came of them."""

    files: tuple[SpeechFile, ...]
    skipped: list[Skipped]
    inside_most: int = INSIDE_PER_FILE
    pauses: list[PauseTried] = field(default_factory=list)
    ends: list[EndTried] = field(default_factory=list)


def bench_endpointing(
    *,
    audio: Path | None,
    data: Path | None,
    seed: int = 0,
    limit: int | None = None,
    engines: RememberingEngines | None = None,
) -> dict[str, Any]:
    """Cuts inside and between sentences, and waits at true ends, of three policies.

    Args:
        audio: Speech files with their words; None for the read and spontaneous speech in `data`.
        data: The labelled data.
        seed: Which boundaries are tried.
        limit: Try at most this many files of each kind.
        engines: The models, instead of the ones in the cache.

    Raises:
        BenchRefused: no speech can be measured there, or a model is missing.
        BenchFailed: a model failed, or the live loop suspended itself.
    """
    began = time.perf_counter()
    corpora = _corpora(audio, data)
    for corpus in corpora.values():
        corpus.files = corpus.files[:limit]
    engines = engines or _engines()
    try:
        run_leaping(lambda _: _try_all(list(corpora.values()), engines, seed, _tell))
    except PortError as error:
        raise BenchFailed(str(error)) from error
    read = corpora["read"]
    if not read.ends:
        raise BenchRefused(f"none of the {len(read.files)} files could be tried")
    document = _head(read, engines, seed) | _tables(read, seed)
    if "tuned" in corpora:
        tuned = corpora["tuned"]
        pauses, ends = [*read.pauses, *tuned.pauses], [*read.ends, *tuned.ends]
        document["all_speakers"] = {"policies": summary(pauses, ends, seed=seed)}
        document["tuned_speakers"] = _tables(tuned, seed)
    if "spontaneous" in corpora:
        document["spontaneous"] = _tables(corpora["spontaneous"], seed)
    return document | {"seconds": round(time.perf_counter() - began, 1)}


async def _try_all(
    corpora: list[Corpus], engines: RememberingEngines, seed: int, tell: Tell
) -> None:
    for corpus in corpora:
        for number, file in enumerate(corpus.files, start=1):
            tell(f"{number}/{len(corpus.files)} {file.name}")
            try:
                tried = await try_file(file, engines, inside_most=corpus.inside_most, seed=seed)
            except NothingToTry as why:
                corpus.skipped.append(Skipped(file.name, str(why)))
                continue
            corpus.pauses += tried.pauses
            corpus.ends.append(tried.end)
            if tried.why:
                corpus.skipped.append(Skipped(file.name, f"only its end is tried: {tried.why}"))


def _corpora(audio: Path | None, data: Path | None) -> dict[str, Corpus]:
    if audio is not None:
        return _read_corpora(audio)
    if data is None:
        raise BenchRefused("name a folder of speech with --audio, or the labelled data with --data")
    found = _read_corpora(data / "speech" / "librispeech")
    spontaneous = data / "speech" / "spontaneous" / "wav"
    if spontaneous.is_dir():
        files = _read_corpora(spontaneous)["read"]
        with_words = [one for one in files.skipped if one.why != WORDLESS]
        found["spontaneous"] = replace(files, skipped=with_words, inside_most=INSIDE_SPONTANEOUS)
    return found


def _read_corpora(folder: Path) -> dict[str, Corpus]:
    """The speakers who are new to the waits, and apart from them those who chose them."""
    files, skipped = read_speech(folder)
    others = tuple(file for file in files if file.speaker not in TUNED_ON)
    tuned = tuple(file for file in files if file.speaker in TUNED_ON)
    if not others:
        raise BenchRefused(
            f"the waits were chosen on all speakers in {folder}; expected others than "
            + ", ".join(sorted(TUNED_ON))
        )
    by_others = [one for one in skipped if speaker_of(Path(one.file)) not in TUNED_ON]
    by_tuned = [one for one in skipped if one not in by_others]
    corpora = {"read": Corpus(others, by_others)}
    return corpora | ({"tuned": Corpus(tuned, by_tuned)} if tuned else {})


def _engines() -> RememberingEngines:
    models = ModelStore()
    try:
        return RememberingEngines(
            speech_to_text=WhisperSpeech(models.model_folder("whisper-base"), THREADS),
            turn_detector=SmartTurn(models.path("smart-turn", "smart-turn-v3.2-cpu.onnx"), THREADS),
            new_activity=SileroModel(models.path("silero-vad", "silero_vad.onnx")).stream,
        )
    except ModelFileError as error:
        raise BenchRefused(str(error)) from error


def _head(read: Corpus, engines: RememberingEngines, seed: int) -> dict[str, Any]:
    return {
        "bench": "endpointing",
        "version": VERSION,
        "seed": seed,
        "machine": machine(),
        "how": {
            "kinds": KINDS,
            "pause_s": "silence in all, the natural gap included; the file's own noise floor",
            "after_end_s": AFTER_SECONDS,
            "judge_delay_s": JUDGE_SECONDS,
            "recognise_delay_s": RECOGNISE_SECONDS,
        },
        "measured_s": {
            "judge": spread(engines.judge_took),
            "recognise": spread(engines.recognise_took),
        },
        "speakers": sorted({one.speaker for one in read.ends}),
        "tuned_on": sorted(TUNED_ON),
    }


def _tables(corpus: Corpus, seed: int) -> dict[str, Any]:
    tried: tuple[Tried, ...] = (*corpus.pauses, *corpus.ends)
    return {
        "policies": summary(corpus.pauses, corpus.ends, seed=seed),
        "by_speaker": by_speaker(corpus.pauses, corpus.ends),
        "cases": [_case(one) for one in tried],
        "skipped": [asdict(one) for one in corpus.skipped],
    }


def _case(one: Tried) -> dict[str, Any]:
    """One trial for diagnosis; it holds no words."""
    case = {
        "file": one.file,
        "speaker": one.speaker,
        "kind": one.kind if isinstance(one, PauseTried) else "end",
        "p": _rounded(one.probability),
        "p_later": _rounded(one.later),
        "wait_s": _rounded(one.wait_s),
        "hook": one.hook,
    }
    if isinstance(one, EndTried):
        return case | {"waits_s": one.waits}
    return case | {
        "at_s": one.at_s,
        "pause_s": one.seconds,
        "natural_s": one.natural_s,
        "heard_silence_s": one.silence_s,
        "cut": sorted(one.cut),
        "wrong": sorted(one.wrong),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
