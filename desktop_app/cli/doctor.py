"""`goalgetter doctor`: what is set up, reachable and usable, and what to do where not."""

import asyncio
import contextlib
import json
import platform
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from desktop_app import __version__
from desktop_app.backend import Backend
from desktop_app.cli.console import Console, plain
from desktop_app.cli.exit_codes import FAILED, OK, READER_LEFT, STOPPED
from desktop_app.clock import utc_now
from desktop_app.errors import StorageError
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.surrogates import without_surrogates
from desktop_app.logs import COMMANDS_LOG, start_logging
from desktop_app.paths import Paths, default_paths
from desktop_app.services.doctor import (
    Area,
    Finding,
    Report,
    Verdict,
    database_finding,
    folder_findings,
    keychain_finding,
    provider_findings,
    settings_findings,
    traces_finding,
    with_circuits,
)
from desktop_app.settings import Sources, read_sources
from desktop_app.storage.keychain import Keychain
from desktop_app.tracing.redaction import Redactor
from desktop_app.tracing.spans import current_trace_id

# Nobody sits waiting for the question of a locked keychain.
_KEYCHAIN_S: Final = 10.0
_MARKS: Final = {Verdict.OK: "ok", Verdict.ABSENT: "absent", Verdict.PROBLEM: "problem"}


def run_doctor(*, as_json: bool, services: Sequence[BaseLLMService] = ()) -> int:
    """Look at everything and print what was found; returns 0 if something can answer, 1 if nothing can.

    `services` replace the providers that the settings would give.
    """
    console = Console.standard()
    try:
        report = asyncio.run(_report(default_paths(), services, None if services else Keychain(_KEYCHAIN_S)))
    except KeyboardInterrupt:
        return STOPPED
    console.write(json_report(report) if as_json else told_report(report))
    if console.reader_left:
        return READER_LEFT
    return OK if report.can_answer else FAILED


async def _report(paths: Paths, services: Sequence[BaseLLMService], keychain: Keychain | None) -> Report:
    sources = await asyncio.to_thread(read_sources, paths.settings_folders)
    return await examine(paths, sources, services, keychain)


async def examine(
    paths: Paths, sources: Sources, services: Sequence[BaseLLMService] = (), keychain: Keychain | None = None
) -> Report:
    """Look at the profile and ask the providers. Nothing is made or changed, and no message is sent."""
    redactor = Redactor(sources.settings().keys)
    if paths.logs.is_dir():
        await asyncio.to_thread(start_logging, paths.logs, redactor.text, current_trace_id, file_name=COMMANDS_LOG)
    database = await asyncio.to_thread(database_finding, paths.database)
    folders = await asyncio.to_thread(folder_findings, paths)
    keys = () if keychain is None else (await keychain_finding(keychain),)
    async with _backend(paths, sources, services, database, keychain) as backend:
        await backend.load()
        await backend.keys.load()
        settings = backend.settings.current
        asked = await provider_findings(backend.factory, backend.models, settings, paths)
        found = with_circuits(asked, backend.circuits)
        # What the person chose cannot be read from a database that was left alone.
        can_know = _is_current(database) or database.verdict is Verdict.ABSENT
        choice = backend.models.choice if can_know else None
    if choice is not None and choice.provider not in found.usable:
        label = backend.models.label_of(choice.provider)
        text = f"{label} is chosen ({choice.model}) and cannot answer now."
        missing = Finding(
            Area.PROVIDERS, "Chosen", Verdict.PROBLEM, text, "Choose another model, or mend what is said above."
        )
        findings = (*found.findings, missing)
    else:
        findings = found.findings
    traces = await asyncio.to_thread(traces_finding, settings, paths)
    everything = (_program(), *folders, database, traces, *keys, *settings_findings(settings), *findings)
    return Report(everything, bool(found.usable), choice)


def _is_current(database: Finding) -> bool:
    """Whether opening the database changes nothing in it."""
    return database.verdict is Verdict.OK and database.facts["schema"] == database.facts["newest_schema"]


@contextlib.asynccontextmanager
async def _backend(
    paths: Paths,
    sources: Sources,
    services: Sequence[BaseLLMService],
    database: Finding,
    keychain: Keychain | None,
) -> AsyncIterator[Backend]:
    """The profile, if its database can be opened without making or changing it; else the providers on an empty one."""
    with tempfile.TemporaryDirectory(prefix="goalgetter-doctor-", ignore_cleanup_errors=True) as folder:
        empty = replace(paths, data=Path(folder))
        try:
            opened = paths if _is_current(database) else empty
            backend = await Backend.open(opened, sources, utc_now, services, keychain=keychain)
        except StorageError:
            backend = await Backend.open(empty, sources, utc_now, services, keychain=keychain)
        try:
            yield backend
        finally:
            await backend.close()


def json_report(report: Report) -> str:
    """The report as one JSON document."""
    document: dict[str, Any] = {
        "version": __version__,
        "can_answer": report.can_answer,
        "choice": asdict(report.choice) if report.choice else None,
        "findings": [{**asdict(finding), "facts": dict(finding.facts)} for finding in report.findings],
    }
    return without_surrogates(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def told_report(report: Report) -> str:
    """The report in words."""
    lines = []
    width = max(len(finding.name) for finding in report.findings)
    for area in Area:
        lines.append(area.value.capitalize())
        for finding in report.findings:
            if finding.area is area:
                lines.append(f"  {_MARKS[finding.verdict]:8} {finding.name:{width}}  {plain(finding.text)}")
                if finding.advice:
                    lines.append(f"  {'':8} {'':{width}}  → {plain(finding.advice)}")
        lines.append("")
    lines.append(_conclusion(report))
    return "\n".join(lines) + "\n"


def _conclusion(report: Report) -> str:
    if not report.can_answer:
        return "Nobody can answer yet. What to do stands beside the providers above."
    if report.choice is None:
        return "Somebody can answer. No choice of a model could be read: choose one in the window, or name a provider."
    return f"The next message goes to {report.choice.provider}, model {report.choice.model}."


def _program() -> Finding:
    facts = {
        "version": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "packaged": bool(getattr(sys, "frozen", False)),
    }
    text = f"{__version__}, Python {facts['python']}, {facts['platform']} ({facts['machine']})."
    return Finding(Area.PROGRAM, "GoalGetter", Verdict.OK, text, facts=facts)
