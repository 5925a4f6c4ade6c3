"""What rows of models say that can be got or are being got, and where they stand."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from desktop_app.domain.model_fetches import FetchState, ModelFetch
from desktop_app.domain.providers import (
    FetchProgress,
    HealthState,
    ModelInfo,
    ModelOffer,
    ProviderEntry,
    ProviderHealth,
)
from desktop_app.ui.models.fetch_news import fetch_words, fetched_share, news_of
from desktop_app.ui.models.fetch_rows import FetchRow, NameRow, left_words, progress_words, size_words
from desktop_app.ui.models.rows import AdviceRow, ModelRow, ProviderRow, list_rows, state_words

GB = 1_000_000_000
WORKING = ProviderHealth(HealthState.WORKING, "Running")
EMPTY = ProviderHealth(HealthState.NOT_SET_UP, "Running, but without a model", "Get one: ollama pull qwen3:8b")
OFFER = ModelOffer("qwen3:8b", int(5.2 * GB), int(7.5 * GB), "The usual choice", can_use_tools=True)
LLAMA = ModelInfo("ollama", "llama3.2:3b", "llama3.2:3b", is_local=True)
CLAUDE = ProviderEntry("claude", "Claude", ProviderHealth(HealthState.NOT_SET_UP, "No key", "Add one."))
BUILTIN = ProviderEntry("builtin", "Built-in", ProviderHealth(HealthState.NOT_SET_UP, "Not here", "Download it."))
RUNNING = ModelFetch("ollama", "qwen3:8b", progress=FetchProgress("Downloading", int(1.3 * GB), int(5.2 * GB)))


def ollama(*models: ModelInfo, offers: tuple[ModelOffer, ...] | None = (OFFER,)) -> ProviderEntry:
    return ProviderEntry("ollama", "Ollama", WORKING if models else EMPTY, models, offers)


def found(search: str, *entries: ProviderEntry, fetches: tuple[ModelFetch, ...] = ()) -> list[str]:
    rows = list_rows(entries, None, search, fetches=fetches)
    return [row.label for row in rows if isinstance(row, FetchRow | NameRow)]


@pytest.mark.parametrize(
    ("computer", "words"),
    [
        (int(16.8 * GB), "Tools · fits this computer"),
        (int(8.2 * GB), "Tools · just fits this computer"),
        (int(7.4 * GB), "Tools · needs 8 GB of memory, this computer has 7 GB"),
        (None, "Tools"),
    ],
)
def test_an_offer_says_whether_the_memory_holds_it(computer: int | None, words: str) -> None:
    row = FetchRow("ollama", "Ollama", OFFER.name, replace(OFFER, computer_bytes=computer))
    assert row.words == words
    assert row.action == "Get 5.2 GB"
    assert row.spoken == f"qwen3:8b, not downloaded, {words}, The usual choice, Get 5.2 GB"


def test_who_can_get_a_model_comes_before_those_that_cannot_and_needs_no_terminal() -> None:
    rows = list_rows([BUILTIN, CLAUDE, ollama()], None, "")
    assert [type(row) for row in rows[:3]] == [ProviderRow, FetchRow, NameRow]
    assert [row.text for row in rows if isinstance(row, AdviceRow)] == ["Download it.", "Add one."]


def test_where_nothing_can_be_got_the_advice_stays() -> None:
    rows = list_rows([ollama(offers=None)], None, "")
    assert [type(row) for row in rows] == [ProviderRow, AdviceRow]
    assert found("mistral", ollama(offers=None)) == []


def test_models_come_before_offers_and_the_way_to_others_last() -> None:
    rows = list_rows([ollama(LLAMA)], None, "")
    assert [type(row) for row in rows] == [ProviderRow, ModelRow, FetchRow, NameRow]


def test_a_word_is_a_search_first_and_a_whole_name_is_meant() -> None:
    assert found("llama", ollama(LLAMA)) == []
    assert found("qwen", ollama(LLAMA)) == ["qwen3:8b"]
    assert found("llama3.2:1b", ollama(LLAMA)) == ["Get “llama3.2:1b” from Ollama"]
    assert found("llama3.2:3b", ollama(LLAMA)) == []
    assert found("gemma3", ollama(LLAMA)) == ["Get “gemma3” from Ollama"]
    assert found("ollama run gemma3", ollama(LLAMA)) == ["Get “gemma3” from Ollama"]
    assert found("clau", CLAUDE, ollama(LLAMA)) == []
    assert found("gemma3", ollama(LLAMA), fetches=(replace(RUNNING, name="gemma3:latest"),)) == ["gemma3:latest"]


def test_what_is_being_got_says_how_far_it_is() -> None:
    assert progress_words(ModelFetch("ollama", "m")) == "Looking it up…"
    assert progress_words(RUNNING) == "1.3 of 5.2 GB · 25 %"
    assert progress_words(replace(RUNNING, left_s=130)) == "1.3 of 5.2 GB · 25 % · 3 min left"
    assert progress_words(replace(RUNNING, progress=FetchProgress("Checking what came", 5, 5))) == "Checking what came…"
    assert [left_words(seconds) for seconds in (1, 60, 61, 3600, 7300)] == [
        "1 min left", "1 min left", "2 min left", "1 h 0 min left", "2 h 2 min left",
    ]  # fmt: skip
    assert [size_words(size) for size in (274_000_000, int(5.2 * GB), int(13.8 * GB))] == ["274 MB", "5.2 GB", "14 GB"]


def test_a_row_offers_what_can_be_done_now() -> None:
    row = FetchRow("ollama", "Ollama", OFFER.name, OFFER, RUNNING)
    failed = replace(row, fetch=replace(RUNNING, state=FetchState.FAILED, error="The disk is full."))
    stopping = replace(row, fetch=replace(RUNNING, state=FetchState.STOPPING))
    assert [(one.action, one.share) for one in (row, failed, stopping)] == [
        ("Cancel", 0.25), ("Try again", None), ("", None),
    ]  # fmt: skip
    assert failed.spoken == "qwen3:8b, Could not be downloaded, The disk is full., Try again"
    assert stopping.spoken == "qwen3:8b, Stopping…"


def test_the_pill_sums_up_what_is_being_got() -> None:
    assert fetch_words(()) == ""
    both = (RUNNING, ModelFetch("ollama", "m"), replace(RUNNING, state=FetchState.FAILED))
    assert fetch_words(both) == "Getting qwen3:8b, 25 %; m"
    assert fetched_share(both) == 0.125
    done = replace(RUNNING, state=FetchState.DONE)
    assert news_of(done).words == "qwen3:8b is here, and can be chosen in the list of models."
    assert news_of(replace(done, is_chosen=True)).words == "qwen3:8b is here, and answers from now on."


def test_a_model_in_memory_says_until_when() -> None:
    until = datetime(2026, 11, 27, 14, 30, tzinfo=UTC)
    assert state_words(replace(LLAMA, loaded_until=until)) == [f"in memory until {until.astimezone():%H:%M}"]
    assert state_words(replace(LLAMA, loaded_until=until.replace(year=2318))) == ["in memory"]
