"""Goals out into files and in from them."""

from desktop_app.services.goal_files.service import GoalFileService

__all__ = ["GoalFileService"]
