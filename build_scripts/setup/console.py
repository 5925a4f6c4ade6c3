"""What the scripts say and how they end: standard output stays free for the program that is started."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn


class SetupError(Exception):
    """A failure told in one sentence, with what to do about it."""


def say(sentence: str) -> None:
    """Print one line of progress to standard error."""
    print(sentence, file=sys.stderr, flush=True)


def run_tool(
    command: Sequence[str],
    *,
    failure: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    only_errors: bool = False,
) -> None:
    """Run a tool that asks nothing, its output shown as progress; raise `SetupError(failure)` if it fails."""
    shown = subprocess.DEVNULL if only_errors else sys.stderr
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=shown, cwd=cwd, env=env, check=False)
    except OSError as error:
        raise SetupError(f"{failure} ({error})") from error
    if result.returncode != 0:
        raise SetupError(failure)


def end_with(main: Callable[[list[str]], int]) -> NoReturn:
    """Run a script's `main` with its arguments and exit with its code; a failure is one sentence and code 1."""
    try:
        code = main(sys.argv[1:])
    except SetupError as error:
        say(str(error))
        code = 1
    except KeyboardInterrupt:
        say("Stopped. Start the command again to go on where it was.")
        code = 130
    except OSError as error:
        say(f"The set-up could not go on: {error}. Put that right and start the command again.")
        code = 1
    sys.exit(code)
