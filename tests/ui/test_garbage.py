"""Garbage is collected on the window's thread, and on no other."""

import gc
import threading
import weakref

from PySide6.QtCore import QEventLoop, QObject, QTimer
from pytestqt.qtbot import QtBot

from desktop_app.imports import quiet_imports
from desktop_app.ui.garbage import GarbageCollection


class _Cycle:
    def __init__(self) -> None:
        self.me = self
        self.ended_on: list[int] = []


def _end_in(threads: list[int]) -> "weakref.ref[_Cycle]":
    cycle = _Cycle()
    weakref.finalize(cycle, lambda: threads.append(threading.get_ident()))
    return weakref.ref(cycle)


def _make_much() -> None:
    for _ in range(20):
        _ = [[] for _ in range(gc.get_threshold()[0])]


def test_a_thread_that_makes_much_collects_nothing_and_the_window_does(qtbot: QtBot) -> None:
    parent = QObject()
    collection = GarbageCollection(parent)
    threads: list[int] = []
    cycle = _end_in(threads)
    thread = threading.Thread(target=_make_much)
    thread.start()
    thread.join()
    assert cycle() is not None
    kept: list[list[int]] = [[] for _ in range(2 * gc.get_threshold()[0])]
    qtbot.waitUntil(lambda: cycle() is None, timeout=20_000)
    assert threads == [threading.get_ident()]
    assert kept
    assert collection.parent() is parent


def test_imports_in_a_thread_do_not_switch_it_on_again() -> None:
    gc.disable()
    with quiet_imports():
        pass
    assert not gc.isenabled()


def test_imports_leave_it_on_where_it_was() -> None:
    gc.enable()
    try:
        with quiet_imports():
            assert not gc.isenabled()
        assert gc.isenabled()
    finally:
        gc.disable()


def test_what_takes_long_waits_until_the_window_is_at_rest(qtbot: QtBot) -> None:
    parent = QObject()
    collection = GarbageCollection(parent, loading_rounds=0)
    cycle = _end_in([])
    kept = [[number] for number in range(60_000)]
    busy = QTimer(parent)
    busy.start(1)
    turns: list[int] = []
    busy.timeout.connect(lambda: turns.append(1))
    qtbot.waitUntil(lambda: len(turns) > 50, timeout=20_000)
    collection.collect()
    assert cycle() is not None
    busy.stop()
    rest = QEventLoop()  # one that only waits; to look now and then would be no rest
    weakref.finalize(cycle(), rest.quit)
    QTimer.singleShot(20_000, rest.quit)
    rest.exec()
    assert cycle() is None
    assert kept
