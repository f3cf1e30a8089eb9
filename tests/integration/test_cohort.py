"""The cohort of an assignment over the fakes: table, items, groups, CSV, release, its page."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from app.domain.assignment import Attempt
from app.domain.errors import BadMark
from app.domain.person import Role
from app.domain.review import Mark, Origin, ReviewState
from app.usecases.cohort_table import cohort_table, neutral
from app.usecases.manage_people import invite
from app.usecases.release_cohort import release_cohort
from app.usecases.show_cohort import Cohort, Row, show_cohort
from tests.fakes.accounts import FakeHasher
from tests.fakes.cohort import ASSIGNMENT, QUESTIONS, cohort_web, took, with_cohort
from tests.fakes.reviewed import educator
from tests.fakes.web import DONE, NOW, FakeWeb
from tests.integration.test_pages import Page

pytestmark = pytest.mark.integration


async def shown(web: FakeWeb) -> Cohort:
    return await show_cohort(web.store, ASSIGNMENT, web.store.self_reports())


def row(cohort: Cohort, name: str) -> Row:
    return next(one for one in cohort.rows if one.invitation.name == name)


async def test_everybody_who_is_invited_has_a_row_and_every_criterion_a_column() -> None:
    cohort = await shown(await cohort_web(24))
    assert len(cohort.rows) == 25
    assert [column.title for column in cohort.columns] == [
        "Core idea",
        "How and why it works",
        "Use and limits",
    ]
    late = row(cohort, "Zoe Late")
    assert (late.state, set(late.cells)) == ("not begun", {None})
    states = [row(cohort, f"Person {n:02}").state for n in range(3)]
    assert states == ["for review", "reviewed", "released"]


async def test_a_cell_is_the_mean_share_with_the_state_that_is_furthest_behind() -> None:
    web = await cohort_web(0)
    one = await took(web, 1, [[3, 0, 1], [1, 3, 1]], state=ReviewState.REVIEWED)
    origin = Origin("concept-explanation", 1, "local", 0.7)
    async with web.store.begin() as work:
        card = (await work.scorecards.of(one))[0]
        await work.review.marks.add(
            Mark(one, QUESTIONS[0], "idea", card.edition, "correction", 3, 2, 3, "Why.", "Ada", NOW,
                 origin)
        )  # fmt: skip
        review = (await work.review.reviews.of(one))[0]
        await work.review.reviews.save(replace(review, state=ReviewState.DRAFT))
    found = row(await shown(web), "Person 01")
    idea, mechanism, use = found.cells
    assert idea is not None
    assert (idea.share, idea.answers, idea.state) == (0.5, 2, ReviewState.DRAFT)
    assert mechanism is not None
    assert mechanism.share == 0.5
    assert use is not None
    assert use.share == pytest.approx(1 / 3)


async def test_trials_and_other_peoples_interviews_are_left_out() -> None:
    web = await cohort_web(0)
    async with web.store.begin() as work:
        await work.assignments.begin(Attempt(DONE, ASSIGNMENT.id, 1, NOW, trial=True))
    cohort = await shown(web)
    assert cohort.columns == ()
    assert cohort.items == ()


async def test_items_groups_and_help_say_nothing_with_few_people() -> None:
    cohort = await shown(await cohort_web(8))
    assert {item.figures.verdict for item in cohort.items} == {"not known"}
    assert all(item.figures.difficulty.value is None for item in cohort.items)
    assert not any(group.shown for groups in cohort.groups.values() for group in groups)


async def test_a_large_cohort_has_figures_and_finds_who_needs_help() -> None:
    cohort = await shown(await cohort_web(30))
    assert [item.question_id for item in cohort.items] == list(QUESTIONS)
    assert {item.figures.verdict for item in cohort.items} == {"tells apart"}
    for name in ("Person 00", "Person 01"):
        assert row(cohort, name).need.verdict == "needs help"
    sizes = {group.name: group.mean.n for group in cohort.groups["class or group"]}
    assert sizes == {"class 2a": 15, "class 2b": 15}


@pytest.mark.parametrize(
    "bad",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\uff1d1", "\u200b=1", "|x", "%x"],
)
def test_no_cell_acts_as_a_formula(bad: str) -> None:
    assert neutral(bad).startswith("'")


@pytest.mark.parametrize("good", ["Grace", "0.5", "", "a=b", "Ó Brien; 2b"])
def test_plain_cells_stay_as_they_are(good: str) -> None:
    assert neutral(good) == good


async def test_the_csv_holds_levels_and_states_and_nothing_of_what_helps() -> None:
    web = await cohort_web(3)
    async with web.store.begin() as work:
        invitations = await work.assignments.invitations(ASSIGNMENT.id)
        for one in invitations:
            await work.assignments.accommodate(one.id, ("more_time",))
    cohort = await shown(web)
    evil = replace(cohort.rows[0].invitation, name='=HYPERLINK("http://x","y")', group="+2b")
    cohort = replace(cohort, rows=(replace(cohort.rows[0], invitation=evil), *cohort.rows[1:]))
    table = list(csv.reader(io.StringIO(cohort_table(cohort))))
    assert len(table) == 5
    assert table[1][:2] == ['\'=HYPERLINK("http://x","y")', "'+2b"]
    assert table[0][4:6] == [
        "Core idea (concept-explanation)",
        "Core idea (concept-explanation): state",
    ]
    assert table[3][3] == "released"
    assert "more_time" not in repr(table)
    assert {len(line) for line in table} == {len(table[0])}


async def test_what_is_reviewed_goes_out_and_the_rest_stays() -> None:
    web = await cohort_web(6)
    done = await release_cohort(web.store, ASSIGNMENT.id, by="Ada", now=NOW)
    assert (done.now, done.before, done.waiting) == (2, 2, 2)
    again = await release_cohort(web.store, ASSIGNMENT.id, by="Ada", now=NOW)
    assert (again.now, again.before, again.waiting) == (0, 4, 2)
    with pytest.raises(BadMark):
        await release_cohort(web.store, ASSIGNMENT.id, by=" ", now=NOW)


def test_the_cohort_page_is_sound_html_and_tells_what_it_knows() -> None:
    client = educator(with_cohort(24).app())
    here = f"/assignments/{ASSIGNMENT.id}/cohort"
    page = client.get(here)
    assert page.status_code == 200
    read = Page(page.text)
    assert read.headings == 1
    assert read.inline == []
    assert len(read.ids) == len(set(read.ids))
    assert [name for name in read.fields if name not in read.labels] == []
    text = " ".join(page.text.split())
    assert "people need help." in text
    assert "24 with levels" in text
    assert "class 2a" in text
    assert text.count("<figure>") == 3
    assert client.get(f"{here}?below=99").status_code == 422


def test_a_release_of_the_whole_cohort_is_signed_and_told() -> None:
    client = educator(with_cohort(6).app())
    here = f"/assignments/{ASSIGNMENT.id}"
    nameless = client.post(f"{here}/release", data={"who": " "})
    assert nameless.status_code == 422
    assert "a release is signed" in nameless.text
    done = client.post(f"{here}/release", data={"who": "Ada"})
    page = client.get(done.headers["location"]).text
    assert "2 reports released; 2 not ready" in " ".join(page.split())


def test_nobody_releases_a_cohort_in_anothers_name() -> None:
    web = with_cohort(6)
    app = web.app()
    app.state.services = replace(app.state.services, accounts=True, hasher=FakeHasher())
    now = datetime.now(UTC)
    made = asyncio.run(invite(web.store, "Bo", "bo@a.example", Role.EDUCATOR, by=None, now=now))
    own = {"Origin": "http://testserver", "Accept": "text/html"}
    browser = TestClient(app, headers=own, follow_redirects=False)
    browser.post(f"/welcome/{made.secret}", data={"password": "a few words of mine"})
    here = f"/assignments/{ASSIGNMENT.id}"
    page = browser.get(f"{here}/cohort").text
    assert "Signed as Bo." in page
    token = re.findall(r'name="csrf"\s+value="(\w+)"', page)[:1]
    done = browser.post(f"{here}/release", data={"who": "Somebody else", "csrf": token})
    assert "released=2&" in done.headers["location"]
    signed = [review.by for review in web.store._state.reviews.values()]
    assert signed.count("Bo") == 2 * len(QUESTIONS)
    assert "Somebody else" not in signed


def test_the_csv_comes_as_a_file() -> None:
    answer = educator(with_cohort(3).app()).get(f"/assignments/{ASSIGNMENT.id}/cohort.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="python-week-3.csv"'
    assert answer.text.startswith("\ufeff")
    assert len(answer.text.splitlines()) == 5
