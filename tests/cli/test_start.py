"""Which part is started by which arguments."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app import __version__
from desktop_app.cli import main


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"GoalGetter {__version__}\n"


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--nonsense"])
    assert ended.value.code == 2
    assert "--nonsense" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen to ask for")
def test_without_a_screen_it_says_so_instead_of_crashing() -> None:
    command = [sys.executable, "-m", "desktop_app"]
    done = subprocess.run(command, env={"PATH": "/usr/bin"}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "needs a screen" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_line_imports_neither_qt_nor_an_sdk() -> None:
    code = (
        "import sys, desktop_app.cli\n"
        "heavy = {'PySide6', 'sqlalchemy', 'openai', 'anthropic', 'ollama', 'agents', 'httpx'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_the_bare_start_of_the_window_loads_no_command(own_profile: Path) -> None:
    code = (
        "import sys; from desktop_app.cli import main\n"
        "assert main([]) == 0\n"
        "print(sorted(name for name in sys.modules if name.startswith('desktop_app.cli.')))"
    )
    env = {**os.environ, "GOALGETTER_EXIT_AFTER_PAINT": "1", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "['desktop_app.cli.exit_codes', 'desktop_app.cli.window']"
