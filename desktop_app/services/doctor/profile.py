"""The doctor's look at the program's own things: its folders, its database, its settings."""

import os
import tempfile
from pathlib import Path

from desktop_app.errors import StorageError
from desktop_app.paths import Paths
from desktop_app.services.doctor.report import Area, Finding, Verdict
from desktop_app.settings import Settings
from desktop_app.settings.origins import Layer
from desktop_app.storage.inspection import DatabaseFacts, inspect
from desktop_app.storage.keychain import Keychain, KeychainError, NoKeychainError
from desktop_app.tracing.files import FILES, file_names


def folder_findings(paths: Paths) -> tuple[Finding, ...]:
    """Whether the profile's folders can be written. Nothing is left behind, and none is made."""
    folders = {"Data": paths.data, "Cache": paths.cache, "Logs": paths.logs}
    return tuple(_folder_finding(name, folder) for name, folder in folders.items())


def database_finding(path: Path) -> Finding:
    """Whether the database is there, whole, and of this program's version; blocks."""
    try:
        facts = inspect(path)
    except StorageError as error:
        return Finding(Area.PROFILE, "Database", Verdict.PROBLEM, str(error), facts={"path": str(path)})
    if facts is None:
        text = f"There is none yet at {path}; it is made with the first message."
        return Finding(Area.PROFILE, "Database", Verdict.ABSENT, text, facts={"path": str(path)})
    return _opened_finding(path, facts)


async def keychain_finding(keychain: Keychain) -> Finding:
    """Whether the system's keychain can be used; what it holds is told nowhere."""
    try:
        await keychain.read(("claude",))  # only a question shows whether it is locked
    except NoKeychainError as error:
        advice = "Keys that are entered last until the window is closed; set them in the environment to keep them."
        return Finding(Area.PROFILE, "Keychain", Verdict.ABSENT, str(error), advice)
    except KeychainError as error:
        return Finding(Area.PROFILE, "Keychain", Verdict.PROBLEM, str(error))
    return Finding(Area.PROFILE, "Keychain", Verdict.OK, "Keys can be kept in the system's keychain.")


def traces_finding(settings: Settings, paths: Paths) -> Finding:
    """Where traces are written, whether that works, and how much is there."""
    tracing = settings.tracing
    path = tracing.log_path or paths.traces
    if not tracing.is_enabled:
        text = "Off, as it is set; nothing is written down of how a reply came about."
        return Finding(Area.PROFILE, "Traces", Verdict.ABSENT, text, facts={"enabled": False, "path": str(path)})
    sizes = [file.stat().st_size for file in file_names(path, FILES) if file.is_file()]
    can_write = _can_write(path.parent) and (not path.exists() or os.access(path, os.W_OK))
    facts = {
        "enabled": True,
        "path": str(path),
        "writable": can_write,
        "files": len(sizes),
        "size_bytes": sum(sizes),
        "includes_content": tracing.includes_content,
    }
    if not can_write:
        advice = "Allow writing to it, or set OPENAI_TRACING_LOG_PATH. The coach answers all the same."
        return Finding(Area.PROFILE, "Traces", Verdict.PROBLEM, f"{path} cannot be written.", advice, facts)
    words = "with what was said" if tracing.includes_content else "without what was said"
    text = f"{path}, {sum(sizes) / 1e6:.1f} MB, {words}; they stay on this computer."
    return Finding(Area.PROFILE, "Traces", Verdict.OK, text, facts=facts)


def settings_findings(settings: Settings) -> tuple[Finding, ...]:
    """Every value that was refused, and where those come from that are in force. The values are told nowhere."""
    origins = {name: origin for name, origin in settings.origins.items() if origin.layer is not Layer.DEFAULT}
    facts = {"set": {name: {"from": origin.layer.value, "place": origin.place} for name, origin in origins.items()}}
    problems = tuple(Finding(Area.SETTINGS, "Settings", Verdict.PROBLEM, problem) for problem in settings.problems)
    count = "Nothing is" if not origins else "1 value is" if len(origins) == 1 else f"{len(origins)} values are"
    places = f": {', '.join(sorted({origin.place for origin in origins.values()}))}" if origins else ""
    return (*problems, Finding(Area.SETTINGS, "Settings", Verdict.OK, f"{count} set{places}.", facts=facts))


def _opened_finding(path: Path, facts: DatabaseFacts) -> Finding:
    told = {
        "path": str(path),
        "size_bytes": facts.size_bytes,
        "schema": facts.schema,
        "newest_schema": facts.newest_schema,
        "sqlite": facts.sqlite_version,
        "damage": list(facts.damage),
    }
    if facts.damage:
        text = f"{path} is damaged ({facts.damage[0]})."
        advice = "Keep a copy of the file, then put a backup in its place."
        return Finding(Area.PROFILE, "Database", Verdict.PROBLEM, text, advice, told)
    if facts.schema is None:
        text = f"{path} is empty; its tables are made with the first message."
        return Finding(Area.PROFILE, "Database", Verdict.ABSENT, text, facts=told)
    size = f"{facts.size_bytes / 1e6:.1f} MB"
    if facts.schema > facts.newest_schema:
        text = f"{path} was made by a newer GoalGetter (schema {facts.schema}, this one knows {facts.newest_schema})."
        return Finding(Area.PROFILE, "Database", Verdict.PROBLEM, text, "Update GoalGetter.", told)
    if facts.schema < facts.newest_schema:
        text = f"{path}, {size}, schema {facts.schema}; it is brought to {facts.newest_schema} at the next start."
        return Finding(Area.PROFILE, "Database", Verdict.OK, text, facts=told)
    text = f"{path}, {size}, schema {facts.schema}, no damage found."
    return Finding(Area.PROFILE, "Database", Verdict.OK, text, facts=told)


def _folder_finding(name: str, folder: Path) -> Finding:
    is_there, can_write = folder.is_dir(), _can_write(folder)
    facts = {"path": str(folder), "exists": is_there, "writable": can_write}
    if not can_write:
        advice = "Allow writing to it, or set GOALGETTER_HOME to a folder of yours."
        return Finding(Area.PROFILE, name, Verdict.PROBLEM, f"{folder} cannot be written.", advice, facts)
    text = f"{folder} can be written." if is_there else f"{folder} is made when something is written there."
    return Finding(Area.PROFILE, name, Verdict.OK, text, facts=facts)


def _can_write(folder: Path) -> bool:
    if folder.exists():
        try:
            with tempfile.TemporaryFile(dir=folder):
                return True
        except OSError:
            return False
    parent = next(parent for parent in folder.absolute().parents if parent.exists())
    return parent.is_dir() and os.access(parent, os.W_OK)
