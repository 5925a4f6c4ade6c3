"""What the environment holds for others, and the check, on the server's side, that none of it was sent along."""

from collections.abc import Collection, Iterable
from typing import Final
from urllib.parse import urlsplit

from tests.llm.contract.server import SeenRequest

# Each of these is read by one of the SDKs, and belongs to nobody whom a test talks to.
KEYS: Final = {
    "ANTHROPIC_API_KEY": "sk-ant-stranger-0001",
    "ANTHROPIC_AUTH_TOKEN": "stranger-token-0002",
    "OPENAI_API_KEY": "sk-stranger-0003",
    "OPENAI_ADMIN_KEY": "sk-admin-stranger-0004",
    "OPENAI_WEBHOOK_SECRET": "whsec-stranger-0005",
    "OLLAMA_API_KEY": "stranger-0006",
    "GOALGETTER_BUILTIN_KEY": "stranger-0007",
}
# Nobody listens there: a service that followed one of these would fail its test.
_NOWHERE: Final = "http://127.0.0.1:9"
ADDRESSES: Final = dict.fromkeys(("ANTHROPIC_BASE_URL", "OPENAI_BASE_URL", "OLLAMA_HOST"), _NOWHERE)
# Not for every test: what leaves by a proxy is not seen to leave.
PROXIES: Final = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), _NOWHERE)


def check_nothing_strange(requests: Iterable[SeenRequest], base_url: str, own: Collection[str] = ()) -> None:
    """Every request was meant for the server at `base_url`, and none carries a key of the environment but `own`."""
    strange = {name: key for name, key in KEYS.items() if name not in own}
    for request in requests:
        assert request.headers.get("host") == urlsplit(base_url).netloc
        headers = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
        sent = f"{request.path}\n{headers}\n{request.body.decode(errors='replace')}"
        carried = [name for name, key in strange.items() if key in sent]
        assert not carried, f"the request of {request.path} carries {carried}"
