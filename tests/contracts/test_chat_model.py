"""Every chat model keeps the port's rules: the scripted one, OpenAI's API and Ollama's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from app.adapters.llm.chat import LangChainModel
from app.adapters.llm.factory import LOCAL_FILE, make_model, shared_server
from app.domain.errors import BadContent
from app.ports.errors import ModelMisbehaved, ModelUnavailable
from app.ports.language import ChatModel, Prompt
from tests.fakes.language import FakeChatModel
from tests.fakes.ollama_server import OllamaScript, ollama_server
from tests.needs import need_model

pytestmark = pytest.mark.contract


class Question(BaseModel):
    text: str
    words: int


@dataclass(frozen=True)
class Given:
    openai_base_url: str | None = None
    openai_api_key: str | None = None
    ollama_url: str = "http://127.0.0.1:1"
    model_timeout: float = 240.0  # a loaded machine writes a word in seconds
    threads: int = 2


@dataclass(frozen=True)
class Folder:
    root: Path

    def path(self, name: str, file: str) -> Path:
        return self.root / name / file


GOOD = '{"text": "Why?", "words": 1}'


def asked(text: str = "Write one short question about Python lists, as JSON.") -> Prompt:
    return Prompt("p", 1, "0" * 12, text)


def made(name: str, given: Given, root: Path = Path("/nowhere")) -> ChatModel:
    model = make_model(name, settings=given, models=Folder(root))
    assert model is not None
    return model


@pytest.fixture
def script() -> Iterator[OllamaScript]:
    with ollama_server(OllamaScript(replies=(GOOD,))) as running:
        yield running


@pytest.fixture(params=["fake", "openai", "local", "ollama"])
def model(request: pytest.FixtureRequest, script: OllamaScript) -> ChatModel:
    if request.param == "fake":
        return FakeChatModel(replies=[{"text": "Why?", "words": 1}])
    if request.param == "ollama":
        return made("ollama:tiny", Given(ollama_url=script.url))
    folder = need_model("local-llm").parent
    if request.param == "local":
        return made("local", Given(), folder)
    server = shared_server(Folder(folder).path(*LOCAL_FILE), 2)
    return made("openai:local", Given(openai_base_url=server.base_url()))


async def test_a_reply_has_the_type_that_was_asked_for(model: ChatModel) -> None:
    answer = await model.reply(asked(), Question)

    assert isinstance(answer, Question)
    assert answer.text


async def test_a_stream_gives_its_text_in_pieces(model: ChatModel) -> None:
    pieces = [piece async for piece in model.stream(asked("Say hello to the world."))]

    assert len(pieces) > 1
    assert all(pieces)


@pytest.mark.parametrize("kind", ["openai", "local"])
async def test_a_true_statement_gets_the_higher_vote(kind: str) -> None:
    folder = need_model("local-llm").parent
    server = shared_server(Folder(folder).path(*LOCAL_FILE), 2)
    name = "local" if kind == "local" else "openai:local"
    voter = made(name, Given(openai_base_url=server.base_url()), folder)

    votes = await voter.votes(
        "The candidate answered: A dictionary finds a key in constant time, for it hashes the key.",
        (
            "The answer says that the key is hashed. Is that true of the answer?",
            "The answer says that Postgres locks rows. Is that true of the answer?",
        ),
    )

    assert len(votes) == 2
    assert all(0.0 <= vote <= 1.0 for vote in votes)
    assert votes[0] > votes[1]


class OneToken:
    """A LangChain client that gives these `logprobs`, or raises them, and votes yes."""

    def __init__(self, *given: Any) -> None:
        self._given = list(given)

    def bind(self, **_: object) -> OneToken:
        return self

    async def ainvoke(self, _: object) -> Any:
        given = self._given.pop(0)
        if isinstance(given, Exception):
            raise given
        return SimpleNamespace(response_metadata={"logprobs": given})

    def with_structured_output(self, answer: type[BaseModel], **_: object) -> Any:
        async def ainvoke(_: object) -> dict[str, object]:
            return {"parsed": answer.model_validate({"verdicts": [True]})}

        return SimpleNamespace(ainvoke=ainvoke)


def first_token(*words: tuple[str, float]) -> dict[str, object]:
    return {"content": [{"top_logprobs": [{"token": w, "logprob": p} for w, p in words]}]}


def voting(*given: Any) -> LangChainModel:
    client = OneToken(*given)
    return LangChainModel("local", lambda: client, capable=False, logprobs=True, timeout=30)


async def test_a_token_that_is_neither_word_is_one_vote_without_an_opinion() -> None:
    sure = first_token(("Yes", -0.01), ("No", -5.0))
    voter = voting(first_token(("Well", -0.1), ("Hm", -3.0)), sure, {"content": []}, sure)

    votes = await voter.votes("It is so.", ("A", "B", "C"))

    assert votes[0] == votes[2] == 0.5
    assert 0.9 < votes[1] < 1.0
    assert await voter.votes("It is so.", ("B",)) == (votes[1],)


async def test_one_refused_request_does_not_end_the_log_probabilities() -> None:
    sure = first_token(("Yes", -0.01), ("No", -5.0))
    voter = voting(ValueError("too long"), sure)

    assert await voter.votes("It is so.", ("A",)) == (0.9,)
    assert await voter.votes("It is so.", ("A",)) != (0.9,)


async def test_a_server_without_log_probabilities_is_asked_for_them_once() -> None:
    voter = voting(None)

    assert await voter.votes("It is so.", ("A",)) == (0.9,)
    assert await voter.votes("It is so.", ("A",)) == (0.9,)


async def test_no_statements_need_no_call() -> None:
    assert await made("ollama:tiny", Given()).votes("anything", ()) == ()


async def test_ollama_votes_by_one_typed_reply(script: OllamaScript) -> None:
    script.replies = ('{"verdicts": [true, false]}',)
    votes = await made("ollama:tiny", Given(ollama_url=script.url)).votes("It is so.", ("A", "B"))

    assert votes == (0.9, 0.1)
    assert len(script.requests) == 1
    assert "verdicts" in str(script.requests[0]["format"])


async def test_a_ballot_of_the_wrong_length_is_misbehaviour(script: OllamaScript) -> None:
    script.replies = ('{"verdicts": [true]}',)

    with pytest.raises(ModelMisbehaved, match="2 verdicts"):
        await made("ollama:tiny", Given(ollama_url=script.url)).votes("It is so.", ("A", "B"))


async def test_invalid_json_is_asked_for_once_more(script: OllamaScript) -> None:
    script.replies = ("no JSON at all", GOOD)
    answer = await made("ollama:tiny", Given(ollama_url=script.url)).reply(asked(), Question)

    assert answer.words == 1
    assert len(script.requests) == 2


async def test_invalid_json_twice_is_misbehaviour(script: OllamaScript) -> None:
    script.replies = ('{"text": 3}', "no JSON at all")

    with pytest.raises(ModelMisbehaved) as caught:
        await made("ollama:tiny", Given(ollama_url=script.url)).reply(asked(), Question)

    assert len(script.requests) == 2
    assert "no JSON at all" not in str(caught.value)


async def test_junk_instead_of_the_protocol_is_misbehaviour(script: OllamaScript) -> None:
    script.junk = True

    with pytest.raises(ModelMisbehaved):
        await made("ollama:tiny", Given(ollama_url=script.url)).reply(asked(), Question)


async def test_an_unknown_model_is_unavailable(script: OllamaScript) -> None:
    with pytest.raises(ModelUnavailable, match="404"):
        await made("ollama:other", Given(ollama_url=script.url)).reply(asked(), Question)


async def test_a_slow_model_is_unavailable(script: OllamaScript) -> None:
    script.delay_seconds = 1.5
    slow = made("ollama:tiny", Given(ollama_url=script.url, model_timeout=0.3))

    with pytest.raises(ModelUnavailable, match="in time"):
        await slow.reply(asked(), Question)
    with pytest.raises(ModelUnavailable, match="in time"):
        await anext(aiter(slow.stream(asked())))


@pytest.mark.parametrize("name", ["openai:any", "ollama:any", "fake"])
async def test_a_server_that_is_down_is_unavailable(name: str) -> None:
    given = Given(openai_base_url="http://127.0.0.1:1/v1")
    down = FakeChatModel(down=True) if name == "fake" else made(name, given)

    with pytest.raises(ModelUnavailable):
        await down.reply(asked(), Question)
    with pytest.raises(ModelUnavailable):
        await anext(aiter(down.stream(asked())))
    with pytest.raises(ModelUnavailable):
        await down.votes("It is so.", ("A",))


async def test_a_missing_local_file_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="models fetch"):
        await made("local", Given(), tmp_path).reply(asked(), Question)


def test_a_name_that_says_no_model_is_refused() -> None:
    with pytest.raises(BadContent, match="found 'gpt'"):
        made("gpt", Given())


def test_none_makes_no_model_and_local_is_not_capable() -> None:
    assert make_model("none", settings=Given(), models=Folder(Path("/nowhere"))) is None
    assert not made("local", Given()).capable
    assert made("ollama:any", Given()).capable
