"""Whether anybody listens at an address."""

import socket

import pytest

from desktop_app.llm.addresses import without_credentials
from desktop_app.llm.reachability import is_reachable
from tests.llm.played import PlayedServer


async def test_a_server_that_listens_is_reachable_and_is_asked_nothing(server: PlayedServer) -> None:
    assert await is_reachable(server.base_url, 5) is True
    assert server.requests == []


async def test_a_port_where_nobody_listens_is_not() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert await is_reachable(f"http://127.0.0.1:{taken.getsockname()[1]}", 5) is False


async def test_behind_a_proxy_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert await is_reachable("https://api.example.com", 5) is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://me:secret@127.0.0.1:80/v1?key=1#x", "http://127.0.0.1:80/v1"),
        ("https://api.example.com/v1", "https://api.example.com/v1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str) -> None:
    assert without_credentials(address) == shown
