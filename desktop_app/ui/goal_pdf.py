"""Goals as a PDF: each on a page of its own, set in the app's fonts and colours."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, QMarginsF, QRectF, QUrl
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextCursor,
    QTextDocument,
)

from desktop_app.domain.goals import Goal
from desktop_app.domain.measures import number_text
from desktop_app.domain.progress import progress_of
from desktop_app.errors import StorageError
from desktop_app.ui.theme.fonts import FIRST_FONTS, LATER_FONTS, load_fonts
from desktop_app.ui.theme.tokens import LIGHT

_MARGIN_MM: Final = 20.0
_BODY_PT: Final = 10.5
_SMALLEST: Final = 0.75  # of the usual size; what is longer goes on over the next page
_BAR: Final = 40  # cells of the progress bar


def write_goals_pdf(path: Path, goals: Sequence[Goal]) -> None:
    """Write the PDF; a long goal is set smaller to fit its page, and a very long one goes on over the next.

    Where no Qt application runs yet, one without a screen is made. Raises StorageError where the file cannot be
    written.
    """
    application = QGuiApplication.instance() or QGuiApplication(["goalgetter", "-platform", "offscreen"])
    load_fonts(FIRST_FONTS)
    load_fonts(LATER_FONTS)
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(*[_MARGIN_MM] * 4), QPageLayout.Unit.Millimeter)
    writer.setTitle(goals[0].title if len(goals) == 1 else "Goals")
    writer.setCreator("GoalGetter")
    painter = QPainter()
    if not painter.begin(writer):
        raise StorageError(f"{path} cannot be written. Choose another place; no goal was changed.")
    for number, goal in enumerate(goals):
        if number:
            writer.newPage()
        _draw(painter, writer, goal)
    is_whole = painter.end()
    del application
    if not is_whole or not path.exists() or path.stat().st_size == 0:
        raise StorageError(f"{path} could not be written whole. Is there room? No goal was changed.")


class _Document(QTextDocument):
    """A document that fetches nothing: a goal may name files and addresses, which are not the PDF's business."""

    def loadResource(self, kind: int, name: QUrl | str) -> None:  # noqa: ARG002 - Qt's signature
        return None


def _draw(painter: QPainter, writer: QPdfWriter, goal: Goal) -> None:
    page = QRectF(writer.pageLayout().paintRectPixels(writer.resolution())).translated(0, 0)
    size = page.size()
    scale = 1.0
    document = _document(goal, writer, size.width(), scale)
    while document.size().height() > size.height() and scale > _SMALLEST:
        scale -= 0.05
        document = _document(goal, writer, size.width(), scale)
    document.setPageSize(size)
    for index in range(document.pageCount()):
        if index:
            writer.newPage()
        painter.save()
        painter.translate(0, -index * size.height())
        document.drawContents(painter, QRectF(0, index * size.height(), size.width(), size.height()))
        painter.restore()


def _document(goal: Goal, writer: QPdfWriter, width: float, scale: float) -> QTextDocument:
    document = _Document()
    document.documentLayout().setPaintDevice(writer)
    font = QFont(["Inter", "Noto Sans", "sans-serif"])
    font.setPointSizeF(_BODY_PT * scale)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setTextWidth(width)
    cursor = QTextCursor(document)
    cursor.insertHtml(_head(goal, scale))
    if goal.fields.content.strip():
        cursor.insertBlock()
        cursor.insertBlock()
        # Raw HTML stays the text that it is.
        features = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
        cursor.insertMarkdown(goal.fields.content, features)
    return document


def _head(goal: Goal, scale: float) -> str:
    fields, progress = goal.fields, progress_of(goal.fields)
    deadline = [QLocale().toString(fields.deadline, "ddd d MMM yyyy")] if fields.deadline else []  # type: ignore[call-overload] # takes a date
    facts = [goal.phase.value.capitalize(), *deadline, *(f"#{tag}" for tag in fields.tags)]
    title = f"font-family:Inter Display,Inter;font-size:{22 * scale:.1f}pt;font-weight:600;color:{LIGHT.text}"
    lines = [
        f"<p style='{title}'>{escape(goal.title)}</p>",
        f"<p style='color:{LIGHT.text_2}'>{escape(' · '.join(facts))}</p>",
    ]
    if progress.percent is not None:
        lines += [
            "<p style='font-size:4pt'>&nbsp;</p>",
            _bar(progress.percent),
            f"<p style='color:{LIGHT.text_2}'>{escape(progress.sentence)}</p>",
        ]
    if fields.milestones:
        lines.append(f"<p style='font-weight:600;color:{LIGHT.text}'>Milestones</p>")
        lines += [
            f"<p style='margin:0'>{'✓' if step.is_done else '○'}&nbsp; {escape(step.title)}"
            f"<span style='color:{LIGHT.text_2}'>{f' · {step.target_date.isoformat()}' if step.target_date else ''}"
            f"</span></p>"
            for step in fields.milestones
        ]
    for measure in fields.measures:
        now = "–" if measure.current is None else number_text(measure.current)
        lines.append(
            f"<p style='margin:0'>{escape(measure.name)}: {now} of {number_text(measure.target)} "
            f"{escape(measure.unit)}</p>"
        )
    return "".join(lines)


def _bar(percent: int) -> str:
    done = round(percent * _BAR / 100)
    cells = [(LIGHT.accent, done), (LIGHT.border, _BAR - done)]
    made = "".join(
        f"<td bgcolor='{color}' width='{100 * count // _BAR}%' style='font-size:3pt'>&nbsp;</td>"
        for color, count in cells
        if count
    )
    return f"<table width='100%' cellspacing='0' cellpadding='0'><tr>{made}</tr></table>"
