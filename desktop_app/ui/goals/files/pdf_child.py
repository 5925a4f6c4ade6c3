"""The process that draws a PDF: goals come in as JSON, and a sentence goes out where it cannot be done."""

import sys
from pathlib import Path

from desktop_app.errors import AppError
from desktop_app.services.goal_files.json_format import goals_from_json
from desktop_app.ui.goal_pdf import write_goals_pdf


def main(path: Path) -> int:
    """Read the goals from standard input and draw them; returns the exit code."""
    try:
        records = goals_from_json(sys.stdin.buffer.read().decode())
        write_goals_pdf(path, [record.goal for record in records])
    except AppError as error:
        sys.stdout.buffer.write(str(error).encode())
        return 1
    return 0
