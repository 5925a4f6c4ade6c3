"""Goals out into files and in from them."""

from desktop_app.services.goal_files.service import GoalFileService, TextFormat

__all__ = ["GoalFileService", "TextFormat"]
