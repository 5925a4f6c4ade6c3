"""Where things lie: the person's data, caches, logs, and the resources that come with the program."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

APP_NAME = "GoalGetter"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one profile. None is created before something is written into it.

    `config` is where this system's programs have their configuration, None where that is among the data.
    """

    data: Path
    cache: Path
    logs: Path
    config: Path | None = None

    @property
    def settings_folders(self) -> tuple[Path, ...]:
        """The folders in which `config.yaml` and `.env` may lie, the first found one counts."""
        return (self.data,) if self.config in {None, self.data} else (self.config, self.data)

    @property
    def database(self) -> Path:
        """The SQLite file that holds goals, conversations, usage and preferences."""
        return self.data / "goalgetter.db"

    @property
    def traces(self) -> Path:
        """The JSONL file that says what each turn was made of; older ones lie beside it."""
        return self.logs / "traces.jsonl"

    @property
    def crashes(self) -> Path:
        """The folder of reports of what should not have happened."""
        return self.logs / "crashes"

    @property
    def weights(self) -> Path:
        """The folder that holds model weights put together or downloaded for the built-in model."""
        return self.cache / "models"


def default_paths() -> Paths:
    """The profile of this user, or the one under the folder named by `GOALGETTER_HOME`."""
    home = os.environ.get("GOALGETTER_HOME")
    if home:
        root = Path(home).expanduser()
        return Paths(data=root, cache=root / "cache", logs=root / "logs")
    # Looked up only where it is needed: it stands before the first paint.
    from platformdirs import PlatformDirs

    dirs = PlatformDirs(APP_NAME.lower() if sys.platform == "linux" else APP_NAME, appauthor=False)
    return Paths(
        data=dirs.user_data_path, cache=dirs.user_cache_path, logs=dirs.user_log_path, config=dirs.user_config_path
    )


def resources_dir() -> Path:
    """The folder of icons, fonts, prompts and templates: bundled, installed or in the source tree."""
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle:
        return Path(bundle) / "resources"
    package = Path(__file__).resolve().parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def program_dir() -> Path:
    """The folder of the installed program (where weights may lie beside it), or of the source tree."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable).resolve().parent
    return Path(__file__).resolve().parent.parent
