"""The authored stakeholders, one YAML file each."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from app.adapters.files.yaml_files import read_yaml
from app.domain.errors import BadContent
from app.domain.stakeholder import Stakeholder


def load_stakeholders(folder: Path) -> dict[str, Stakeholder]:
    """All of them by id.

    Raises:
        BadContent: a file breaks a rule; the message says where.
    """
    found: dict[str, Stakeholder] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            one = Stakeholder.model_validate(read_yaml(path, path.name))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "file"
            raise BadContent(f"{path.name}: {where}: {first['msg']}") from error
        if one.id != path.stem:
            raise BadContent(f"{path.name}: id: expected {path.stem!r}, found {one.id!r}")
        found[one.id] = one
    return found
