"""Files that are broken, huge or hostile: refused with a place, or made harmless and told."""

from __future__ import annotations

import io
import random
import stat
import time
import zipfile

import pytest

from app.adapters.exchange.csv_bank import guarded, unguarded
from app.adapters.exchange.formats import MAX_BYTES, export, format_of, read
from app.adapters.exchange.package import FILE_BYTES
from app.domain.errors import BadContent
from app.domain.exchange import Content, Format
from tests.exchange.by_hand import SPACES, extended, manifest, zipped
from tests.exchange.generated import generated

pytestmark = pytest.mark.unit

LAUGHS = "<!DOCTYPE quiz [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(ord(c) + 1)} '{f'&{c};' * 10}'>" for c in "abcdefgh"
)


@pytest.mark.parametrize(
    "document",
    [
        LAUGHS + "]><quiz>&i;</quiz>",
        "<!DOCTYPE quiz [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><quiz>&x;</quiz>",
        "<!DOCTYPE quiz SYSTEM 'http://127.0.0.1:1/quiz.dtd'><quiz/>",
        "<!DOCTYPE quiz [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/'>%p;]><quiz/>",
    ],
)
@pytest.mark.parametrize("named", [Format.MOODLE, Format.QTI])
def test_a_document_type_is_refused_before_any_entity_grows(document: str, named: Format) -> None:
    began = time.perf_counter()
    with pytest.raises(BadContent, match=r"line 1: expected no document type"):
        read(named, document.encode(), "quiz.xml")
    assert time.perf_counter() - began < 20


def test_an_entity_that_nobody_defined_is_refused() -> None:
    with pytest.raises(BadContent, match=r"line 1, column \d+: .*undefined entity"):
        read(Format.MOODLE, b"<quiz>&nbsp;</quiz>", "quiz.xml")


def test_xml_that_is_too_deep_is_refused() -> None:
    with pytest.raises(BadContent, match="at most 100 levels"):
        read(Format.MOODLE, b"<quiz>" * 100_000, "quiz.xml")


