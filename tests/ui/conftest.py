"""What tests of views share: the theme, put on and taken off again."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.ui.theme.theme import Theme, ThemeMode


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """A light theme, applied to the application for one test."""
    theme = Theme(ThemeMode.LIGHT)
    theme.apply(qapp)
    yield theme
    qapp.setStyleSheet("")
