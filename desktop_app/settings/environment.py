"""Settings from the environment, checked; a bad value is named and its default used."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from desktop_app.settings.values import (
    DEFAULT_BUILTIN_MODEL,
    DEFAULT_OLLAMA_HOST,
    BuiltinSettings,
    ClaudeSettings,
    OllamaSettings,
    OpenAISettings,
    Settings,
)


def settings_from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings that `environment` (the process's own by default) gives."""
    env = os.environ if environment is None else environment
    problems: list[str] = []

    def url(name: str) -> str | None:
        value = env.get(name, "").strip()
        if not value:
            return None
        if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname:
            problems.append(f"{name} is “{_shown(value)}”, which is no http address; the default is used.")
            return None
        return value.rstrip("/")

    weights = env.get("GOALGETTER_BUILTIN_FILE", "").strip()
    return Settings(
        claude=ClaudeSettings(env.get("ANTHROPIC_API_KEY", "").strip() or None, url("ANTHROPIC_BASE_URL")),
        openai=OpenAISettings(env.get("OPENAI_API_KEY", "").strip() or None, url("OPENAI_BASE_URL")),
        ollama=OllamaSettings(_ollama_host(env.get("OLLAMA_HOST", ""), problems)),
        builtin=BuiltinSettings(
            model=env.get("GOALGETTER_BUILTIN_MODEL", "").strip() or DEFAULT_BUILTIN_MODEL,
            weights_file=Path(weights).expanduser() if weights else None,
            weights_url=url("GOALGETTER_BUILTIN_URL"),
        ),
        problems=tuple(problems),
    )


def _shown(address: str) -> str:
    """`address` as it may be shown: without a name and password that stand in it, and not too long."""
    return re.sub(r"[^/@]*@", "…@", address)[:80]


def _ollama_host(value: str, problems: list[str]) -> str:
    """The base URL of Ollama from the forms its own clients take: `host`, `host:port`, `:port` or a whole URL."""
    text = value.strip()
    if not text:
        return DEFAULT_OLLAMA_HOST
    address = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or (not parts.hostname and port is None):
        problems.append(f"OLLAMA_HOST is “{_shown(text)}”, which is no address; {DEFAULT_OLLAMA_HOST} is used.")
        return DEFAULT_OLLAMA_HOST
    # 0.0.0.0 tells a server to listen everywhere; a client reaches it on the loopback.
    host = "127.0.0.1" if parts.hostname in {None, "0.0.0.0", "::"} else str(parts.hostname)  # noqa: S104
    shown = f"[{host}]" if ":" in host else host
    default_port = 11434 if "://" not in text else {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}:{port or default_port}{parts.path.rstrip('/')}"
