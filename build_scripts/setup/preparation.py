"""Brings system libraries, uv and `.venv` to what the checkout asks for, in one go."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from build_scripts.setup.console import SetupError, say
from build_scripts.setup.environment import Environment
from build_scripts.setup.interpreter import ensure_supported_interpreter
from build_scripts.setup.launch import become
from build_scripts.setup.network import network_environment
from build_scripts.setup.system_libraries import install_packages, missing_packages
from build_scripts.setup.uv import find_uv, install_uv, missing_packages_for_uv

MODEL = "model-qwen2.5-coder-1.5b"
OTHER_MODEL = ("GOALGETTER_BUILTIN_MODEL", "GOALGETTER_BUILTIN_FILE")


def prepare(groups: Sequence[str], needs: Mapping[str, str]) -> Environment:
    """Install what of the system `needs` and of the requirements files `groups` is missing, and return the environment.

    Adds some hundredths of a second where everything is there. Raises `SetupError`.
    """
    ensure_supported_interpreter()
    environment = Environment()
    stale = environment.stale(groups)
    packages = missing_packages(needs)
    uv = find_uv(environment.root) if stale else None
    if stale and uv is None:
        packages += missing_packages_for_uv()
    install_packages(packages)
    if stale:
        env = network_environment(os.environ)
        uv = uv or install_uv(environment.root, env)
        size = " (about 130 MB)" if "app" in stale else ""
        say(f"Installing the Python packages of {', '.join(stale)} into .venv{size} …")
        environment.install(stale, uv, env)
    return environment


def add_model(environment: Environment) -> None:
    """Install the weights of the built-in model (1.1 GB, once); a failure is told, and the program starts without.

    Does nothing where the person chose other weights.
    """
    if any(os.environ.get(name) for name in OTHER_MODEL) or not environment.stale([MODEL]):
        return
    say("Getting the built-in coach's model (1.1 GB, only this once) …")
    env = network_environment(os.environ)
    try:
        uv = find_uv(environment.root) or install_uv(environment.root, env)
        environment.install([MODEL], uv, env, with_dependencies=False)
    except SetupError:
        say("The built-in model could not be fetched; going on without it, the next start tries again.")


def continue_inside(environment: Environment) -> None:
    """Return on the Python of `.venv`; on another one start the script again with that, and do not return."""
    if Path(sys.prefix).resolve() != environment.folder.resolve():
        sys.exit(become([str(environment.python), *sys.argv], program_environment(environment)))


def program_environment(environment: Environment) -> dict[str, str]:
    """The variables for a Python of `.venv` that imports this checkout's packages and nobody else's.

    It may keep byte code, whatever this process was told: without it a start takes half as long again.
    """
    unwanted = {"PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"}
    env = {name: value for name, value in os.environ.items() if name not in unwanted}
    env["PYTHONPATH"] = str(environment.root)
    return env
