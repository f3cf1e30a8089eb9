"""What is dropped on the desk: files, zips and git bundles, and what is refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from app.domain.errors import BadContent
from app.usecases.unpack_code import MOST_FILE, MOST_UNPACKED, unpack

pytestmark = pytest.mark.unit


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return made.getvalue()


def test_a_source_file_comes_as_it_is():
    (file,) = unpack("sum.py", b"def f():\n    return 1\n").files
    assert (file.name, file.language, file.code) == ("sum.py", "python", "def f():\n    return 1\n")


def test_a_zip_gives_its_source_files_and_tells_how_many_it_left_out():
    body = zipped(**{"src/a.py": b"a = 1\n", "src/App.java": b"class App {}", "logo.png": b"\x89"})
    found = unpack("code.zip", body)
    assert [(f.name, f.language) for f in found.files] == [
        ("src/a.py", "python"),
        ("src/App.java", "java"),
    ]
    assert found.left_out == 1


@pytest.mark.parametrize("name", ["../evil.py", "/etc/evil.py", "a/../../evil.py", "C:\\evil.py"])
def test_names_that_lead_out_of_an_archive_are_refused(name: str):
    with pytest.raises(BadContent, match="inside the archive"):
        unpack("code.zip", zipped(**{name: b"x = 1"}))


def test_a_bomb_is_refused_before_it_is_unpacked_whole():
    with pytest.raises(BadContent, match="unpacks to more"):
        unpack("bomb.zip", zipped(**{"a.py": b"0" * 50_000_000}))


def test_many_small_files_are_refused_together():
    many = {f"f{n}.py": b"#" * (MOST_FILE - 10) for n in range(MOST_UNPACKED // MOST_FILE + 5)}
    with pytest.raises(BadContent, match="in all"):
        unpack("many.zip", zipped(**many))


def test_a_link_in_a_zip_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        link = zipfile.ZipInfo("a.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(BadContent, match="link"):
        unpack("link.zip", made.getvalue())


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("notes.txt", b"hello", "found none"),
        ("a.py", b"\xff\xfe\x00", "UTF-8"),
        ("a.py", b"x = '\x00'", "no text"),
        ("a.py", b"#" * (MOST_FILE + 1), "at most"),
        ("a.zip", b"PK\x03\x04broken", "broken"),
        ("a.bundle", b"# v2 git bundle\nnothing", "broken"),
    ],
)
def test_what_holds_no_readable_source_is_refused_with_a_reason(name: str, body: bytes, said: str):
    with pytest.raises(BadContent, match=said):
        unpack(name, body)


def packed(*objects: tuple[int, bytes]) -> bytes:
    body = b"PACK" + struct.pack("!II", 2, len(objects))
    for kind, content in objects:
        size, head = len(content) >> 4, [kind << 4 | len(content) & 15]
        while size:
            head[-1] |= 0x80
            head.append(size & 0x7F)
            size >>= 7
        body += bytes(head) + zlib.compress(content)
    return body


def test_a_bundle_that_grows_without_end_is_refused():
    bundle = b"# v2 git bundle\n" + b"a" * 40 + b" HEAD\n\n" + packed((3, b"0" * 5_000_000))
    with pytest.raises(BadContent, match="too much"):
        unpack("a.bundle", bundle)


def test_a_bundle_that_builds_on_other_commits_is_refused():
    bundle = b"# v2 git bundle\n-" + b"a" * 40 + b" base\n" + b"b" * 40 + b" HEAD\n\nPACK"
    with pytest.raises(BadContent, match="whole"):
        unpack("a.bundle", bundle)
