"""The settings: one frozen value, read once from the environment at start and passed down. Nothing else reads it."""

import os
import re
from collections.abc import Iterator
from dataclasses import fields
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.fault import OperatorFault
from schema.context import Limits

ENV_FILE = ".env"
LIKENESS = 0.85  # of a name that is taken for a misspelt setting
SECRET_LENGTH = 32  # bytes; the key of an HS256 signature has at least as many as the hash (RFC 7518, 3.2)

CaseFolded = BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)


def _switch(value: object) -> object:
    """`on` and `off`, as the table of settings has them, or `true` and `false`."""
    if not isinstance(value, str):
        return value
    if value.lower() not in ("on", "off", "true", "false"):
        raise ValueError("input should be 'on' or 'off'")
    return value.lower() in ("on", "true")


class BadSettings(OperatorFault):
    """A setting has a value that the server cannot start with; the message is one line for the operator."""


class Settings(BaseSettings):
    """Every field is one environment variable, in upper case, or a line of `.env`; README.md shows the same table."""

    model_config = SettingsConfigDict(frozen=True, env_file=ENV_FILE, env_ignore_empty=True, extra="ignore")

    database_url: str | None = Field(
        default=None, description="The PostgreSQL 15+ to use; absent, an embedded PostgreSQL runs in `DATA_DIR`"
    )
    read_database_url: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Streaming replicas of that, separated by commas, for reads that may be a moment old"
    )
    replica_reads: Annotated[Literal["asked", "all"], CaseFolded] = Field(
        default="asked",
        description="Which reads go to a replica: `asked`, those with `Prefer: read=replica`; `all`, unless they have"
        " `Prefer: read=primary`",
    )
    data_dir: Path = Field(
        default=Path(".icosa"), description="Where the embedded PostgreSQL, its secret and token are kept"
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on")
    port: int = Field(default=3000, ge=1, le=65535, description="The port to listen on")
    workers: int = Field(default=1, ge=1, le=256, description="How many server processes share the port")
    app_secret: SecretStr | None = Field(
        default=None,
        description="Signs tokens and seals secrets, 32 characters or more; required with `DATABASE_URL`,"
        " otherwise kept in `DATA_DIR`",
    )
    app_secret_previous: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="Secrets that tokens and stored secrets may have been made with before, separated by commas",
    )
    server_url: str | None = Field(
        default=None, description="The address clients see, as printed at start; absent, made of `HOST` and `PORT`"
    )
    introspection: Annotated[Literal["token", "open"], CaseFolded] = Field(
        default="token", description="Who may read the schema: `token`, callers with a token; `open`, everyone"
    )
    max_page_size: int = Field(default=1000, ge=1, description="Records in one page at most; more are clamped")
    max_batch_size: int = Field(default=1000, ge=1, description="Records in one create at most; more are refused")
    max_affected_records: int = Field(
        default=10_000, ge=1, description="Records one update, delete, restore or destroy may change; more are refused"
    )
    max_tokens: int = Field(
        default=5000, ge=1, description="Tokens of a GraphQL document, arguments of mutations apart; more are refused"
    )
    max_depth: int = Field(default=50, ge=1, description="How deeply the fields of a GraphQL operation may be nested")
    max_aliases: int = Field(
        default=200, ge=0, description="Aliases of a GraphQL operation, fields that are named again among them"
    )
    max_queries: int = Field(default=60, ge=1, description="Root fields of a GraphQL query")
    max_mutations: int = Field(default=10, ge=1, description="Root fields of a GraphQL mutation")
    max_selections: int = Field(
        default=10_000, ge=1, description="Fields that a GraphQL operation selects, its fragments spread out"
    )
    max_rows: int = Field(
        default=500_000,
        ge=1,
        description="Records that a GraphQL operation may answer by the sizes of its pages, multiplied down the tree",
    )
    max_rest_rows: int = Field(
        default=25_000_000,
        ge=1,
        description="The same of a REST list, whose `depth` implies pages of 60; its `limit` is clamped beyond",
    )
    rate_limit: int | None = Field(
        default=None,
        ge=1,
        description="What one key or member may use in a minute: 1 a request and 1 for every 10 ms of the database",
    )
    rate_limit_address: int | None = Field(
        default=None, ge=1, description="Requests without a good token that one address may make in a minute"
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        default=(),
        description="Networks whose `X-Forwarded-For` is believed, separated by commas, such as `10.0.0.0/8`",
    )
    max_answer_characters: int = Field(
        default=100_000_000, ge=1, description="Characters of JSON that one root field may answer; more is refused"
    )
    max_body_bytes: int = Field(default=10_485_760, ge=1, description="The size of a request body at most")
    max_connections: int = Field(
        default=10_000, ge=1, description="Connections to one process at once, streams among them; more are refused"
    )
    max_connections_per_address: int = Field(
        default=1000, ge=0, description="Of them from one address, `127.0.0.1` and `::1` apart; `0` is any number"
    )
    max_stream_connections: int = Field(
        default=10_000, ge=1, description="WebSockets and event streams of one process at once; more are refused"
    )
    max_stream_operations: int = Field(
        default=100, ge=1, description="Operations on one WebSocket at once; more are refused"
    )
    max_live_queries: int = Field(
        default=1000, ge=1, description="Different live queries of one process at once; more are refused"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("*",), description="Origins that browsers may call from, separated by commas; `*` is all"
    )
    statement_timeout_ms: int = Field(
        default=10_000, ge=1, description="The time one SQL statement may take, in milliseconds"
    )
    events: Annotated[bool, BeforeValidator(_switch)] = Field(
        default=True, description="Whether writes are recorded as events: `on` or `off`"
    )
    event_retention_days: int = Field(default=30, ge=1, description="Days for which the log of events is kept")
    relay: Annotated[bool, BeforeValidator(_switch)] = Field(
        default=True, description="Whether the server relays events: `on`, or `off` where `icosa worker` does"
    )
    webhook_allow_private: Annotated[bool, BeforeValidator(_switch)] = Field(
        default=False, description="Whether webhooks may reach addresses that are not public: `on` or `off`"
    )
    access_log: Annotated[bool, BeforeValidator(_switch)] = Field(
        default=False, description="Whether each request is told as a line of JSON on standard output: `on` or `off`"
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], CaseFolded] = Field(
        default="info", description="What is logged: `debug`, `info`, `warning` or `error`"
    )

    @classmethod
    def read(cls, **given: Any) -> Self:
        """Those of the environment, but for what is given and not None. Raises BadSettings."""
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            raise BadSettings(_one_line(error)) from None

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, url: str | None) -> str | None:
        if url is not None and urlsplit(url).scheme not in ("postgres", "postgresql"):
            raise ValueError("must look like postgresql://user:password@host:5432/database")
        return url

    @field_validator("read_database_url", mode="before")
    @classmethod
    def _split_urls(cls, urls: object) -> object:
        """At each comma that a URL follows: one URL may name several hosts."""
        if isinstance(urls, str):
            return tuple(url.strip() for url in re.split(r",(?=\s*postgres(?:ql)?://)", urls) if url.strip())
        return urls

    @field_validator("read_database_url")
    @classmethod
    def _are_postgresql(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for url in urls:
            cls._is_postgresql(url)
        return urls

    @field_validator("app_secret", "app_secret_previous")
    @classmethod
    def _are_long(cls, given: SecretStr | tuple[SecretStr, ...] | None) -> SecretStr | tuple[SecretStr, ...] | None:
        for secret in given if isinstance(given, tuple) else [given] if given else []:
            if len(secret.get_secret_value().encode()) < SECRET_LENGTH:
                raise ValueError(
                    f"must have {SECRET_LENGTH} characters or more, for example from: openssl rand -hex 32"
                )
        return given

    @field_validator("app_secret_previous", mode="before")
    @classmethod
    def _split_secrets(cls, secrets: object) -> object:
        if isinstance(secrets, str):
            return tuple(secret.strip() for secret in secrets.split(",") if secret.strip())
        return secrets

    @field_validator("server_url")
    @classmethod
    def _is_http(cls, url: str | None) -> str | None:
        if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
            raise ValueError("must look like https://crm.example.com")
        return url and url.rstrip("/")

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, origins: object) -> object:
        if isinstance(origins, str):
            return tuple(origin.strip().rstrip("/") for origin in origins.split(",") if origin.strip())
        return origins

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_networks(cls, networks: object) -> object:
        if isinstance(networks, str):
            return tuple(network.strip() for network in networks.split(",") if network.strip())
        return networks

    @model_validator(mode="after")
    def _has_secret(self) -> Self:
        if self.database_url and not self.app_secret:
            raise ValueError("APP_SECRET is required with DATABASE_URL: set it to the output of: openssl rand -hex 32")
        return self

    @property
    def limits(self) -> Limits:
        """How much one operation may ask for."""
        return Limits(**{one.name: getattr(self, one.name) for one in fields(Limits)})

    @property
    def limits_rates(self) -> bool:
        return self.rate_limit is not None or self.rate_limit_address is not None

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return self.server_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def secret(self) -> str:
        """The key that tokens are signed with."""
        assert self.app_secret is not None, "the embedded default sets it before anything asks"
        return self.app_secret.get_secret_value()

    @property
    def previous_secrets(self) -> tuple[str, ...]:
        """Those whose tokens still count."""
        return tuple(secret.get_secret_value() for secret in self.app_secret_previous)


def strangers() -> Iterator[str]:
    """A line for each name that nearly is a setting's, and for each in `.env` that is none."""
    names = [name.upper() for name in Settings.model_fields]
    in_file = {name.upper() for name in dotenv_values(ENV_FILE)}
    for name in sorted({*os.environ, *in_file} - set(names)):
        near = get_close_matches(name, names, n=1, cutoff=LIKENESS)
        if near:
            yield f"{name} is no setting; did you mean {near[0]}?"
        elif name in in_file:
            yield f"{name} in {ENV_FILE} is no setting"


def _one_line(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_context=False)[0]
    reason = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return reason
    name = str(problem["loc"][0]).upper()
    shown = "" if name in ("APP_SECRET", "APP_SECRET_PREVIOUS", "DATABASE_URL") else f" {str(problem['input'])[:80]!r}"
    return f"{name}{shown}: {reason[:1].lower()}{reason[1:]}"
