"""The coding desk over HTTP: what it shows, keeps, hides and refuses."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from dataclasses import replace
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from app.domain.coding import CodeRun, Growth, Noticed, Snapshot
from app.domain.interview import Probe
from app.domain.runs import Outcome, Program
from app.ports.coding import CodeHistory
from app.ports.errors import EngineBusy
from tests.fakes.sandbox import FakeSandbox
from tests.fakes.web import DONE, OPEN, FakeWeb, filled, turn

pytestmark = pytest.mark.integration
CODE = "def two_sum(numbers, target):\n    return None\n"


def answers_none(program: Program, call: str) -> Outcome:
    return Outcome(call, value="None", stdout="seen\n" if not call else "", hits={2: 1})


@pytest.fixture
def web() -> FakeWeb:
    made = filled()
    made.sandbox = FakeSandbox(answers_none)
    return made


@pytest.fixture
def client(web: FakeWeb) -> TestClient:
    return TestClient(web.app(), follow_redirects=False)


@pytest.fixture
def desk(client: TestClient) -> str:
    """The address of the desk of a new coding interview."""
    made = client.post("/interviews", data={"track": "coding"})
    return made.headers["location"].replace("/before", "/code")


def version(client: TestClient, desk: str, code: str, cause: str = "edit") -> int:
    body = {"code": code, "language": "python", "cause": cause, "question": "two-sum"}
    kept = client.post(f"{desk}/versions", json=body)
    assert kept.status_code == 200, kept.text
    return int(kept.json()["number"])


def test_the_desk_shows_the_task_its_starters_and_visible_cases_alone(
    client: TestClient, desk: str
) -> None:
    page = client.get(desk)
    assert page.status_code == 200
    assert "Two numbers that add up" in page.text
    assert "two_sum([2, 7, 11, 15], 9)" in page.text
    assert "two_sum([3, 3], 6)" not in page.text, "a hidden call"
    assert "seen[target - number]" not in page.text, "the solution"
    assert 'data-language="javascript"' in page.text
    assert "no javascript here" in page.text


def test_a_version_is_kept_once_and_is_there_after_a_reload(client: TestClient, desk: str) -> None:
    assert version(client, desk, CODE) == 1
    assert version(client, desk, CODE) == 1
    assert version(client, desk, CODE + "# more\n") == 2
    assert "# more" in client.get(desk).text


def test_tests_are_run_told_and_kept_without_hidden_values(client: TestClient, desk: str) -> None:
    body = {"code": CODE, "language": "python", "kind": "tests"}
    page = client.post(f"{desk}/runs", json=body).text
    assert re.search(r"3 of 8 tests\s+pass", page)
    assert "two_sum([2, 7, 11, 15], 9)" in page, "a visible case that failed"
    assert "Two equal numbers at different positions." in page
    assert "two_sum([3, 3], 6)" not in page
    assert re.search(r"3 of 8 tests\s+pass", client.get(desk).text), "there after a reload"


def test_hidden_values_stay_hidden_in_the_report_of_an_open_interview(
    client: TestClient, desk: str
) -> None:
    body = {"code": CODE, "language": "python", "kind": "tests"}
    client.post(f"{desk}/runs", json=body)
    page = client.get(desk.replace("/code", "/report")).text
    assert "The last run of the tests passed 3 of 8" in re.sub(r"\s+", " ", page)
    assert "two_sum([3, 3], 6)" not in page


def test_a_program_shows_its_output(client: TestClient, desk: str) -> None:
    body = {"code": "print('seen')", "language": "python", "kind": "program"}
    page = client.post(f"{desk}/runs", json=body).text
    assert "The program ran to its end" in page
    assert "seen" in page


def test_where_nothing_can_be_run_the_page_says_so(web: FakeWeb) -> None:
    web.sandbox = FakeSandbox(why_not="no walls here")
    client = TestClient(web.app(), follow_redirects=False)
    made = client.post("/interviews", data={"track": "coding"})
    desk = made.headers["location"].replace("/before", "/code")
    assert "no walls here" in client.get(desk).text
    body = {"code": CODE, "language": "python", "kind": "tests"}
    page = client.post(f"{desk}/runs", json=body)
    assert page.status_code == 200
    assert "no walls here" in page.text
    assert "tests pass" not in page.text


def test_too_many_runs_are_told_and_the_code_is_kept(web: FakeWeb) -> None:
    def busy(program: Program, call: str) -> Outcome:
        raise EngineBusy("sandbox: full")

    web.sandbox = FakeSandbox(busy)
    client = TestClient(web.app(), follow_redirects=False)
    made = client.post("/interviews", data={"track": "coding"})
    desk = made.headers["location"].replace("/before", "/code")
    body = {"code": "kept = 1", "language": "python", "kind": "program"}
    page = client.post(f"{desk}/runs", json=body)
    assert page.status_code == 503
    assert "Your code is kept" in page.json()["detail"]
    assert "kept = 1" in client.get(desk).text


def test_hints_come_one_by_one_and_are_noted(client: TestClient, desk: str) -> None:
    assert 'data-hints="3"' in client.get(desk).text
    first = client.post(f"{desk}/hints").text
    assert "which other number would complete the pair" in first
    assert 'data-hints="2"' in first
    for _ in range(4):
        last = client.post(f"{desk}/hints").text
    assert 'data-hints="0"' in last
    assert last.count("took a hint") == 3


def test_pastes_and_windows_are_noted_for_both_sides(client: TestClient, desk: str) -> None:
    client.post(f"{desk}/events", json={"kind": "paste", "characters": 240})
    client.post(f"{desk}/events", json={"kind": "left"})
    log = client.post(f"{desk}/events", json={"kind": "returned"}).text
    assert "What is noted (3)" in log
    assert "pasted, 240 characters" in log
    report = client.get(desk.replace("/code", "/report")).text
    assert "pasted, 240 characters" in report
    assert client.post(f"{desk}/events", json={"kind": "cheated"}).status_code == 422


def test_files_are_read_and_what_lies_is_refused(client: TestClient, desk: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.py", "A = 1\n")
        archive.writestr("logo.png", b"\x89")
    found = client.post(f"{desk}/files?name=code.zip", content=packed.getvalue()).json()
    assert found["files"] == [{"name": "a.py", "language": "python", "code": "A = 1\n"}]
    assert found["left_out"] == 1
    assert "opened a file code.zip" in client.get(desk).text
    refused = client.post(f"{desk}/files?name=notes.txt", content=b"hello")
    assert refused.status_code == 422
    assert "This was not taken" in refused.json()["detail"]
    assert client.post(f"{desk}/files?name=a.py", content=b"#" * 950_000).status_code == 413


def test_own_code_stays_on_the_desk_and_no_task_comes(client: TestClient) -> None:
    desk = f"/interviews/{OPEN}/code"
    page = client.get(desk).text
    assert "return sorted(intervals)" in page
    assert 'data-tests="no"' in page
    assert 'data-question="own"' in page


def test_own_code_in_a_language_that_is_not_run_is_kept_all_the_same(client: TestClient) -> None:
    made = client.post(
        "/interviews", data={"track": "sample", "code": "fn main() {}", "language": "rust"}
    )
    desk = made.headers["location"].replace("/before", "/code")
    assert "no rust here" in client.get(desk).text
    body = {"code": "fn main() { }", "language": "rust", "cause": "edit", "question": "own"}
    assert client.post(f"{desk}/versions", json=body).json() == {"number": 2}
    ran = client.post(f"{desk}/runs", json={"code": "fn", "language": "rust", "kind": "program"})
    assert "be run here" in ran.text


def test_an_interview_that_is_over_keeps_its_code_as_it_is(client: TestClient) -> None:
    desk = f"/interviews/{DONE}/code"
    body = {"code": CODE, "language": "python"}
    for path in ("versions", "runs", "hints", "events"):
        assert client.post(f"{desk}/{path}", json=body).status_code in (409, 422), path
    assert client.get(desk).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {"code": "x" * 100_001, "language": "python"},
        {"code": "x", "language": "brainfuck"},
        {"code": "x", "language": "python", "cause": "magic"},
        {"code": "x", "language": "python", "more": 1},
    ],
)
def test_what_is_no_version_is_refused(client: TestClient, desk: str, body: object) -> None:
    assert client.post(f"{desk}/versions", json=body).status_code == 422


def test_another_site_can_change_nothing(client: TestClient, desk: str) -> None:
    sent = client.post(
        f"{desk}/versions",
        json={"code": "x", "language": "python"},
        headers={"origin": "http://elsewhere.example"},
    )
    assert sent.status_code == 403


def test_the_report_tells_how_the_code_came_to_be(web: FakeWeb) -> None:
    app = web.app()
    asyncio.run(tell(web, app.state.services.desk.history))
    page = TestClient(app).get(f"/interviews/{DONE}/report").text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "2 versions from 1:20 to 1:30, 1 run" in text
    assert "it grows about as the size (lines executed and items compared" in text
    assert "line 2" in text
    assert "What is true: merge([]) returns [], from line 2." in text
    assert "Shown by a run: ran merge([])." in text
    assert "It returns an empty list.” The run shows the same." in text
    assert "It returns None.” The run shows otherwise." in text
    assert "went to another window" in text
    assert 'class="cited"' in page
    assert 'class="new"' in page


async def tell(web: FakeWeb, history: CodeHistory) -> None:
    """Two versions, a run, a fact that was asked and something noted."""
    code = "def merge(intervals):\n    return sorted(intervals)\n"
    first = Snapshot(DONE, "merge-intervals", "python", "def merge(x):\n    pass\n", "start", 80.0)
    run = CodeRun(DONE, "merge-intervals", 2, "python", "program", "ran", 96.0, stdout="hello\n")
    await history.save(first)
    await history.save(replace(first, code=code, cause="edit", at_s=90.0))
    grown = replace(run, growth=Growth((100, 200), (300, 600), 1.0))
    await history.keep_run(grown)
    await history.notice(Noticed(DONE, "left", 91.0))
    fact = Probe("fact", line=2, claim="merge([]) returns [], from line 2.", run="ran merge([])")
    asked = replace(turn(DONE, 2), index=9, id=UUID(int=909), probe=fact, code=code)
    told = replace(asked, probe=replace(fact, fact="returns", truth="[]"), skipped=False)
    right = replace(told, index=10, id=UUID(int=910), answer="It returns an empty list.")
    wrong = replace(told, index=11, id=UUID(int=911), answer="It returns None.")
    async with web.store.begin() as work:
        for each in (asked, right, wrong):
            await work.turns.add(each)


def test_the_document_of_the_report_holds_versions_and_runs(web: FakeWeb) -> None:
    app = web.app()
    asyncio.run(tell(web, app.state.services.desk.history))
    (page,) = TestClient(app).get(f"/interviews/{DONE}/report.json").json()["code"]
    assert [version["at_s"] for version in page["versions"]] == [80.0, 90.0]
    assert page["runs"][0]["outcome"] == "ran"
    assert page["growth"]["words"] == "about as the size"


def test_a_report_without_code_has_no_part_of_it(client: TestClient) -> None:
    page = client.get(f"/interviews/{DONE}/report").text
    assert 'id="code"' not in page
    assert client.get(f"/interviews/{DONE}/report.json").json()["code"] is None
