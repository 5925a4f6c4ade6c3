"""Where the model's file comes from."""

import hashlib
import sys
from pathlib import Path
from threading import Event

import pytest

from desktop_app.llm.builtin.catalog import CATALOG, CODER_1_5B, Weights, weights_called
from desktop_app.llm.builtin.download import download
from desktop_app.llm.builtin.problems import WeightsError
from desktop_app.llm.builtin.verification import CancelledWork
from desktop_app.llm.builtin.weights import WeightsSource
from tests.llm.builtin.file_server import Served, serving

CONTENT = b"GGUF" + bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def quiet(_what: str, _share: float) -> None:
    """Progress that nobody watches."""


def small(**changes: object) -> Weights:
    values: dict[str, object] = {
        "name": "small",
        "label": "Small",
        "file_name": "small.gguf",
        "size_bytes": len(CONTENT),
        "sha256": SHA256,
        "packages": ("small-model-part1", "small-model-part2"),
        **changes,
    }
    return Weights(**values)  # type: ignore[arg-type] # a table of fields


def source(tmp_path: Path, weights: Weights | None = None, **options: object) -> WeightsSource:
    return WeightsSource(weights or small(), tmp_path / "models", tmp_path / "program", **options)  # type: ignore[arg-type]


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the import path with both data packages, as a packaged program has them: without metadata."""
    site = tmp_path / "site"
    half = len(CONTENT) // 2
    for number, piece in enumerate((CONTENT[:half], CONTENT[half:]), start=1):
        data = site / f"small_model_part{number}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").write_text("raise RuntimeError('imported')")
        (data / f"part{number:02d}.bin").write_bytes(piece)
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    return site


def test_a_file_that_the_person_set_comes_first_and_is_taken_as_it_is(tmp_path: Path) -> None:
    chosen = tmp_path / "own.gguf"
    chosen.write_bytes(b"GGUF and more")
    weights = weights_called("qwen2.5-coder-1.5b", chosen)
    assert weights is not None
    assert source(tmp_path, weights).find(quiet, Event()) == chosen


def test_a_chosen_file_that_is_no_model_is_refused_by_name(tmp_path: Path) -> None:
    chosen = tmp_path / "song.gguf"
    chosen.write_bytes(b"RIFF")
    weights = weights_called(str(chosen))
    assert weights is not None
    with pytest.raises(WeightsError, match=r"song\.gguf is no model in GGUF form"):
        source(tmp_path, weights).find(quiet, Event())


def test_a_chosen_file_that_is_missing_is_said_so(tmp_path: Path) -> None:
    weights = weights_called("qwen2.5-coder-1.5b", tmp_path / "gone.gguf")
    assert weights is not None
    with pytest.raises(WeightsError, match="cannot be read"):
        source(tmp_path, weights).find(quiet, Event())


def test_names_lead_to_known_weights_and_other_words_to_none() -> None:
    assert [weights_called(weights.name) for weights in CATALOG] == list(CATALOG)
    assert weights_called("no-such-model") is None


def test_the_cache_comes_before_the_program_s_folder(tmp_path: Path) -> None:
    for folder in ("models", "program"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "small.gguf").write_bytes(CONTENT)
    assert source(tmp_path).find(quiet, Event()) == tmp_path / "models" / "small.gguf"


@pytest.mark.parametrize("folder", ["program", "program/models"])
def test_a_file_beside_the_program_is_used_where_it_lies(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "small.gguf").write_bytes(CONTENT)
    assert source(tmp_path).find(quiet, Event()) == tmp_path / folder / "small.gguf"


def test_data_packages_are_put_together_without_being_imported(tmp_path: Path, packages: Path) -> None:
    told: list[str] = []
    path = source(tmp_path).find(lambda what, _share: told.append(what), Event())
    assert path.read_bytes() == CONTENT
    assert set(told) == {"Putting the model's file together", "Checking the model's file"}
    assert sorted(file.name for file in path.parent.iterdir()) == ["small.gguf", "verified.json"]


def test_a_verified_file_is_not_read_again_until_it_changes(tmp_path: Path, packages: Path) -> None:
    told: list[str] = []
    path = source(tmp_path).find(quiet, Event())
    source(tmp_path).find(lambda what, _share: told.append(what), Event())
    assert told == []
    path.write_bytes(CONTENT[:-1] + b"!")
    assert source(tmp_path).find(lambda what, _share: told.append(what), Event()).read_bytes() == CONTENT
    assert "Checking the model's file" in told


def test_a_missing_package_is_named(tmp_path: Path, packages: Path) -> None:
    (packages / "small_model_part2" / "data" / "part02.bin").unlink()
    with pytest.raises(WeightsError, match="small-model-part2 is missing"):
        source(tmp_path).find(quiet, Event())


def test_packages_with_a_wrong_part_are_set_aside_and_never_used(tmp_path: Path, packages: Path) -> None:
    part = packages / "small_model_part2" / "data" / "part02.bin"
    part.write_bytes(part.read_bytes()[:-1] + b"!")
    with pytest.raises(WeightsError, match=r"do not make the published file.*small\.gguf\.wrong"):
        source(tmp_path).find(quiet, Event())
    assert not (tmp_path / "models" / "small.gguf").exists()


def test_a_wrong_file_in_the_cache_is_set_aside_and_the_next_source_used(tmp_path: Path, packages: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "small.gguf").write_bytes(b"GGUF but another")
    assert source(tmp_path).find(quiet, Event()).read_bytes() == CONTENT
    assert (tmp_path / "models" / "small.gguf.wrong").read_bytes() == b"GGUF but another"


def test_a_full_disk_is_noticed_before_anything_is_written(tmp_path: Path, packages: Path) -> None:
    with pytest.raises(WeightsError, match="needs 201 MB on the disk"):
        source(tmp_path, free_bytes=lambda _folder: 1000).find(quiet, Event())
    assert list((tmp_path / "models").iterdir()) == []


def test_work_ends_at_once_when_it_is_cancelled(tmp_path: Path, packages: Path) -> None:
    cancelled = Event()
    with pytest.raises(CancelledWork):
        source(tmp_path).find(lambda _what, _share: cancelled.set(), cancelled)
    assert not (tmp_path / "models" / "small.gguf").exists()


def test_without_any_source_it_says_how_to_get_the_model(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="not installed") as caught:
        source(tmp_path).find(quiet, Event())
    assert "build_scripts/run.py" in caught.value.advice


def test_a_download_is_checked_and_kept(tmp_path: Path) -> None:
    shares: list[float] = []
    with serving(Served(CONTENT)) as served:
        path = source(tmp_path, url=served.url).find(lambda _what, share: shares.append(share), Event())
    assert path.read_bytes() == CONTENT
    assert shares[-1] == 1


def test_a_download_that_breaks_off_is_continued_where_it_stopped(tmp_path: Path) -> None:
    with serving(Served(CONTENT, cut_after=[300_000, 200_000])) as served:
        path = source(tmp_path, url=served.url).find(quiet, Event())
    assert path.read_bytes() == CONTENT
    assert served.ranges == [None, "bytes=300000-", "bytes=500000-"]


def test_a_download_is_continued_after_a_restart(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "small.gguf.download.part").write_bytes(CONTENT[:1000])
    with serving(Served(CONTENT)) as served:
        source(tmp_path, url=served.url).find(quiet, Event())
    assert served.ranges == ["bytes=1000-"]


def test_a_server_without_ranges_starts_again(tmp_path: Path) -> None:
    with serving(Served(CONTENT, cut_after=[1000], takes_ranges=False)) as served:
        assert source(tmp_path, url=served.url).find(quiet, Event()).read_bytes() == CONTENT


def test_a_download_that_keeps_breaking_off_is_given_up_and_what_came_is_kept(tmp_path: Path) -> None:
    with (
        serving(Served(CONTENT, cut_after=[100, 0, 0, 0])) as served,
        pytest.raises(WeightsError, match="the connection broke off"),
    ):
        source(tmp_path, url=served.url).find(quiet, Event())
    assert (tmp_path / "models" / "small.gguf.download.part").stat().st_size == 100


def test_another_file_than_the_published_one_is_set_aside(tmp_path: Path) -> None:
    with (
        serving(Served(CONTENT[:-1] + b"!")) as served,
        pytest.raises(WeightsError, match="not the published model"),
    ):
        source(tmp_path, url=served.url).find(quiet, Event())
    assert (tmp_path / "models" / "small.gguf.wrong").exists()
    assert not (tmp_path / "models" / "small.gguf").exists()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"status": 404}, "the server answered 404"),
        ({"content_type": "text/html; charset=utf-8"}, "a web page came in its place"),
        ({"location": "http://files.example/model.gguf"}, "not encrypted"),
    ],
)
def test_a_server_that_gives_something_else_is_told_apart(
    tmp_path: Path, fault: dict[str, object], sentence: str
) -> None:
    with serving(Served(CONTENT, **fault)) as served, pytest.raises(WeightsError, match=sentence):  # type: ignore[arg-type]
        source(tmp_path, url=served.url).find(quiet, Event())


def test_a_redirect_is_followed(tmp_path: Path) -> None:
    with serving(Served(CONTENT, location="/elsewhere.gguf")) as served:
        assert source(tmp_path, url=served.url).find(quiet, Event()).read_bytes() == CONTENT


def test_an_address_that_leads_round_in_circles_is_given_up(tmp_path: Path) -> None:
    with (
        serving(Served(CONTENT, location="/model.gguf", leads_on=True)) as served,
        pytest.raises(WeightsError, match="round in circles"),
    ):
        source(tmp_path, url=served.url).find(quiet, Event())


def test_a_part_that_is_longer_than_the_file_is_begun_anew(tmp_path: Path) -> None:
    """Of a file of one's own nobody knows the size beforehand, so only the server can tell."""
    part = tmp_path / "model.part"
    part.write_bytes(bytes(len(CONTENT) + 10))
    told: list[float] = []
    with serving(Served(CONTENT)) as served:
        download(served.url, part, None, lambda _what, share: told.append(share), Event())
    assert part.read_bytes() == CONTENT
    assert served.ranges == [f"bytes={len(CONTENT) + 10}-", None]
    assert told[-1] == 1


def test_a_whole_part_is_not_asked_for_again(tmp_path: Path) -> None:
    part = tmp_path / "model.part"
    part.write_bytes(CONTENT)
    with serving(Served(CONTENT)) as served:
        download(served.url, part, len(CONTENT), quiet, Event())
    assert served.ranges == []


def test_nothing_is_downloaded_where_that_is_not_allowed(tmp_path: Path) -> None:
    with serving(Served(CONTENT)) as served, pytest.raises(WeightsError):
        source(tmp_path, url=served.url, may_download=False).find(quiet, Event())
    assert served.ranges == []


def test_the_default_weights_are_those_the_maker_publishes() -> None:
    assert len(CODER_1_5B.packages) == 22
    assert CODER_1_5B.url is not None
    assert CODER_1_5B.url.startswith("https://")
