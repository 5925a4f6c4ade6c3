"""What every test gets: no screen, no network but the loopback, a profile of its own, and Qt's loop for coroutines."""

import asyncio
import gc
import inspect
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from threading import Event
from typing import Any, NoReturn

import pytest
from platformdirs import user_cache_path
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication

from desktop_app.llm.builtin.catalog import CODER_1_5B
from desktop_app.llm.builtin.engine import is_installed
from desktop_app.llm.builtin.problems import WeightsError
from desktop_app.llm.builtin.weights import WeightsSource
from desktop_app.ui.loop import generators_looked_after

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
for _name in list(os.environ):
    if _name.endswith(("_API_KEY", "_BASE_URL")) or _name in {"OLLAMA_HOST", "DATABASE_URL"}:
        del os.environ[_name]

ABSENT = "the built-in model's weights are not installed (build_scripts/run.py --without-builtin)"
_TESTS_RUN = pytest.StashKey[list[int]]()
_LOOPBACK = {"localhost", "127.0.0.1", "::1", None, ""}


def _absent() -> NoReturn:
    """Without the weights there is nothing to try; where everything must be tried, that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(ABSENT)
    pytest.skip(ABSENT)


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """A cache folder of this user that holds the real weights; they are put together once and kept."""
    cache = user_cache_path("goalgetter-tests", appauthor=False)
    source = WeightsSource(CODER_1_5B, cache / "models", cache / "nothing", may_download=False)
    if not is_installed():
        _absent()
    try:
        source.find(lambda _what, _share: None, Event())
    except WeightsError:
        _absent()
    return cache


@pytest.fixture(autouse=True)
def own_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data, cache and logs of this test alone."""
    home = tmp_path / "profile"
    monkeypatch.setenv("GOALGETTER_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Refuse every connection and name look-up that would leave the machine, and fail the test that tried."""
    tried: list[str] = []
    real_connect, real_connect_ex, real_getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def check(host: object) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in _LOOPBACK and not str(name).startswith("127."):
            tried.append(str(name))
            raise OSError(f"a test tried to reach {name}")

    def connect(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - as in the socket module
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            check(address[0])
        real_connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:  # noqa: ANN401
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            check(address[0])
        return real_connect_ex(self, address)

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        check(host)
        return real_getaddrinfo(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield tried
    assert not tried, f"reached for {tried}"


@pytest.fixture(autouse=True)
def nothing_goes_wrong_unseen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail the test in which a task, a callback or a transport failed and only asyncio's log tells."""
    yield
    told = [record for record in caplog.get_records("call") if record.name in {"asyncio", "qasync"}]
    assert not [record.getMessage() for record in told if record.levelno >= logging.ERROR]


@pytest.fixture(autouse=True)
def garbage_collected_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """As in the program: a thread of the database must not destroy what belongs to Qt (see ui/garbage.py)."""
    gc.disable()
    yield
    numbers = request.session.stash.setdefault(_TESTS_RUN, [0])
    numbers[0] += 1
    # Everything takes long where the SDKs are loaded.
    gc.collect(2 if numbers[0] % 25 == 0 else 1)


@pytest.fixture(autouse=True)
def no_windows_left() -> Iterator[None]:
    """Fail the test that leaves a window open, and take away the hidden ones: a style sheet would dress them too."""
    yield
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    left = [type(widget).__name__ for widget in application.topLevelWidgets() if widget.isVisible()]
    for widget in application.topLevelWidgets():
        widget.close()
        # The list of a completer stands on its own and yet belongs to it; taken away twice, it takes the process along.
        if not isinstance(widget, QAbstractItemView):
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    # The clipboard of the platform without a screen outlives Python, and would free what was made there.
    application.clipboard().clear()
    assert not left, f"windows left open: {left}"


@pytest.fixture
async def no_tasks_left() -> AsyncIterator[None]:
    """Fail the coroutine test that leaves a task running; every coroutine test is given this."""
    before = asyncio.all_tasks()
    async with _generators_looked_after():
        yield
    left = [task for task in asyncio.all_tasks() - before if not task.done() and not _is_clean_up(task)]
    assert not left, f"tasks left running: {left}"


def _generators_looked_after() -> AbstractAsyncContextManager[None]:
    """Asyncio's own loops see to it themselves; on Qt's it is done as in the window."""
    is_done_by_the_loop = sys.get_asyncgen_hooks().finalizer is not None
    return nullcontext() if is_done_by_the_loop else generators_looked_after()


def _is_clean_up(task: "asyncio.Task[Any]") -> bool:
    """Whether it is this fixture's own, or asyncio's closing a generator that an HTTP client nested and left."""
    return task is asyncio.current_task() or type(task.get_coro()).__name__ == "async_generator_athrow"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Watch the tasks of every coroutine test; where tests are shared out, keep those of a file and of the real model.

    Two of that model at once would take more than twice as long, and the first to come makes its file.
    """
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.fixturenames.insert(0, "no_tasks_left")
        is_real = item.get_closest_marker("real_model") is not None
        item.add_marker(pytest.mark.xdist_group("real model" if is_real else str(item.path)))


class _SteadyHandle(asyncio.Handle):
    """Runs as on a running loop wherever Qt's events are handled: pytest-qt does so between the parts of a test too."""

    __slots__ = ()
    _loop: asyncio.AbstractEventLoop

    def _run(self) -> None:
        if asyncio._get_running_loop() is not None:
            super()._run()
            return
        asyncio._set_running_loop(self._loop)
        try:
            super()._run()
        finally:
            asyncio._set_running_loop(None)


def _qt_loop() -> asyncio.AbstractEventLoop:
    import qasync  # noqa: PLC0415 - only tests on the Qt loop pay for it

    class SteadyLoop(qasync.QEventLoop):
        def _add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
            handle.__class__ = _SteadyHandle
            return super()._add_callback(handle, delay)

    application = QApplication.instance() or QApplication([])
    return SteadyLoop(application, already_running=False)


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Any]:
    """Coroutines of the window run on Qt's loop, the others on asyncio's own."""
    if "qapp" in getattr(item, "fixturenames", ()) or "qtbot" in getattr(item, "fixturenames", ()):
        return {"qt": _qt_loop}
    return {"asyncio": asyncio.new_event_loop}
