"""Round windows: see-through where that works, else cut to their shape."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame
from pytestqt.qtbot import QtBot

from desktop_app.ui.theme.round_windows import make_round, rounded


def test_window_is_see_through_where_no_x_server_is_in_the_way(qtbot: QtBot) -> None:
    window = QFrame()
    qtbot.addWidget(window)
    make_round(window, 14)
    assert window.testAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)


def test_shape_leaves_out_the_corners_alone() -> None:
    shape = rounded(200, 100, 14)
    corners = [QPoint(0, 0), QPoint(199, 0), QPoint(0, 99), QPoint(199, 99)]
    assert not any(shape.contains(corner) for corner in corners)
    assert all(shape.contains(point) for point in (QPoint(14, 1), QPoint(1, 50), QPoint(100, 98), QPoint(198, 50)))
