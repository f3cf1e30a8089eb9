"""The authored prompts: Markdown files with a YAML header and a Jinja body."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.domain.errors import BadContent
from app.ports.language import Prompt

_HEADER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n(.*)\Z", re.DOTALL)
_FENCE = re.compile(r"`{3,}|~{3,}|<{3,}|>{3,}|={4,}|-{3,}|</?\s*[a-zA-Z][\w-]*\s*/?>|<\|.*?\|>")


class PromptHeader(BaseModel):
    """What a prompt file says about itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Field(ge=1)
    role: Literal["interviewer", "grader", "coach"]
    inputs: tuple[str, ...]
    output: str = Field(min_length=1)


@dataclass(frozen=True)
class _Authored:
    header: PromptHeader
    template: Template
    digest: str


class FilePrompts:
    """PromptLibrary of one folder, read and checked once."""

    def __init__(self, folder: Path) -> None:
        """Read every `*.md` of the folder.

        Raises:
            BadContent: A file breaks a rule; the message names it.
        """
        environment = _environment()
        self._prompts: dict[str, _Authored] = {}
        for path in sorted(folder.glob("*.md")):
            authored = _read(path, environment)
            if authored.header.id in self._prompts:
                raise BadContent(f"{path.name}: id: expected each once, found a second")
            self._prompts[authored.header.id] = authored

    @property
    def headers(self) -> Mapping[str, PromptHeader]:
        """What each prompt says about itself, by its id."""
        return {name: authored.header for name, authored in self._prompts.items()}

    def render(self, prompt_id: str, **inputs: object) -> Prompt:
        """Render a prompt.

        Raises:
            BadContent: There is no such prompt, or an input is missing or unknown.
        """
        authored = self._prompts.get(prompt_id)
        if authored is None:
            raise BadContent(f"expected a prompt with the id {prompt_id!r}, found none")
        expected = set(authored.header.inputs)
        if expected != set(inputs):
            raise BadContent(f"{prompt_id}: expected {sorted(expected)}, found {sorted(inputs)}")
        try:
            text = authored.template.render(**inputs)
        except (TemplateError, TypeError, ValueError, KeyError) as error:
            raise BadContent(f"{prompt_id}: did not render: {type(error).__name__}") from error
        return Prompt(prompt_id, authored.header.version, authored.digest, text.strip())


def fence(text: object) -> str:
    """Words of a person as data: what could close their fence or open another is defused."""
    return _FENCE.sub(lambda match: " ".join(_HARMLESS.get(c, c) for c in match[0]), str(text))


_HARMLESS = {"`": "'", "~": "-", "<": "‹", ">": "›", "=": "-"}


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["fence"] = fence
    return environment


def _read(path: Path, environment: SandboxedEnvironment) -> _Authored:
    try:
        parts = _HEADER.match(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadContent(f"{path.name}: expected a readable UTF-8 file") from error
    if parts is None:
        raise BadContent(f"{path.name}: expected a YAML header between two lines of ---")
    try:
        header = PromptHeader.model_validate(yaml.safe_load(parts[1]))
        used = meta.find_undeclared_variables(environment.parse(parts[2]))
        template = environment.from_string(parts[2])
    except yaml.YAMLError as error:
        raise BadContent(f"{path.name}: header: expected YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "header"
        raise BadContent(f"{path.name}: {where}: {first['msg']}") from error
    except TemplateError as error:
        raise BadContent(f"{path.name}: body: {error}") from error
    if used != set(header.inputs):
        raise BadContent(
            f"{path.name}: inputs: declared {sorted(header.inputs)}, used {sorted(used)}"
        )
    digest = hashlib.sha256(parts[2].encode()).hexdigest()[:12]
    return _Authored(header, template, digest)
