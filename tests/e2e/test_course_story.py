"""A whole course, on a server where people sign in: from an admin's link to a learner's growth.

An admin invites three people. An author writes and publishes a rubric, a question and a track, and
assigns it; a learner comes by the link and answers aloud; an educator reviews and releases; the
learner contests, is answered, asks the coach, hears the cited moment, and sees six sessions drawn.
Set `SOUNDING_SHOTS` to a folder to keep pictures of every page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.course import (
    NO_MODELS,
    PASSWORD,
    Guest,
    enter,
    first_admin,
    invite,
    look,
    plays,
    say,
    seed_sessions,
)
from tests.e2e.pages import state, ticked
from tests.e2e.test_authoring import save, start, write_question, write_rubric
from tests.e2e.test_interview import skip_to_the_end
from tests.needs import need_model
from tests.postgres import NewStore
from tests.served import Served, served

pytestmark = pytest.mark.e2e

MODELS = ("whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm")
TRACK = "Pottery"
TITLE = "Clay, week 3"
QUESTION = "How would you clean clay before you use it?"
SAID = (
    "I mix the clay with water. The water carries the fine clay through the holes of a sieve, "
    "and the sieve holds back stones that are larger than its holes."
)
WHY = "I did say what the sieve is for."
ANSWER = "You did. The level counts the reasons, and one was missing."
LEARNER = "grace@school.example"


@pytest.fixture(scope="module")
def school(store_with_bank: NewStore) -> Iterator[Served]:
    for name in MODELS:
        need_model(name)
    with (
        store_with_bank() as url,
        served(SOUNDING_ACCOUNTS="on", SOUNDING_DATABASE_URL=url, **NO_MODELS) as running,
    ):
        yield running


@pytest.fixture
def store(school: Served) -> str:
    """The address of its database."""
    return school.env["SOUNDING_DATABASE_URL"]


def publish(page: Page, reason: str = "") -> None:
    if reason:
        page.locator("#reason").fill(reason)
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_role("status")).to_contain_text("Published.")


def write_the_course(author: Guest, url: str) -> None:
    """A rubric, a question and a track, each published under the author's own name."""
    page = author.page
    start(page, url, "rubric", "Explaining work", name=None)
    write_rubric(page)
    save(page)
    publish(page)
    start(page, url, "question", QUESTION, name=None)
    write_question(page)
    save(page)
    publish(page, "It says no more than the question does.")
    expect(page.locator("table")).to_contain_text("Ada Lovelace")
    question = page.url.rsplit("/", 1)[1].split("?")[0]
    start(page, url, "track", TRACK, name=None)
    page.locator("[name=summary]").fill("What the hands do, in words.")
    page.locator("[name=asks]").fill("1")
    page.locator("[name=minutes]").fill("10")
    page.locator("[name=questions]").fill(question)
    save(page)
    publish(page)


def assign(page: Page) -> str:
    """One question as an assessment; the link of one person."""
    page.goto("/assignments/new")
    look(page, "assignment-new")
    page.fill("#title", TITLE)
    page.check("input[name=purpose][value=assessment]")
    bank = page.locator("details.bank").filter(has_text=TRACK).first
    bank.locator("summary").click()
    bank.get_by_label(QUESTION).check()
    page.click("button:has-text('Look at it first')")
    expect(page.locator("#problems")).to_contain_text("Say whom people can write to")
    page.fill("#contact", "ada@school.example")
    page.click("button:has-text('Look at it first')")
    expect(page.locator(".outcome")).to_have_text("This is an assessment.")
    look(page, "assignment-check")
    page.click("button:has-text('Make this assessment')")
    page.fill("#names", "Grace Hopper; class 2b")
    page.click("button:has-text('Make links')")
    look(page, "assignment")
    return page.locator("#links input").input_value()


def sit_aloud(page: Page, link: str) -> None:
    """Open the link, answer the question by voice, skip what is asked further."""
    page.goto(link)
    expect(page.locator("main")).to_contain_text("For Grace Hopper")
    look(page, "join")
    page.click("button:has-text('Begin')")
    for kept in ("audio", "recording"):
        ticked(page, "modality", kept)
    page.click("button:has-text('Begin the interview')")
    page.goto(f"{page.url}?raw=1")
    page.click("#start")
    state(page, "speaking")
    page.keyboard.press("Space")
    state(page, "listening")
    before = page.locator("#question").inner_text()
    say(page, SAID)
    page.wait_for_function(
        "before => location.pathname.endsWith('/report')"
        " || document.querySelector('#question')?.innerText !== before",
        arg=before,
        timeout=60_000,
    )
    skip_to_the_end(page)
    page.wait_for_url("**/report", timeout=60_000)
    page.wait_for_function("() => !document.body.innerText.includes('Grading')", timeout=120_000)
    page.reload()
    expect(page.locator("main")).to_contain_text(re.compile("sieve", re.I))


