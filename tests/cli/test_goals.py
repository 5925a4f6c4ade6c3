"""`goalgetter goals`: list, show, add, export, import, without a window library but for PDF."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.backend import Backend
from desktop_app.cli.commands import run_command
from desktop_app.cli.exit_codes import FAILED, OK, USAGE
from tests.cli.child import run


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = OK) -> tuple[str, str]:
    """What a command printed; it must end with `code`."""
    assert run_command(["goals", *arguments]) == code
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_a_goal_is_added_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "list") == ("", "No goals yet.\n")
    out, err = told(capsys, "add", "Run far\x1b[31m", "--deadline", "2027-05-17", "--tag", "a, b", "--tag", "🏃")
    assert out == "1\n"
    assert "written down as a draft" in err

    assert told(capsys, "list")[0] == "    1  draft      2027-05-17         Run far[31m\n"
    (listed,) = json.loads(told(capsys, "list", "far", "--json")[0])
    assert (listed["id"], listed["title"], listed["percent"]) == (1, "Run far\x1b[31m", None)
    shown = json.loads(told(capsys, "show", "1", "--json")[0])
    assert (shown["tags"], shown["deadline"], shown["phase"]) == (["a, b", "🏃"], "2027-05-17", "draft")
    assert "\x1b" not in told(capsys, "show", "1")[0]
    assert told(capsys, "list", "--phase", "active")[1] == "There is no goal like that.\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("show", "9"), "There is no goal 9."),
        (("add", " "), "The title is empty"),
        (("add", "x", "--deadline", "2027-02-31"), "is not a date"),
        (("add", "x", "--deadline", "10000-01-01"), "is not a date"),
        (("export", "9"), "There is no goal 9."),
        (("export", "--format", "pdf"), "A PDF needs a file"),
        (("export", "--format", "pdf", "-o", "x.pdf"), "no goals to print"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], reason: str
) -> None:
    out, err = told(capsys, *arguments, code=USAGE)
    assert out == ""
    assert reason in err
    assert not Path("x.pdf").exists()


def test_an_export_is_taken_in_after_a_look(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "goals.json"
    told(capsys, "add", "Run", "--plan", "Slowly")
    assert told(capsys, "export", "-o", str(file))[1] == f"Written to {file}.\n"
    before = file.read_bytes()
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix == ".json"] == ["goals.json"]
    document = json.loads(before)
    document["goals"][0]["title"] = "Run far"
    file.write_text(json.dumps(document))

    out, err = told(capsys, "import", str(file), "--dry-run")
    assert (out, err) == ("~ Run far  (title)\n", "Nothing was done: 0 to add, 1 to change, 0 as they are already.\n")
    assert "Run far" not in told(capsys, "list")[0]
    assert told(capsys, "import", str(file))[1].startswith("Done: 0 to add, 1 to change")
    assert "Run far" in told(capsys, "list")[0]

    file.write_bytes(before[:100])
    assert "cut off" in told(capsys, "import", str(file), code=USAGE)[1]
    assert "cannot be read" in told(capsys, "import", str(tmp_path / "none.json"), code=FAILED)[1]
    assert "cannot be written" in told(capsys, "export", "-o", str(tmp_path / "no" / "x"), code=FAILED)[1]


def test_markdown_and_calendar_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "add", "Run", "--deadline", "2027-05-17")
    assert "# Run" in told(capsys, "export", "--format", "md")[0]
    assert "DTSTART;VALUE=DATE:20270517\r\n" in told(capsys, "export", "1", "--format", "ics")[0]


def test_a_pdf_is_written_without_a_screen(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told(capsys, "add", "Run <b>far</b>", "--plan", "# Plan\n\n![](file:///etc/hostname) <script>x</script>")
    told(capsys, "add", "Read")
    file = tmp_path / "goals.pdf"
    # A process of its own: the Qt application that it makes would stand in the way of the window's.
    screens = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in screens}
    command = [sys.executable, "-m", "desktop_app", "goals", "export", "--format", "pdf", "-o", str(file)]
    subprocess.run(command, env=environment, cwd=Path(__file__).parents[2], check=True, timeout=120)

    data = file.read_bytes()
    assert data.startswith(b"%PDF-")
    assert b"/Count 2" in data


async def test_the_command_works_beside_the_window_and_without_its_library(profile: Backend) -> None:
    ended = await run("goals", "add", "Read")
    assert (ended.code, ended.out) == (0, "1\n")
    assert [goal.title for goal in await profile.goals.list_goals()] == ["Read"]
