"""The segmented control that shows a goal's phase and offers the moves it may make."""

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop_app.domain.goals import Phase, allowed_moves, check_move
from desktop_app.errors import NotAllowedError
from desktop_app.ui.theme.controls import push_button

_SEGMENTS = (Phase.DRAFT, Phase.ACTIVE, Phase.COMPLETED)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class PhaseControl(QFrame):
    """Draft, Active, Completed. It asks for a move and changes only when the new phase is shown to it."""

    phase_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "segments")
        self.setAccessibleName("Phase")
        self._phase = Phase.DRAFT
        self._is_showing = False
        self._segments = {phase: self._segment(phase) for phase in _SEGMENTS}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(0)
        for segment in self._segments.values():
            layout.addWidget(segment, 1)
        self.show_phase(Phase.DRAFT)

    @property
    def phase(self) -> Phase:
        """The phase that is shown."""
        return self._phase

    def segment(self, phase: Phase) -> QPushButton:
        """The button of a phase; there is none for archived goals."""
        return self._segments[phase]

    def show_phase(self, phase: Phase) -> None:
        """Show `phase` and enable what may follow it."""
        self._phase = phase
        self._is_showing = True
        for candidate, segment in self._segments.items():
            segment.setChecked(candidate is phase)
            segment.setEnabled(candidate is phase or candidate in allowed_moves(phase))
            segment.setToolTip(_refusal(phase, candidate))
        self._is_showing = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move the focus between the segments with the arrow keys."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                self._focus_beside(watched, step)
                return True
        return super().eventFilter(watched, event)

    def _focus_beside(self, segment: QObject, step: int) -> None:
        reachable = [button for button in self._segments.values() if button.isEnabled()]
        target = reachable[(reachable.index(cast("QPushButton", segment)) + step) % len(reachable)]
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def _segment(self, phase: Phase) -> QPushButton:
        button = push_button(phase.value.capitalize(), kind="segment")
        button.setAccessibleName(f"Phase: {phase.value}")
        button.setCheckable(True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setProperty("phase", phase.value)
        # A screen reader toggles, which is no click.
        button.toggled.connect(self._note)
        button.installEventFilter(self)
        return button

    def _note(self) -> None:
        if self._is_showing:
            return
        sender = self.sender()
        self.show_phase(self._phase)
        wanted = Phase(str(sender.property("phase")))
        if wanted is not self._phase:
            self.phase_requested.emit(wanted.value)


def _refusal(current: Phase, wanted: Phase) -> str:
    try:
        check_move(current, wanted)
    except NotAllowedError as error:
        return str(error)
    return ""
