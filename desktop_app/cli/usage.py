"""`goalgetter usage`: what was used and what it cost, as a table or as JSON."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from desktop_app.backend import Backend
from desktop_app.cli.console import Console, plain
from desktop_app.cli.exit_codes import FAILED, OK, READER_LEFT, STOPPED
from desktop_app.clock import utc_now
from desktop_app.domain.money import dollars, limit_words, sum_words
from desktop_app.domain.usage import UsageSum
from desktop_app.domain.usage_report import grouped, summed
from desktop_app.errors import AppError
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.surrogates import without_surrogates
from desktop_app.paths import default_paths
from desktop_app.services.spending.reports import Overview, Range, UsageReports, usd
from desktop_app.settings import read_sources

_COST_PLACES = 3


def run_usage(*, as_json: bool, by: str, within: str, services: Sequence[BaseLLMService] = ()) -> int:
    """Print what was used `within` a range, by day, model, provider or goal. `services` replace the providers."""
    console = Console.standard()
    try:
        groups, overview = asyncio.run(_read(by, Range(within), services))
    except KeyboardInterrupt:
        return STOPPED
    except AppError as error:
        console.tell(str(error))
        return FAILED
    console.write(_as_json(groups, overview, by, within) if as_json else _as_table(groups, overview, by))
    return READER_LEFT if console.reader_left else OK


async def _read(by: str, within: Range, services: Sequence[BaseLLMService]) -> tuple[dict[str, UsageSum], Overview]:
    paths = default_paths()
    sources = await asyncio.to_thread(read_sources, paths.settings_folders)
    backend = await Backend.open(paths, sources, utc_now, services)
    try:
        await backend.load()
        return await _grouped(backend.reports, by, within), await backend.reports.overview()
    finally:
        await backend.close()


async def _grouped(reports: UsageReports, by: str, within: Range) -> dict[str, UsageSum]:
    if by == "goal":
        return await reports.by_goal(within)
    report = await reports.report(within)
    match by:
        case "day":
            days = {day.isoformat(): summed(sums.values()) for day, sums in report.by_day.items()}
            return {day: total for day, total in days.items() if total.requests}
        case "provider":
            return grouped((row.provider, row.total) for row in report.models)
        case _:
            return {f"{row.provider}/{row.model}": row.total for row in report.models}


def _as_json(groups: dict[str, UsageSum], overview: Overview, by: str, within: str) -> str:
    standing = overview.standing
    document = {
        "by": by,
        "range": within,
        "rows": [{by: name, **_told(total)} for name, total in groups.items()],
        "total": _told(summed(groups.values())),
        "today": _told(overview.day),
        "month": _told(overview.month),
        "forecast_micro_usd": overview.forecast,
        "limits_micro_usd": {name: getattr(standing.limits, name) for name in ("reply", "session", "day", "month")},
    }
    return without_surrogates(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def _told(total: UsageSum) -> dict[str, Any]:
    """The sums; the cost is that of calls with a price, and `cost_is_whole` says whether those are all."""
    return {**asdict(total), "cost_usd": usd(total.cost_micro_usd), "cost_is_whole": total.is_whole}


def _as_table(groups: dict[str, UsageSum], overview: Overview, by: str) -> str:
    lines = [_month_line(overview), ""]
    if not groups:
        return "\n".join((*lines, "Nothing was used in this time.", ""))
    header = (by, "requests", "input", "cached", "output", "cost", "errors")
    rows = [_cells(name, total) for name, total in groups.items()]
    rows.append(_cells("total", summed(groups.values())))
    widths = [max(len(row[place]) for row in (header, *rows)) for place in range(len(header))]
    for row in (header, *rows):
        first, *rest = zip(row, widths, strict=True)
        lines.append("  ".join((first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest))))
    if not summed(groups.values()).is_whole:
        lines += ["", "Of some calls nobody tells a price; they are in no sum. GOALGETTER_PRICES sets your own."]
    return "\n".join((*lines, ""))


def _cells(name: str, total: UsageSum) -> tuple[str, ...]:
    free = not total.cost_micro_usd and total.is_whole
    cost = "free" if free else sum_words(total.cost_micro_usd, total.unpriced, _COST_PLACES)
    counts = (total.requests, total.input_tokens, total.cache_read_tokens, total.output_tokens)
    return (plain(name), *(f"{count:,}" for count in counts), cost, f"{total.errors:,}")


def _month_line(overview: Overview) -> str:
    limit = overview.standing.limits.month
    spent = sum_words(overview.month.cost_micro_usd, overview.month.unpriced)
    of = f" of {limit_words(limit)}" if limit is not None else ""
    pace = f", on pace for {dollars(overview.forecast)}" if overview.forecast else ""
    return f"{spent}{of} this month{pace}."
