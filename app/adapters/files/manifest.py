"""The list of model files: reads `models/manifest.toml` and refuses one that breaks its rules."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from app.adapters.files.errors import ManifestInvalid, ModelUnknown

MANIFEST = Path(__file__).resolve().parents[3] / "models" / "manifest.toml"
LOCAL_ROLE = "local"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PlainName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]

_ORIGIN = re.compile(
    r"(?P<scheme>pypi|installed):(?P<package>[a-z0-9][a-z0-9-]*)==(?P<version>[0-9][0-9a-z.]*)"
    r"#(?P<path>[^!#:]+)(?:!(?P<inner>[^!#:]+))?"
)


class Origin(BaseModel):
    """One part of a file: a member of a package, or of a zip inside that package."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: Literal["pypi", "installed"]
    package: str
    version: str
    path: str
    inner: str | None = None

    @classmethod
    def parse(cls, text: str) -> Origin:
        """Read `pypi:NAME==VERSION#path[!inner]`; raises ValueError for anything else."""
        match = _ORIGIN.fullmatch(text)
        if match is None:
            raise ValueError(
                f"origin {text!r} is not pypi:NAME==VERSION#path or installed:NAME==VERSION#path"
            )
        return cls.model_validate(match.groupdict())

    @property
    def requirement(self) -> str:
        """The package, pinned, as pip writes it."""
        return f"{self.package}=={self.version}"


class ModelFile(BaseModel):
    """One file of a model; `size` is in bytes, and `parts` are joined in their order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: PlainName
    size: Annotated[int, Field(gt=0)]
    sha256: Sha256
    upstream: Annotated[str, Field(min_length=1)]
    parts: Annotated[tuple[Origin, ...], Field(min_length=1)]
    convert: Literal["mini-xception-onnx"] | None = None
    source_size: Annotated[int, Field(gt=0)] | None = None
    source_sha256: Sha256 | None = None

    @field_validator("parts", mode="before")
    @classmethod
    def _parse_parts(cls, value: object) -> object:
        if not isinstance(value, list):
            raise ValueError("parts must be a list of origins")
        return tuple(Origin.parse(str(part)) for part in value)

    @model_validator(mode="after")
    def _source_belongs_to_convert(self) -> Self:
        given = (self.source_size is not None, self.source_sha256 is not None)
        if given != (self.convert is not None,) * 2:
            raise ValueError("convert, source_size and source_sha256 go together")
        return self

    @property
    def fetched_size(self) -> int:
        """Bytes of the joined parts, before any conversion."""
        return self.source_size or self.size

    @property
    def fetched_sha256(self) -> str:
        """Checksum of the joined parts, before any conversion."""
        return self.source_sha256 or self.sha256


class Model(BaseModel):
    """One model: why it is here, under which licence, and its files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: Annotated[str, Field(min_length=1)]
    licence: Annotated[str, Field(min_length=1)]
    needed_by: Literal["core", "local-llm"]
    files: Annotated[tuple[ModelFile, ...], Field(min_length=1)]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


class Manifest(BaseModel):
    """All models by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    models: dict[PlainName, Model]

    def model(self, name: str) -> Model:
        """The model called `name`; raises ModelUnknown with the names there are."""
        if name not in self.models:
            known = ", ".join(sorted(self.models))
            raise ModelUnknown(f"There is no model {name!r}; the manifest lists {known}.")
        return self.models[name]

    def file(self, name: str, file: str) -> ModelFile:
        """One file of a model; raises ModelUnknown when the manifest lists no such file."""
        for entry in self.model(name).files:
            if entry.name == file:
                return entry
        raise ModelUnknown(f"The model {name!r} has no file {file!r}.")


def load_manifest(path: Path = MANIFEST) -> Manifest:
    """Read and check the manifest; raises ManifestInvalid naming each broken entry."""
    try:
        return Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ManifestInvalid(f"{path} can't be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestInvalid(f"{path} is no valid TOML: {error}.") from error
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(str(step) for step in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        )
        raise ManifestInvalid(f"{path}: {said}.") from error


def needed(roles: Iterable[str], manifest: Manifest | None = None) -> set[str]:
    """Names of the models an installation needs whose roles are set to `roles`.

    A role is written as in the settings: `local`, `openai:MODEL`, `ollama:MODEL`. The local
    language model is needed only when one of them is `local`.
    """
    listed = (manifest or load_manifest()).models
    groups = {"core", "local-llm"} if LOCAL_ROLE in set(roles) else {"core"}
    return {name for name, model in listed.items() if model.needed_by in groups}
