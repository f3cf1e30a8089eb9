"""The pages of authoring: forms, conflicts, gates before publication, files, and hostile texts."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile

import httpx
import pytest
from fastapi.testclient import TestClient

from app.domain.authoring import Draft, Kind
from tests.fakes.web import NOW, FakeWeb

pytestmark = pytest.mark.integration

HTML = {"accept": "text/html"}
LIST = "/author/items/question/list-versus-tuple"
SCRIPT = "<script>alert(1)</script>"
BOMB = b'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "aaaaaaaaaa">]><quiz>&a;</quiz>'


@pytest.fixture
def web() -> FakeWeb:
    return asyncio.run(FakeWeb().fill())


@pytest.fixture
def client(web: FakeWeb) -> TestClient:
    return TestClient(
        web.app(),
        client=("127.0.0.1", 1),
        base_url="http://127.0.0.1",
        headers=HTML,
        follow_redirects=False,
    )


def fields_of(page: str, action: str) -> dict[str, str]:
    """What a browser would send of this form, with nothing changed."""
    body = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert body, action
    found = {}
    for tag, inner in re.findall(r"<input([^>]*)>()", body[0]):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            found[name[1]] = _text(value[1]) if value else inner
    for name, inner in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', body[0], re.DOTALL
    ):
        found[name] = _text(inner)
    for name, inner in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', body[0], re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)"\s+selected', inner)
        first = re.search(r'<option value="([^"]*)"', inner)
        found[name] = (chosen or first or ["", ""])[1]
    return found


def _text(escaped: str) -> str:
    for name, sign in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#34;", '"'),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ):
        escaped = escaped.replace(name, sign)
    return escaped


def opened(client: TestClient, path: str = LIST, version: str = "1") -> dict[str, str]:
    """Open a draft of a version; what its editor holds."""
    assert client.post(f"{path}/draft", data={"who": "Ada", "version": version}).status_code == 303
    return fields_of(client.get(f"{path}/edit").text, f"{path}/edit")


def save(
    client: TestClient, values: dict[str, str], path: str = LIST, **more: str
) -> httpx.Response:
    return client.post(f"{path}/edit", data={"act": "save", "who": "Ada"} | values | more)


def publish(client: TestClient, path: str = LIST, **more: str) -> httpx.Response:
    values = fields_of(client.get(f"{path}/edit").text, f"{path}/publish")
    return client.post(f"{path}/publish", data=values | {"who": "Ada"} | more)


def test_what_the_form_was_given_comes_back_unchanged(client: TestClient) -> None:
    values = opened(client)
    assert save(client, values).status_code == 303
    page = client.get(f"{LIST}/diff?before=v1&after=draft").text
    assert "Nothing differs." in page


def test_a_second_version_is_published_and_the_first_one_stays(
    web: FakeWeb, client: TestClient
) -> None:
    values = opened(client)
    assert save(client, values, text="How do a list and a tuple differ?").status_code == 303
    assert publish(client).status_code == 303
    page = client.get(LIST).text
    assert "Interviews use version 2" in page
    assert "with the bank&#39;s files" in page or "with the bank's files" in page
    diff = client.get(f"{LIST}/diff?before=v1&after=v2").text
    assert re.search(r"<ins>\s*differ", diff) or "<ins>" in diff
    made = client.post(
        "/api/interviews", json={"track": "sample", "questions": ["list-versus-tuple"]}
    )
    assert made.status_code == 201

    async def asked() -> str:
        async with web.store.begin() as work:
            question = await work.library.question("list-versus-tuple")
        return question.text if question is not None else ""

    assert asyncio.run(asked()) == "How do a list and a tuple differ?"


def test_the_second_of_two_saves_is_409_with_both_texts(client: TestClient) -> None:
    values = opened(client)
    mine = dict(values)
    assert save(client, values, text="What does Ada ask?").status_code == 303
    answer = save(client, mine, text="What does Bo ask?", who="Bo")
    assert answer.status_code == 409
    assert "Ada</strong>" in answer.text or "Ada saved this draft" in answer.text
    assert "What does Bo ask?" in answer.text
    text = re.sub(r"<[^>]+>", "", answer.text)
    assert "Ada" in text
    again = fields_of(answer.text, f"{LIST}/edit")
    assert again["text"] == "What does Bo ask?"
    assert save(client, again, who="Bo").status_code == 303
    first = client.get(f"{LIST}/diff?before=e2&after=e3").text
    assert "Ada" in first, "what was saved before is still there to read"


def test_errors_stop_a_publication_and_warnings_ask_for_a_reason(client: TestClient) -> None:
    values = opened(client)
    illegal = save(client, values, **{"probes.1.ask": "How old are you, and are you married?"})
    assert illegal.status_code == 303
    page = client.get(f"{LIST}/edit").text
    assert "How old are you" in page
    assert "stops it" in page or "stop it" in page
    forced = client.post(f"{LIST}/publish", data={"who": "Ada", "revision": "2"})
    assert forced.status_code == 409
    values = fields_of(page, f"{LIST}/edit")
    leak = "Can a tuple be used as a dictionary key or a set member when its items are hashable?"
    assert save(client, values, **{"probes.1.ask": leak}).status_code == 303
    assert publish(client, reason=" ").status_code == 409
    assert publish(client, reason="They have to be told.").status_code == 303
    page = client.get(LIST).text
    assert "They have to be told." in page
    assert "probe-leak" in page


def test_nothing_is_published_over_a_text_that_was_not_looked_at(client: TestClient) -> None:
    values = opened(client)
    old = fields_of(client.get(f"{LIST}/edit").text, f"{LIST}/publish")
    assert save(client, values, text="What is a list, and why?").status_code == 303
    answer = client.post(f"{LIST}/publish", data=old | {"who": "Ada"})
    assert answer.status_code == 409
    assert "since you looked at it" in answer.text


def test_a_name_is_needed_to_save(client: TestClient) -> None:
    values = opened(client)
    client.cookies.clear()
    answer = save(client, values, text="Kept words?", who="")
    assert answer.status_code == 422
    assert "Kept words?" in answer.text


def test_a_rubric_that_questions_use_keeps_their_criteria(client: TestClient) -> None:
    path = "/author/items/rubric/concept-explanation"
    values = opened(client, path)
    moved = client.post(f"{path}/edit", data=values | {"act": "drop:criteria.2", "who": "Ada"})
    assert "Not saved yet." in moved.text
    values = fields_of(moved.text, f"{path}/edit")
    assert save(client, values, path).status_code == 303
    page = client.get(f"{path}/edit").text
    assert "question list-versus-tuple" in page
    assert client.post(f"{path}/publish", data={"who": "Ada", "revision": "2"}).status_code == 409


def test_rows_are_added_and_dropped_without_losing_what_was_typed(client: TestClient) -> None:
    values = opened(client)
    typed = values | {"act": "add:points", "text": "Typed but not saved?"}
    page = client.post(f"{LIST}/edit", data=typed).text
    assert 'name="points.5.text"' in page
    assert "Typed but not saved?" in page
    page = client.post(f"{LIST}/edit", data=values | {"act": "drop:points.0"}).text
    assert 'name="points.4.text"' not in page
    assert client.post(f"{LIST}/edit", data=values | {"act": "drop:nothing.99"}).status_code == 200


def test_what_is_in_use_is_not_archived(client: TestClient) -> None:
    values = opened(client)
    assert save(client, values, text="How do a list and a tuple differ?").status_code == 303
    assert publish(client).status_code == 303
    answer = client.post(f"{LIST}/archive", data={"who": "Ada"})
    assert answer.status_code == 409
    assert "still used by" in answer.text
    copied = client.post(f"{LIST}/copy", data={"who": "Ada"})
    copy = copied.headers["location"].removesuffix("/edit")
    assert copy.endswith("list-versus-tuple-copy")
    assert publish(client, copy, reason="A copy for another course.").status_code == 303
    assert client.post(f"{copy}/archive", data={"who": "Ada"}).status_code == 303
    assert "Archived: new interviews" in client.get(copy).text
    assert client.post(f"{copy}/offer", data={"who": "Ada"}).status_code == 303
    assert "Interviews use version 1" in client.get(copy).text


def test_a_copy_of_a_question_is_told_to_be_nearly_the_same(client: TestClient) -> None:
    values = opened(client)
    assert save(client, values, text="How do a list and a tuple differ?").status_code == 303
    assert publish(client).status_code == 303
    copied = client.post(f"{LIST}/copy", data={"who": "Ada"})
    assert "asks nearly the same" in client.get(copied.headers["location"]).text


def test_scripts_in_every_field_are_shown_as_text(client: TestClient) -> None:
    values = opened(client)
    hostile = {
        name: SCRIPT if name not in ("revision", "act", "who") else value
        for name, value in values.items()
    }
    assert save(client, hostile, who=f"Ada {SCRIPT}").status_code == 303
    for page in (
        client.get(f"{LIST}/edit").text,
        client.post(f"{LIST}/preview", data=hostile).text,
        client.get(f"{LIST}/diff?before=v1&after=draft").text,
        client.get(LIST).text,
        client.get("/author?q=script").text,
    ):
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "question",
            {"points": "x", "probes": [1, {"ask": 3, "when": "y"}], "exemplars": {"a": 1}},
        ),
        ("rubric", {"criteria": [{"levels": "high", "weight": []}, "x"], "tags": 4, "title": [1]}),
        ("track", {"questions": {"a": 1}, "asks": "many"}),
    ],
)
def test_a_draft_of_any_shape_can_be_opened(
    web: FakeWeb, client: TestClient, kind: str, body: dict[str, object]
) -> None:
    async def keep() -> None:
        async with web.store.begin() as work:
            await work.authoring.drafts.add(Draft(Kind(kind), "odd", body, "Ada", NOW))

    asyncio.run(keep())
    for address in (f"/author/items/{kind}/odd", f"/author/items/{kind}/odd/edit"):
        assert client.get(address).status_code == 200
    assert client.get(f"/author?kind={kind}&state=draft").status_code == 200


def bring(client: TestClient, name: str, data: bytes) -> httpx.Response:
    return client.post(
        "/author/import", data={"who": "Ada"}, files={"file": (name, io.BytesIO(data))}
    )


def test_a_file_is_shown_first_and_becomes_drafts_on_a_persons_word(client: TestClient) -> None:
    gift = b"::Capital:: What is the capital of France? {=Paris ~Rome}\n"
    answer = bring(client, "course.gift", gift)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"])
    assert "1 draft can be made" in page.text
    assert "a spoken question offers none" in page.text
    assert "Nothing fits." in client.get("/author?state=draft").text
    assert (
        client.post(answer.headers["location"], data={"who": "Ada", "act": "take"}).status_code
        == 303
    )
    assert "What is the capital of France?" in client.get("/author?state=draft").text
    assert client.get(answer.headers["location"]).status_code == 404


def test_the_exported_bank_comes_back_as_nothing_new(client: TestClient) -> None:
    shown = client.get("/author/export?format=csv")
    assert "the format has no rubrics" in shown.text
    whole = client.get("/author/export/file?format=yaml")
    assert whole.headers["content-disposition"].startswith("attachment")
    answer = bring(client, "bank.yaml", whole.content)
    page = client.get(answer.headers["location"]).text
    assert "0 drafts can be made" in page
    assert "it is here in the same words" in page


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("bomb.xml", BOMB, "expected no document type"),
        ("x.exe", b"MZ", "expected an ending"),
        ("broken.yaml", b"a: [", "expected YAML"),
        ("empty.csv", b"", "expected a header"),
    ],
)
def test_a_file_that_cannot_be_taken_is_422_with_the_reason(
    client: TestClient, name: str, data: bytes, why: str
) -> None:
    answer = bring(client, name, data)
    assert answer.status_code == 422
    assert why in answer.text


def test_a_zip_bomb_is_refused(client: TestClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("imsmanifest.xml", b" " * 30_000_000)
    assert bring(client, "bomb.zip", packed.getvalue()).status_code == 422


def test_drafts_of_a_text_say_that_no_model_wrote_them(client: TestClient) -> None:
    told = (
        "A hash function is a mapping from a key to a bucket number. The load factor is the number "
        "of entries divided by the number of buckets. A collision is two keys in one bucket. When "
        "the load factor grows, the table is resized and every entry is put into a new bucket."
    )
    values = {"source": told, "rubric": "concept-explanation", "count": "2", "who": "Ada"}
    assert "There is no model here" in client.get("/author/from-text").text
    answer = client.post("/author/from-text", data=values)
    assert answer.status_code == 303
    assert client.get("/author?state=draft").text.count("Explain ") == 2
    short = client.post("/author/from-text", data=values | {"source": "Too short."})
    assert short.status_code == 422
    assert "Too short." in short.text


@pytest.mark.parametrize(
    "address",
    ["/author", LIST, f"{LIST}/edit", "/author/import", "/author/export/file?format=yaml"],
)
def test_authoring_is_closed_to_other_machines(web: FakeWeb, address: str) -> None:
    other = TestClient(web.app(), client=("10.0.0.9", 1), base_url="http://127.0.0.1", headers=HTML)
    assert other.get(address).status_code == 403
    assert other.post(f"{LIST}/publish", data={}).status_code == 403
