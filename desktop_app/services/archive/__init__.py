"""Conversations in files: export as Markdown, HTML and JSON, import of our own and of other programs' files."""

from desktop_app.services.archive.service import ArchiveService, ExportFormat, ImportPreview, ImportReport

__all__ = ["ArchiveService", "ExportFormat", "ImportPreview", "ImportReport"]
