"""The container files: real settings, no open inner ports, no root, no models in the image."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from app.cli.checks import ROOT
from app.settings import Settings

pytestmark = pytest.mark.unit

SERVICE_KEYS = {
    "build", "cap_drop", "command", "depends_on", "environment", "expose", "healthcheck", "image",
    "ports", "restart", "security_opt", "volumes",
}  # fmt: skip
INSTRUCTIONS = {
    "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "RUN", "USER", "VOLUME",
    "WORKDIR",
}  # fmt: skip
KNOWN = {f"SOUNDING_{name.upper()}" for name in Settings.model_fields}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def _instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def test_services_use_known_keys_and_named_volumes_that_exist(compose: dict[str, Any]) -> None:
    assert {"app", "worker", "store", "ollama", "proxy"} == set(compose["services"])
    for name, service in compose["services"].items():
        assert set(service) <= SERVICE_KEYS, name
        assert "image" in service or "build" in service
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (ROOT / source).exists(), volume


def test_what_a_service_waits_for_is_a_service_with_that_check(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        waits = service.get("depends_on", {})
        for name in waits:
            assert name in services
            healthy = isinstance(waits, dict) and waits[name]["condition"] == "service_healthy"
            checked = "healthcheck" in services[name] or services[name].get("build")
            assert checked or not healthy


def test_every_sounding_variable_is_a_real_setting(compose: dict[str, Any]) -> None:
    text = "".join((ROOT / name).read_text() for name in ("docker-compose.yml", "Dockerfile"))
    text += (ROOT / "deploy" / "Caddyfile").read_text() + (ROOT / "deploy" / "start.sh").read_text()
    assert set(re.findall(r"SOUNDING_[A-Z_]+", text)) <= KNOWN
    assert {"SOUNDING_BASE_URL", "SOUNDING_DATABASE_URL"} <= set(
        compose["services"]["app"]["environment"]
    )


def test_the_settings_of_the_containers_are_valid(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in compose["services"]["app"]["environment"].items():
        plain = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:\?[^}]*\}", "secret", plain))
    settings = Settings()
    assert settings.base_url == "https://localhost"
    assert settings.worker == "none"


def test_only_the_proxy_is_open_to_the_outside(compose: dict[str, Any]) -> None:
    open_ports = {n: s["ports"] for n, s in compose["services"].items() if s.get("ports")}
    assert open_ports == {"proxy": ["80:80", "443:443", "443:443/udp"]}


def test_no_password_is_written_down(compose: dict[str, Any]) -> None:
    password = compose["services"]["store"]["environment"]["POSTGRES_PASSWORD"]
    assert password.startswith("${POSTGRES_PASSWORD:?")


def test_the_proxy_leads_to_the_port_of_the_app(compose: dict[str, Any]) -> None:
    assert compose["services"]["app"]["expose"] == ["8700"]
    assert "reverse_proxy app:8700" in (ROOT / "deploy" / "Caddyfile").read_text()
    assert Settings.model_fields["port"].default == 8700


def test_the_image_is_built_from_known_instructions_as_no_root_user() -> None:
    found = _instructions()
    assert found[0][0] == "FROM"
    assert {name for name, _ in found} <= INSTRUCTIONS
    users = [words for name, words in found if name == "USER"]
    assert users == ["sounding"]
    for name, words in found:
        if name in ("CMD", "ENTRYPOINT") or (name == "VOLUME" and words.startswith("[")):
            assert isinstance(json.loads(words), list)


def test_the_image_holds_no_model_and_demands_hashes() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "models fetch" not in text
    assert "--require-hashes" in text
    assert (ROOT / "deploy" / "start.sh").stat().st_mode & 0o111