@pytest.mark.parametrize("named", [Format.MOODLE, Format.QTI, Format.YAML])
def test_a_file_that_is_cut_off_is_refused_with_its_line(named: Format) -> None:
    data = export(named, generated(20)).data
    with pytest.raises(BadContent, match=r"line \d+|whole zip"):
        read(named, data[: len(data) * 2 // 3], "bank")


@pytest.mark.parametrize("named", [Format.CSV, Format.GIFT])
def test_what_was_whole_before_the_cut_is_kept(named: Format) -> None:
    content = generated(20)
    data = export(named, content).data
    for share in (0.35, 0.5, 0.66, 0.8):
        imported = read(named, data[: int(len(data) * share)], "bank")
        assert 4 <= len(imported.drafts) <= 17
        whole = {question.id: question.text for question in content.questions}
        for draft in imported.drafts[:-1]:
            assert draft.keys["text"] == whole[draft.id]


def test_a_row_whose_quotes_never_end_is_refused_with_its_line() -> None:
    data = b'text,reference\nWhole?,yes\n"Cut off, and\nstill open'
    imported = read(Format.CSV, data, "bank.csv")
    assert [draft.keys["text"] for draft in imported.drafts] == ["Whole?"]
    assert [refusal.place for refusal in imported.report.refusals] == ["line 3"]


def test_rows_that_do_not_fit_the_header_are_refused_and_the_others_kept() -> None:
    data = b"id,text,probes\nq-1,One?,\n\nq-1,Again?,\nq-2,Two?,a,b,c\n,,x\nq-3,Three?,no pipes\n"
    imported = read(Format.CSV, data, "bank.csv")
    assert [(r.place, r.item) for r in imported.report.refusals] == [
        ("line 4", "q-1"),
        ("line 5", "row"),
        ("line 6", "line 6"),
    ]
    assert [draft.id for draft in imported.drafts] == ["q-1", "q-3"]
    assert [(loss.item, loss.part) for loss in imported.report.losses] == [("q-3", "probes")]


@pytest.mark.parametrize("named", [Format.CSV, Format.GIFT, Format.YAML])
def test_a_binary_file_is_refused(named: Format) -> None:
    with pytest.raises(BadContent, match="found"):
        read(named, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "bank")


@pytest.mark.parametrize("data", [b"", b"   \n", b"\xef\xbb\xbf", b"<quiz", b"{", b"a: [1", b"PK"])
@pytest.mark.parametrize("named", list(Format))
def test_nothing_but_our_own_error_ever_comes_of_a_broken_file(named: Format, data: bytes) -> None:
    try:
        imported = read(named, data, "bank")
    except BadContent:
        return
    assert imported.drafts == ()


@pytest.mark.parametrize("start", list("=+-@\t\r\n＝＋－＠"))
def test_a_cell_never_begins_as_a_formula(start: str) -> None:
    for cell in (f"{start}1", f"'{start}1", f"''{start}1", f"x{start}", "'x", "'"):
        assert guarded(cell)[:1] != start
        assert unguarded(guarded(cell)) == cell


def test_yaml_that_refers_to_itself_or_nests_without_end_is_refused() -> None:
    bomb = "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    with pytest.raises(BadContent, match="line 2: expected a value, found an alias"):
        read(Format.YAML, bomb.encode(), "bank.yaml")
    with pytest.raises(BadContent, match="at most 40 levels"):
        read(Format.YAML, b"a: " + b"[" * 200_000, "bank.yaml")


@pytest.mark.parametrize(
    "item",
    [
        "!!python/object/apply:os.system ['true']",
        "{id: q-1, id: q-2}",
        "[a, b]",
        "{1: 2}",
        "{id: !!int x}",
        "{[a]: b}",
    ],
)
def test_an_odd_item_of_a_yaml_bank_is_refused_with_its_line(item: str) -> None:
    data = f"sounding_bank: 1\nquestions:\n- {item}\n- {{id: whole, text: Why?}}\n"
    imported = read(Format.YAML, data.encode(), "bank.yaml")
    assert [refusal.place for refusal in imported.report.refusals] == ["line 3"]
    assert [draft.id for draft in imported.drafts] == ["whole"]


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/etc/evil.xml", "a/../../evil.xml", "..\\evil.xml", "C:\\evil.xml"]
)
def test_a_package_with_a_path_that_leaves_it_is_refused(name: str) -> None:
    files = {"imsmanifest.xml": manifest(("imsqti_item_xmlv2p1", name)), name: extended("")}
    with pytest.raises(BadContent, match="inside the package"):
        read(Format.QTI, zipped(files), "course.zip")


@pytest.mark.parametrize("href", ["../../etc/passwd", "/etc/passwd", "http://127.0.0.1:1/i.xml"])
def test_a_manifest_that_points_out_of_its_package_is_refused(href: str) -> None:
    data = zipped({"imsmanifest.xml": manifest(("imsqti_item_xmlv2p1", href))})
    imported = read(Format.QTI, data, "course.zip")
    assert "inside the package" in imported.report.refusals[0].why
    assert imported.drafts == ()


def test_zip_bombs_links_and_passwords_are_refused() -> None:
    with pytest.raises(BadContent, match="200 times"):
        read(Format.QTI, zipped({"imsmanifest.xml": b" " * (FILE_BYTES - 1)}), "bomb.zip")
    with pytest.raises(BadContent, match="at most 4 MB"):
        read(Format.QTI, zipped({"imsmanifest.xml": b"<a/>", "b": b" " * 5_000_000}), "bomb.zip")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        link = zipfile.ZipInfo("imsmanifest.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
    with pytest.raises(BadContent, match="found a link"):
        read(Format.QTI, packed.getvalue(), "link.zip")
    locked = bytearray(zipped({"imsmanifest.xml": "<manifest/>"}))
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(BadContent, match="password"):
        read(Format.QTI, bytes(locked), "locked.zip")


def test_a_size_that_the_zip_lies_about_does_not_get_past_the_limit() -> None:
    data = bytearray(zipped({"imsmanifest.xml": b" " * 30_000_000}))
    at = data.rindex(b"PK\x01\x02") + 24
    data[at : at + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(BadContent):
        read(Format.QTI, bytes(data), "liar.zip")


def test_a_package_without_a_manifest_or_with_a_damaged_file_is_told() -> None:
    with pytest.raises(BadContent, match=r"imsmanifest\.xml: expected this file"):
        read(Format.QTI, zipped({"item.xml": extended(SPACES["2.1"])}), "course.zip")
    files = {"imsmanifest.xml": manifest(("imsqti_item_xmlv2p1", "i.xml")), "i.xml": "<a"}
    imported = read(Format.QTI, zipped(files), "course.zip")
    assert "i.xml: line 1" in imported.report.refusals[0].why
    with pytest.raises(BadContent, match="<manifest>"):
        read(Format.QTI, zipped({"imsmanifest.xml": "<x/>"}), "course.zip")


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(BadContent, match="at most 64 MB"):
        read(Format.CSV, bytes(MAX_BYTES + 1), "bank.csv")


def test_ten_thousand_rows_keep_their_ids_apart() -> None:
    rows = "".join(f"Why {number % 5000}?,Because.\n" for number in range(10_000))
    imported = read(Format.CSV, f"text,reference\n{rows}".encode(), "bank.csv")
    ids = [draft.id for draft in imported.drafts]
    assert len(ids) == len(set(ids)) == imported.report.carried == 10_000
    assert imported.report.refusals == ()
    assert sum(change.part == "id" for change in imported.report.changes) == 5000


def test_the_format_is_told_by_the_ending_or_asked_for() -> None:
    assert format_of("a.GIFT", b"") is Format.GIFT
    assert format_of("a.xml", b"<assessmentItem/>") is Format.QTI
    assert format_of("a.xml", b"<quiz/>") is Format.MOODLE
    with pytest.raises(BadContent, match="--format"):
        format_of("a.docx", b"")


def test_an_empty_bank_is_an_empty_file_of_each_format() -> None:
    for named in Format:
        assert export(named, Content(())).report.carried == 0
        assert read(named, export(named, Content(())).data, "bank").drafts == ()


@pytest.mark.parametrize("named", list(Format))
def test_nothing_but_our_own_error_comes_of_bytes_that_were_changed_by_chance(
    named: Format,
) -> None:
    draw = random.Random(17)
    whole = export(named, generated(4)).data
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(draw.randint(1, 5)):
            at = draw.randrange(len(data))
            if draw.random() < 0.5:
                data[at:at] = draw.choice((b"<", b"{", b"\\", b'"', b"\xff", b"\0", b"&a ", b"- "))
            else:
                del data[at : at + draw.choice((1, 10, 200))]
        try:
            read(named, bytes(data), "bank")
        except BadContent:
            continue


def test_a_text_beyond_all_measure_is_cut_and_told() -> None:
    imported = read(Format.CSV, f"text\n{'long ' * 20_000}\n".encode(), "bank.csv")
    assert len(str(imported.drafts[0].keys["text"])) == 50_000
    assert [(loss.part, loss.why) for loss in imported.report.losses] == [
        ("text", "cut after 50000 letters")
    ]


def test_ten_thousand_questions_of_one_title_keep_apart() -> None:
    data = "\n\n".join(["::Same:: Why? {}"] * 10_000).encode()
    ids = {draft.id for draft in read(Format.GIFT, data, "bank.gift").drafts}
    assert len(ids) == 10_000
    assert {"same", "same-2", "same-10000"} <= ids
