"""Settings from the environment, read once by wiring; every name starts with `SOUNDING_`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, StringConstraints, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ModelName = Annotated[str, StringConstraints(pattern=r"^(local|none|openai:.+|ollama:.+)$")]
Days = Annotated[
    Annotated[int, Field(ge=0)] | None,
    BeforeValidator(lambda given: None if given == "" else given),  # set to nothing: no end
]
OperatorToken = Annotated[
    Annotated[SecretStr, Field(min_length=16)] | None,
    BeforeValidator(lambda given: given or None),  # set to nothing is not set
]


def _user_folder(variable: str, fallback: str) -> Path:
    base = os.environ.get(variable)
    return Path(base) if base else Path.home() / fallback


def _default_data_dir() -> Path:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/sounding")
    return _user_folder("XDG_DATA_HOME", ".local/share") / "sounding"


def _default_models() -> Path:
    return _user_folder("XDG_CACHE_HOME", ".cache") / "sounding" / "models"


class Settings(BaseSettings):
    """All that can be set, with safe defaults for one person on one machine."""

    model_config = SettingsConfigDict(env_prefix="SOUNDING_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(
        8700, ge=0, le=65535, description="Port of the web server; 0 takes a free one."
    )
    base_url: str | None = Field(
        None, description="Public address behind a proxy, such as https://sounding.example."
    )
    data_dir: Path = Field(
        default_factory=_default_data_dir,
        description="Folder of the embedded store and recordings.",
    )
    models: Path = Field(
        default_factory=_default_models,
        description="Folder of the model files, shared by checkouts.",
    )
    database_url: str | None = Field(
        None, description="A Postgres server with pgvector; set, the embedded one is never started."
    )
    worker: Literal["inside", "none"] = Field(
        "inside",
        description="Run background jobs in the web process, or leave them to `sounding worker`.",
    )
    interviewer_model: ModelName = Field(
        "local", description="Model of the interviewer: local, none, openai:MODEL or ollama:MODEL."
    )
    grader_model: ModelName = Field("local", description="Model of the grader, named alike.")
    coach_model: ModelName = Field("local", description="Model of the coach, named alike.")
    openai_base_url: str | None = Field(
        None, description="Address of an OpenAI-compatible server, if not OpenAI's own."
    )
    openai_api_key: str | None = Field(None, description="Key of that server.")
    ollama_url: str = Field("http://127.0.0.1:11434", description="Address of the Ollama server.")
    model_timeout: float = Field(
        20.0, gt=0, description="Seconds before a language model counts as unavailable."
    )
    plan_timeout: float = Field(
        2.5, gt=0, description="Seconds that the next question waits for a model before the bank's."
    )
    whisper: str = Field(
        "base", description="Whisper size in the model folder, or a folder's path."
    )
    voice: str = Field("joe", description="Piper voice in the model folder.")
    stress_model: Path | None = Field(
        None, description="A model of `sounding train voice`; not set: an index of directions."
    )
    face_model: Path | None = Field(
        None, description="A model of `sounding train face`; not set: the shipped one."
    )
    fusion_model: Path | None = Field(
        None, description="A blend of `sounding train fusion`; not set: by coverage alone."
    )
    patience: float = Field(1.0, ge=0.5, le=2.0, description="Default factor on every wait.")
    endpointing: Literal["patient", "quick"] = Field(
        "patient", description="Waits at the end of a turn; quick, Pipecat's, is for comparison."
    )
    max_live: int = Field(
        4, ge=1, description="Live interviews held at once before a clear refusal."
    )
    accounts: Literal["off", "on"] = Field(
        "off", description="Let people sign in; off, whoever comes is the server's one person."
    )
    oidc_issuer: str | None = Field(
        None, description="An OpenID provider that people may sign in by, by its exact issuer."
    )
    oidc_client_id: str | None = Field(None, description="What the provider knows this server by.")
    oidc_client_secret: SecretStr | None = Field(
        None, description="The secret that the provider gave with it."
    )
    oidc_client_secret_file: Path | None = Field(
        None, description="A file with that secret, in place of it."
    )
    oidc_allowed_domains: str | None = Field(
        None, description="Domains, with commas, whose people become candidates by coming."
    )
    webhooks_private: bool = Field(
        False,
        description="Let webhooks go into private networks and to this machine, also by http.",
    )
    operator_token: OperatorToken = Field(
        None, description="Secret that opens the operator's page; without it only this machine may."
    )
    keep_recording_days: Days = Field(
        30, description="Days that kept sound lives after its interview; empty: no end."
    )
    keep_delivery_days: Days = Field(
        365, description="Days that measures of delivery live after their interview."
    )
    keep_expression_days: Days = Field(
        30, description="Days that readings of face and voice live after their interview."
    )
    keep_interview_days: Days = Field(
        None, description="Days after which a whole interview is erased; not set: never."
    )
    upload_megabytes: int = Field(
        200, ge=1, le=2000, description="The largest recording that people may bring, in MB."
    )
    upload_minutes: int = Field(
        60, ge=1, le=240, description="The longest recording that is analysed, in minutes."
    )
    threads: int = Field(2, ge=1, description="Threads for each engine.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe log lines that are written."
    )

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Settings:
        secrets = [self.oidc_client_secret, self.oidc_client_secret_file]
        if self.oidc_issuer and (not self.oidc_client_id or secrets.count(None) != 1):
            raise ValueError(
                "SOUNDING_OIDC_ISSUER needs SOUNDING_OIDC_CLIENT_ID, and either "
                "SOUNDING_OIDC_CLIENT_SECRET or SOUNDING_OIDC_CLIENT_SECRET_FILE"
            )
        if self.oidc_issuer and self.accounts == "off":
            raise ValueError("SOUNDING_OIDC_ISSUER needs SOUNDING_ACCOUNTS=on")
        return self
