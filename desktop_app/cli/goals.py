"""`goalgetter goals`: list, show, add, export and import goals on the person's profile."""

import argparse
import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from desktop_app.backend import Backend
from desktop_app.cli.console import Console, plain
from desktop_app.cli.exit_codes import FAILED, OK, READER_LEFT, STOPPED, USAGE
from desktop_app.cli.goal_words import goal_facts, list_line, plan_lines, shown_goal, summary_facts
from desktop_app.clock import utc_now
from desktop_app.domain.goal_files import PDF, TextFormat
from desktop_app.domain.goal_list import GoalOrder, GoalQuery
from desktop_app.domain.goals import GoalFields, Phase, Template, parse_date
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import YOU
from desktop_app.errors import AppError, InvalidValueError, NotFoundError, StorageError
from desktop_app.llm.surrogates import without_surrogates
from desktop_app.logs import COMMANDS_LOG, start_logging
from desktop_app.paths import default_paths
from desktop_app.services.goal_files.whole_file import write_whole
from desktop_app.settings import read_sources
from desktop_app.tracing.redaction import Redactor
from desktop_app.tracing.spans import current_trace_id


def run_goals(options: argparse.Namespace) -> int:
    """Do what the arguments say; returns the exit code."""
    console = Console.standard()
    action = _ACTIONS[options.action]
    try:
        asyncio.run(_on_profile(action, options, console))
    except KeyboardInterrupt:
        return STOPPED
    except (InvalidValueError, NotFoundError) as error:
        console.tell(str(error))
        return USAGE
    except AppError as error:
        console.tell(str(error))
        return FAILED
    if console.loss is None:
        return OK
    return READER_LEFT if console.reader_left else FAILED


Action = Callable[[Backend, argparse.Namespace, Console], Awaitable[None]]


async def _on_profile(action: Action, options: argparse.Namespace, console: Console) -> None:
    paths, redactor = default_paths(), Redactor()
    await asyncio.to_thread(start_logging, paths.logs, redactor.text, current_trace_id, file_name=COMMANDS_LOG)
    sources = await asyncio.to_thread(read_sources, paths.settings_folders)
    backend = await Backend.open(paths, sources, utc_now, redactor=redactor)
    try:
        await backend.load()
        await action(backend, options, console)
    finally:
        await backend.close()


async def _list(backend: Backend, options: argparse.Namespace, console: Console) -> None:
    phases = frozenset({Phase(options.phase)}) if options.phase else frozenset[Phase]()
    query = GoalQuery(GoalOrder(options.sort), phases, options.tag, options.text)
    page = await backend.goal_list.page(query)
    if options.json:
        console.write(_json([summary_facts(goal) for goal in page.goals]))
        return
    for goal in page.goals:
        console.write(plain(list_line(goal, backend.today())) + "\n")
    if not page.goals:
        console.tell("There is no goal like that." if options.text or options.tag or options.phase else "No goals yet.")


async def _show(backend: Backend, options: argparse.Namespace, console: Console) -> None:
    goal = await backend.goals.goal(GoalId(options.goal))
    if options.json:
        console.write(_json(goal_facts(goal)))
    else:
        console.write(plain(shown_goal(goal, backend.today())) + "\n")


async def _add(backend: Backend, options: argparse.Namespace, console: Console) -> None:
    fields = GoalFields(
        title=options.title,
        content=options.plan,
        template=Template.CUSTOM,
        deadline=parse_date("The deadline", options.deadline) if options.deadline else None,
        tags=tuple(options.tag),
    )
    made = await backend.goals.create(fields, YOU)
    console.write(f"{made.goal.id}\n")
    console.tell(f"“{made.goal.title}” is written down as a draft.")


async def _export(backend: Backend, options: argparse.Namespace, console: Console) -> None:
    ids = [GoalId(number) for number in options.goals] or None
    path: Path | None = options.output
    if options.format == PDF:
        if path is None:
            raise InvalidValueError("A PDF needs a file: add -o goals.pdf.")
        await _export_pdf(backend, ids, path, console)
        return
    text = await backend.goal_files.export(TextFormat(options.format), ids, with_history=options.history)
    if path is None:
        console.write(text)
        return
    await asyncio.to_thread(write_whole, path, text.encode())
    console.tell(f"Written to {path}.")


async def _export_pdf(backend: Backend, ids: list[GoalId] | None, path: Path, console: Console) -> None:
    goals = await backend.goal_files.chosen(ids)
    if not goals:
        raise InvalidValueError("There are no goals to print yet.")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desktop_app.ui.goal_pdf import write_goals_pdf

    write_goals_pdf(path, goals)
    console.tell(f"Written to {path}.")


async def _import(backend: Backend, options: argparse.Namespace, console: Console) -> None:
    path: Path = options.file
    try:
        data = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror}). Nothing was taken in.") from None
    plan = await backend.goal_files.plan(data, path.name)
    for line in plan_lines(plan):
        console.write(plain(line) + "\n")
    if options.dry_run:
        console.tell(f"Nothing was done: {plan.sentence}")
        return
    await backend.goal_files.take_in(plan)
    console.tell(f"Done: {plan.sentence}")


def _json(value: Any) -> str:  # noqa: ANN401 - JSON
    return without_surrogates(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


_ACTIONS: Final[dict[str, Action]] = {
    "list": _list,
    "show": _show,
    "add": _add,
    "export": _export,
    "import": _import,
}
