"""Settings from the environment (`XUEFEN_…`). Outside development no secret may be missing or known."""

import re
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[3]
DEVELOPMENT_SECRET = "development-only-secret-never-in-production"  # noqa: S105 - refused outside development
KNOWN_SECRETS = {DEVELOPMENT_SECRET, "secret", "changeme", "password"}
MINIMUM_SECRET = 32


class InsecureSettings(ValueError):
    """The configuration would run without real secrets; the message says which variable to set."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="XUEFEN_", extra="ignore", hide_input_in_errors=True)

    environment: Literal["development", "test", "production"] = "production"
    database_url: str = f"sqlite:///{ROOT / 'data' / 'xuefen.db'}"
    migration_url: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    demo_password: SecretStr | None = None
    frontend: Path = ROOT / "frontend"
    data_directory: Path = ROOT / "data"

    secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    """Key of every HMAC: blind indexes, directory hashes, page tokens. At least 32 characters."""
    encryption_keys: dict[str, SecretStr] = Field(default_factory=dict)
    """Key id -> base64 of 32 bytes; the first encrypts, all decrypt. Empty in development: derived."""
    signing_keys: list[SecretStr] = Field(default_factory=list)
    """PEM of P-256 private keys; the first signs, all verify. Empty in development: kept in a file."""

    allowed_origins: list[str] = Field(default_factory=list)
    max_body_bytes: int = 2_000_000
    max_upload_bytes: int = 20_000_000
    access_minutes: int = 10
    refresh_days: int = 14
    pool_size: int = Field(default=8, ge=1, le=100)
    pool_timeout_seconds: float = 5.0
    sqlite_wait_seconds: float = 10.0
    prepared_statements: bool = True
    """False behind PgBouncer in transaction mode."""
    worker_in_process: bool = True

    @property
    def relaxed(self) -> bool:
        return self.environment in ("development", "test")

    @model_validator(mode="after")
    def refuse_unsafe(self) -> Self:
        if "*" in self.allowed_origins:
            raise InsecureSettings("XUEFEN_ALLOWED_ORIGINS must name the page's origins; '*' is refused")
        if self.relaxed:
            return self
        secret = self.secret_key.get_secret_value()
        if secret in KNOWN_SECRETS or len(secret) < MINIMUM_SECRET or re.fullmatch(r"(.)\1*", secret):
            raise InsecureSettings(
                "set XUEFEN_SECRET_KEY to at least 32 random characters (or XUEFEN_ENVIRONMENT=development)"
            )
        if not self.encryption_keys:
            raise InsecureSettings('set XUEFEN_ENCRYPTION_KEYS, such as {"k1": "<base64 of 32 bytes>"}')
        if not self.signing_keys:
            raise InsecureSettings("set XUEFEN_SIGNING_KEYS to a JSON list of P-256 private keys in PEM")
        return self


@cache
def settings() -> Settings:
    return Settings()
