"""Settings from the environment, and their table in README.md."""

from pathlib import Path

import pytest

from app.settings import BadSettings, Settings

README = Path(__file__).parents[2] / "README.md"
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_defaults() -> None:
    settings = Settings.read()
    assert settings.url == "http://127.0.0.1:3000"
    assert settings.database_url is None
    assert settings.cors_origins == ("*",)


def test_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": "postgres://me@db/crm",
        "APP_SECRET": SECRET,
        "PORT": "8080",
        "HOST": "0.0.0.0",
        "INTROSPECTION": "OPEN",
        "CORS_ORIGINS": "https://a.example, https://b.example/",
        "TRUSTED_PROXIES": "10.0.0.0/8, ::1/128",
        "LOG_LEVEL": "",
        "EVENTS": "OFF",
    }.items():
        monkeypatch.setenv(name, value)
    settings = Settings.read()
    assert (settings.port, settings.introspection, settings.log_level) == (8080, "open", "info")
    assert (settings.events, settings.relay) == (False, True)
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    assert settings.url == "http://127.0.0.1:8080"
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PORT", "many", "PORT 'many': input should be a valid integer"),
        ("PORT", "70000", "PORT '70000': input should be less than or equal to 65535"),
        ("WORKERS", "0", "WORKERS '0': input should be greater than or equal to 1"),
        ("INTROSPECTION", "yes", "INTROSPECTION 'yes': input should be 'token' or 'open'"),
        ("EVENTS", "yes", "EVENTS 'yes': input should be 'on' or 'off'"),
        ("EVENT_RETENTION_DAYS", "0", "EVENT_RETENTION_DAYS '0': input should be greater than or equal to 1"),
        ("DATABASE_URL", "mysql://secret@db", "DATABASE_URL: must look like postgresql://"),
        ("DATABASE_URL", "postgresql://db/crm", "APP_SECRET is required with DATABASE_URL"),
        ("APP_SECRET", "short", "APP_SECRET: must have 32 characters or more"),
        ("APP_SECRET_PREVIOUS", f"{SECRET},short", "APP_SECRET_PREVIOUS: must have 32 characters or more"),
        ("RATE_LIMIT", "0", "RATE_LIMIT '0': input should be greater than or equal to 1"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "TRUSTED_PROXIES '10.0.0.1/8': input is not a valid IPv4 network"),
        ("SERVER_URL", "crm.example", "SERVER_URL 'crm.example': must look like https://"),
    ],
)
def test_a_bad_value_is_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as raised:
        Settings.read()
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


def test_the_readme_has_every_setting() -> None:
    rows = [line for line in README.read_text().splitlines() if line.startswith("| `") and line.split("`")[1].isupper()]
    assert rows == [
        f"| `{name.upper()}` | {_shown(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]


def _shown(default: object) -> str:
    if default is None or default == ():
        return ""
    if isinstance(default, bool):
        return "`on`" if default else "`off`"
    return f"`{','.join(default)}`" if isinstance(default, tuple) else f"`{default}`"