def review_and_release(page: Page) -> str:
    """Hear the quote, keep a mark, review, release; the address of the cohort."""
    page.goto("/assignments")
    look(page, "assignments")
    page.get_by_role("link", name=f"Cohort of {TITLE}").first.click()
    expect(page.locator("#table")).to_contain_text("for review")
    cohort = page.url
    page.get_by_role("link", name="Grace Hopper").click()
    card = page.locator("[id^=card-]").first
    page.wait_for_load_state()  # before its script runs, the link leads to the sound itself
    card.locator("a.play").first.click()
    plays(page)
    page.locator("#player button").click()
    mark = card.locator("form.mark").first
    mark.locator("input[name=level][value='2']").check()
    mark.locator("textarea[name=reason]").fill("It names two steps in their order.")
    mark.get_by_role("button", name="Keep this mark").click()
    expect(card).to_contain_text("It names two steps in their order.")
    card.get_by_role("button", name=re.compile("as reviewed")).click()
    expect(card.locator("header .tag").first).to_have_text("reviewed")
    expect(card).to_contain_text("Reviewed by Mary Warnock")
    page.goto(cohort)
    page.click("button:has-text('Release what is reviewed')")
    expect(page.locator("#release .note")).to_contain_text("1 report released")
    expect(page.locator("#table")).to_contain_text("released")
    look(page, "cohort-one")
    return cohort


def contest(page: Page, link: str) -> None:
    """Find the released report by the same link, and say what is wrong with a level."""
    page.goto(link)
    expect(page.locator("main")).to_contain_text("You have used your one attempt.")
    look(page, "join-used")
    page.get_by_role("link", name=re.compile("Attempt 1")).click()
    expect(page.locator("#scorecards .tag.accent").first).to_have_text("released")
    form = page.locator("[id^=contest-]").first
    form.locator("summary").click()
    form.locator("textarea").fill(WHY)
    form.get_by_role("button", name="Contest").click()
    expect(page.locator("#scorecards")).to_contain_text("A person will answer here.")


def answer(page: Page, cohort: str) -> None:
    """Answer the contest where it stands."""
    page.goto(cohort)
    expect(page.locator("#table")).to_contain_text("contested")
    page.get_by_role("link", name="Grace Hopper").click()
    page.locator("textarea[name=text]").fill(ANSWER)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator("#review")).to_contain_text("Contest, answered")


def ask_the_coach(page: Page) -> None:
    """The coach cites the learner's own voice, and the moment plays."""
    page.goto("/coach")
    page.fill("#question", "What was my weakest answer?")
    page.click("#ask button")
    said = page.locator(".exchange")
    expect(said).to_contain_text("Did this help?", timeout=30_000)
    expect(said).to_contain_text(TITLE)
    page.locator("a.cite.play").first.click()
    plays(page)
    page.locator("#player button").click()
    look(page, "coach-own")


def test_from_an_admins_link_to_a_learners_growth(
    school: Served, store: str, chromium: Browser
) -> None:
    url = school.url
    link = first_admin(store, "Joan Clarke", "joan@school.example")
    admin = enter(chromium, url, link, looked_at="welcome")
    roles = {"Ada Lovelace": "educator", "Mary Warnock": "educator", "Grace Hopper": "candidate"}
    links = {
        name: invite(admin.page, name, f"{name.split()[0].lower()}@school.example", role)
        for name, role in roles.items()
    }
    look(admin.page, "people")
    author, educator, learner = (enter(chromium, url, found) for found in links.values())

    write_the_course(author, url)
    link = assign(author.page)
    sit_aloud(learner.page, link)
    cohort = review_and_release(educator.page)
    contest(learner.page, link)
    answer(educator.page, cohort)
    learner.page.reload()
    expect(learner.page.locator("#scorecards")).to_contain_text(ANSWER)
    ask_the_coach(learner.page)
    sessions = 1 + seed_sessions(store, LEARNER)
    learner.page.goto("/growth")
    expect(learner.page.locator(".lede")).to_contain_text(f"{sessions} sessions so far")
    pace = learner.page.locator("#delivery .growth-chart").first
    assert pace.locator("circle").count() == 6
    look(learner.page, "growth-own")

    admin.page.goto("/people/log")
    expect(admin.page.locator("ol")).to_contain_text("Mary Warnock saw results of Grace Hopper")
    look(admin.page, "people-log")
    guests = (admin, author, educator, learner)
    assert [fault for guest in guests for fault in guest.faults] == []
    for guest in guests:
        guest.page.context.close()


def test_who_signs_out_comes_back_by_the_password_alone(
    school: Served, store: str, chromium: Browser
) -> None:
    link = first_admin(store, "Ida Rhodes", "ida@school.example")
    guest = enter(chromium, school.url, link)
    page = guest.page
    page.goto("/account")
    page.fill("#name", "A notebook")
    page.get_by_role("button", name="Make a key").click()
    expect(page.get_by_role("status")).to_contain_text("it is not shown again")
    look(page, "account")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in*")
    page.goto("/growth")
    page.wait_for_url(re.compile(r"/sign-in\?back="))
    look(page, "sign-in")
    page.fill("#email", "ida@school.example")
    page.fill("#password", f"not {PASSWORD}")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#problems")).to_contain_text("do not fit together")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/growth")
    assert guest.faults == []
    page.context.close()
