"""`goalgetter doctor`: what it finds, what it says, and what it leaves alone."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop_app.backend import Backend
from desktop_app.cli.doctor import examine, json_report, run_doctor, told_report
from desktop_app.domain.providers import HealthState, ModelChoice, ModelInfo, ProviderHealth
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.scripted import ScriptedService
from desktop_app.paths import default_paths
from desktop_app.services.doctor import Finding, Report, Verdict
from desktop_app.settings import Sources
from tests.cli.child import run
from tests.llm.claude.fake_claude import error
from tests.llm.contract.server import LoopbackServer
from tests.llm.ollama.under_test import OllamaUnderTest

KEY = "sk-ant-api03-AbCdEfGh-0123456789"


class Named(ScriptedService):
    """A provider whose health and models are given."""

    def __init__(self, name: str, health: ProviderHealth, *models: str) -> None:
        super().__init__(lambda: date(2026, 11, 21), ())
        self.provider_name, self.label = name, name.title()
        self.health, self.models = health, models

    async def list_models(self) -> tuple[ModelInfo, ...]:
        return tuple(ModelInfo(self.provider_name, name, name, is_local=True) for name in self.models)

    async def check_health(self) -> ProviderHealth:
        return self.health


WORKING = ProviderHealth(HealthState.WORKING, "Ready")
FAILED = ProviderHealth(HealthState.FAILED, "It broke.", "Mend it.")


def named(report: Report, name: str) -> Finding:
    (finding,) = [finding for finding in report.findings if finding.name == name]
    return finding


async def report_of(*services: BaseLLMService) -> Report:
    return await examine(default_paths(), Sources(), services)


async def test_one_provider_that_answers_is_enough() -> None:
    report = await report_of(Named("one", FAILED), Named("two", WORKING, "small", "large"))
    assert report.can_answer
    assert report.choice == ModelChoice("two", "small")
    assert (named(report, "One").verdict, named(report, "One").advice) == (Verdict.PROBLEM, "Mend it.")
    two = named(report, "Two")
    assert (two.verdict, two.facts["models"], two.facts["model"]) == (Verdict.OK, 2, "small")
    assert told_report(report).endswith("The next message goes to two, model small.\n")


async def test_where_nobody_can_answer_it_says_so() -> None:
    report = await report_of(Named("one", FAILED), Named("two", WORKING))
    assert not report.can_answer
    assert named(report, "Two").verdict is Verdict.ABSENT
    assert told_report(report).endswith("What to do stands beside the providers above.\n")


async def test_a_chosen_provider_that_cannot_answer_is_a_problem(profile: Backend) -> None:
    await profile.preferences.keep("provider", "one")
    await profile.preferences.keep("model.one", "large")
    report = await report_of(Named("one", FAILED), Named("two", WORKING, "small"))
    assert report.can_answer
    assert named(report, "Chosen").verdict is Verdict.PROBLEM
    assert "One is chosen (large)" in named(report, "Chosen").text


async def test_a_provider_that_the_window_leaves_alone_is_told_with_the_reason_and_the_time(profile: Backend) -> None:
    breaker = profile.factory.guards.guard("ollama", "Ollama").breaker
    for _ in range(5):
        permit = breaker.enter()
        assert permit is not None
        permit.fail("Ollama had an error.")
    await profile.circuits.close()
    report = await report_of(Named("ollama", WORKING, "small"), Named("two", WORKING, "small"))
    ill, well = named(report, "Ollama"), named(report, "Two")
    assert ill.verdict is Verdict.PROBLEM
    assert "after 5 failures in a row: Ollama had an error." in ill.text
    assert "“Try now”" in ill.advice
    assert 0 < ill.facts["circuit"].pop("next_try_s") <= 30
    assert ill.facts["circuit"] == {"state": "open", "reason": "Ollama had an error.", "failures": 5}
    assert well.facts["circuit"] == {"state": "closed", "reason": "", "failures": 0, "next_try_s": 0}
    assert well.verdict is Verdict.OK
    assert report.can_answer
    document = json.loads(json_report(report))
    assert {one["facts"]["circuit"]["state"] for one in document["findings"] if one["area"] == "providers"} == {
        "open",
        "closed",
    }
    assert "leaves it alone for" in told_report(report)


async def test_nothing_is_made_where_there_was_nothing(own_profile: Path) -> None:
    await report_of(Named("one", WORKING, "small"))
    assert not await asyncio.to_thread(own_profile.exists)


async def test_a_database_of_another_version_is_left_as_it_is(profile: Backend, own_profile: Path) -> None:
    await profile.preferences.keep("provider", "one")
    await profile.close()
    for version in ("0000", "9999"):
        with closing(sqlite3.connect(own_profile / "goalgetter.db")) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        report = await report_of(Named("one", WORKING, "small"))
        assert named(report, "Database").facts["schema"] == version
        assert report.choice is None
        with closing(sqlite3.connect(own_profile / "goalgetter.db")) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (version,)


async def test_a_refused_setting_is_told() -> None:
    sources = Sources(problems=("X is no number.",))
    report = await examine(default_paths(), sources, (Named("one", WORKING, "small"),))
    told = [(finding.verdict, finding.text) for finding in report.findings if finding.name == "Settings"]
    assert told[0] == (Verdict.PROBLEM, "X is no number.")
    assert report.can_answer


def documents(out: str) -> dict[str, dict[str, Any]]:
    return {finding["name"]: finding for finding in json.loads(out)["findings"]}


@pytest.mark.parametrize(("services", "code"), [((Named("one", WORKING, "a"),), 0), ((Named("one", FAILED),), 1)])
def test_the_exit_code_tells_whether_somebody_can_answer(
    services: Sequence[BaseLLMService], code: int, own_profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_doctor(as_json=True, services=services) == code
    document = json.loads(capsys.readouterr().out)
    assert document["can_answer"] is (code == 0)
    assert {"program", "profile", "settings", "providers"} == {finding["area"] for finding in document["findings"]}
    assert run_doctor(as_json=False, services=services) == code
    assert "GoalGetter" in capsys.readouterr().out


async def test_a_real_ollama_is_looked_at_without_a_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    ollama = OllamaUnderTest()
    await ollama.start()
    monkeypatch.setenv("OLLAMA_HOST", ollama.server.base_url.replace("http://", "http://me:secret@"))
    monkeypatch.setenv("GOALGETTER_BUILTIN_FILE", "/nowhere/model.gguf")
    done = await run("doctor", "--json")
    assert done.code == 0, done.err
    found = documents(done.out)
    assert (found["Ollama"]["verdict"], found["Ollama"]["facts"]["models"]) == ("ok", 1)
    assert found["Ollama"]["facts"]["address"] == ollama.server.base_url
    assert found["Built-in"]["verdict"] == "absent"
    assert found["Claude"]["facts"]["key"]["is_set"] is False
    assert "secret" not in done.out
    await ollama.stop()
    assert ollama.turns == []


async def test_a_key_that_is_refused_is_told_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    server = LoopbackServer(lambda _request: error(401, "authentication_error", f"{KEY} is not valid"))
    monkeypatch.setenv("ANTHROPIC_BASE_URL", await server.start())
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("GOALGETTER_BUILTIN_FILE", "/nowhere/model.gguf")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    done = await run("doctor", "--json")
    await server.stop()
    assert done.code == 1
    claude = documents(done.out)["Claude"]
    assert (claude["verdict"], claude["facts"]["reachable"]) == ("problem", True)
    assert claude["facts"]["key"]["is_set"] is True
    assert claude["facts"]["key"]["place"] == "ANTHROPIC_API_KEY"
    assert documents(done.out)["Ollama"]["facts"]["reachable"] is False
    assert KEY not in done.out + done.err
    assert {request.method for request in server.requests} == {"GET"}
