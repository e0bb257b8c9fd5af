"""The settings of a server: the environment's, `DIGITS_…`, or the options of `digits serve`, which win."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any, Literal, TypeAlias

import limits
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, SettingsConfigDict

from ..errors import DigitsError
from ..networks.classifier import BATCH

Page: TypeAlias = Literal["gradio", "static", "none"]

PREFIX = "DIGITS_"


class Settings(BaseSettings):
    """The settings of one server; all limits but that of `workers` hold for each worker by itself."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, validate_default=False)

    host: str = Field("127.0.0.1", min_length=1, description="address to listen on")
    port: int = Field(7860, ge=0, le=65535, description="port to listen on; 0 takes any that is free")
    workers: int = Field(1, ge=1, le=256, description="processes")
    page: Page = Field(
        default_factory=lambda: "gradio" if find_spec("gradio") else "static",
        description="beside the API: gradio, static (reads in the browser) or none; gradio where it is installed",
    )
    mcp: bool = Field(False, description="whether the page's endpoint is a tool for MCP clients, too")
    api_key: SecretStr | None = Field(
        None, description="what clients of `/api` and `/metrics` send as a bearer token"
    )
    rate: str = Field(
        "",
        description='POST requests a client may send, such as "10/second" or "600/minute"; the page\'s count',
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="proxies whose X-Forwarded-For gives the client's address; commas between, or *",
    )
    cors_origins: str = Field(
        "", description="other sites whose scripts may call the API; commas between, or *"
    )
    body_bytes: int = Field(16_000_000, ge=1000, description="of one request")
    pixels: int = Field(16_000_000, ge=28 * 28, description="of one picture")
    batch: int = Field(BATCH, ge=1, le=BATCH, description="pictures in one request")
    seconds: float = Field(
        30, gt=0, le=3600, description="a request may take to arrive, and then again to be answered"
    )
    at_once: int = Field(0, ge=0, le=256, description="readings at the same time; 0: one a core")
    waiting: int = Field(256, ge=0, le=100_000, description="readings that may wait for their turn")
    requests: int = Field(
        1000, ge=1, description="requests under way, those among them that are still arriving"
    )

    @field_validator("rate")
    @classmethod
    def _rate_can_be_read(cls, rate: str) -> str:
        if rate:
            limits.parse(rate)
        return rate

    @field_validator("api_key")
    @classmethod
    def _key_is_none_that_anyone_has(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not key.get_secret_value().strip():
            raise ValueError("an empty key would let everybody in; unset it for that")
        return key

    @model_validator(mode="after")
    def _mcp_is_part_of_the_page(self) -> Settings:
        if self.mcp and self.page != "gradio":
            raise ValueError(
                f"MCP is part of the Gradio page: DIGITS_MCP and --mcp don't go with --page {self.page}"
            )
        return self

    @property
    def readers(self) -> int:
        """How many readings are made at the same time."""
        return self.at_once or os.cpu_count() or 1

    @property
    def origins(self) -> list[str]:
        """The other sites whose scripts may call."""
        return [origin.strip() for origin in self.cors_origins.split(",") if origin.strip()]


def load(**given: Any) -> Settings:
    """Return the settings; those given win over the environment. Raises `DigitsError` where one makes no sense."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise DigitsError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    reason = first["msg"].removeprefix("Value error, ").rstrip(".")
    if not first["loc"]:
        return f"{reason[0].upper()}{reason[1:]}."
    name = str(first["loc"][0])
    said = repr(first["input"])
    return f"{PREFIX}{name.upper()} is {said}, but that won't do: {reason[0].lower()}{reason[1:]}."


def table() -> list[tuple[str, str, str]]:
    """Return name, default and description of each setting."""
    return [
        (f"{PREFIX}{name.upper()}", _shown(field.get_default()), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return "" if default in (None, PydanticUndefined) else str(default)
