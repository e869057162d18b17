"""Settings from the environment and .env, read once; every error at once, one human sentence each."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class BadSettings(Exception):
    """The configuration can't be used"""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


class Settings(BaseSettings):
    """What the process is told from outside. Names in the environment carry the prefix LINLI_."""

    model_config = SettingsConfigDict(env_prefix="LINLI_", env_file=".env", extra="ignore")

    token_file: Path | None = Field(None, description="a file that holds the bot's token, mode 0600")
    api_base: str = Field("https://api.telegram.org", description="the messenger's API")
    database_url: str = Field("", description="PostgreSQL URL; empty = the embedded database in the data folder")
    data: Path = Field(Path("var"), description="the data folder")
    webhook_url: str = Field("", description="https address of our webhook; empty = long polling")
    webhook_secret_file: Path | None = Field(None, description="a file with at least 32 characters")
    clock_url: str = Field("", description="a sandbox's clock; only with a sandbox token")
    web_host: str = "127.0.0.1"
    web_port: int = Field(0, description="port of /healthz, /readyz, /metrics and the webhook; 0 = any free one")
    replica: str = "one"
    pace: float = Field(1.0, gt=0, description="how many times faster than real the messenger's limits run (sandbox only)")
    log_level: str = "INFO"

    @property
    def url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data / 'linli.db'}"

    @property
    def is_embedded(self) -> bool:
        return self.url.startswith("sqlite")

    def token(self) -> str:
        """The bot's token. Raises BadSettings when there is none."""
        if self.token_file is None:
            raise BadSettings(["LINLI_TOKEN_FILE is not set: name a file that holds the bot's token"])
        try:
            token = self.token_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSettings([f"The token file {self.token_file} can't be read: {error.strerror}"]) from None
        head, _, tail = token.partition(":")
        if not head.isdigit() or not tail:
            raise BadSettings([f"The token file {self.token_file} holds no bot token (digits, a colon, letters)"])
        return token

    def webhook_secret(self) -> str:
        """The webhook's secret, "" when polling. Raises BadSettings when it is missing or too short to be one."""
        if not self.webhook_url or self.webhook_secret_file is None:
            return ""
        try:
            secret = self.webhook_secret_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise BadSettings([f"The webhook secret {self.webhook_secret_file} can't be read"]) from None
        if len(secret) < MIN_SECRET:
            raise BadSettings([f"The webhook secret is shorter than {MIN_SECRET} characters"])
        return secret


MIN_SECRET = 32
SANDBOX_MARK = "sandbox"


def is_sandbox(token: str) -> bool:
    """Whether a token belongs to the local messenger, where nobody real can be reached."""
    return token.partition(":")[2].startswith(SANDBOX_MARK)


def read_settings(**given: object) -> Settings:
    """Settings from the environment with `given` on top. Raises BadSettings naming every fault."""
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise BadSettings([f"LINLI_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]) from None
    if settings.clock_url and not is_sandbox(settings.token()):
        raise BadSettings(["LINLI_CLOCK_URL is only for a sandbox token: with real people the clock is the real one"])
    if settings.webhook_url and settings.webhook_secret_file is None:
        raise BadSettings(["LINLI_WEBHOOK_URL needs LINLI_WEBHOOK_SECRET_FILE: a webhook without a secret can be forged"])
    return settings
