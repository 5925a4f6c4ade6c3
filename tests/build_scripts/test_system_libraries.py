"""What is missing on a Linux system, and how it is installed or asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from build_scripts.setup import system_libraries
from build_scripts.setup.console import SetupError
from build_scripts.setup.system_libraries import apt_command, install_packages, missing_packages

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux needs system packages")
ALL_NEEDS = {**system_libraries.WINDOW, **system_libraries.TEST_PROGRAMS}


@linux_only
def test_what_is_there_is_not_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "certificates")
    assert missing_packages({"libc.so.6": "libc6", "sh": "dash"}) == []


@linux_only
def test_missing_libraries_and_programs_are_named_by_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "certificates")
    needs = {"libnobody-has-this.so.9": "libnobody9", "nobody-has-this": "nobody-tools", "libc.so.6": "libc6"}
    assert missing_packages(needs) == ["libnobody9", "nobody-tools"]


def test_the_command_to_run_is_one_line() -> None:
    assert apt_command(["libegl1", "libgl1"]) == (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 libgl1"
    )


def test_without_rights_the_one_command_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path / "apt-get", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError) as failure:
        install_packages(["libegl1"], lambda: None)
    assert apt_command(["libegl1"]) in str(failure.value)


@linux_only
def test_with_rights_apt_updates_and_installs_without_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    stand_in(tmp_path / "apt-get", f'echo "$DEBIAN_FRONTEND $@" >> {log}')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    install_packages(["libegl1", "libgl1"], list)
    update, install = log.read_text("utf-8").splitlines()
    assert update.startswith("noninteractive")
    assert update.endswith("update")
    assert install.endswith("install -y --no-install-recommends libegl1 libgl1")


@linux_only
def test_an_installation_that_fails_is_told_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path / "apt-get", "exit 100")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(SetupError, match="sudo apt-get update"):
        install_packages(["libegl1"], list)


def test_a_system_without_apt_goes_on_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    install_packages(["libegl1"], lambda: None)
    assert "libegl1" in capsys.readouterr().err


@linux_only
def test_the_libraries_of_this_system_are_known_by_name() -> None:
    listing = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
    there = [name for name in ALL_NEEDS if f"\t{name} " in listing]
    assert not {ALL_NEEDS[name] for name in there} & set(missing_packages(ALL_NEEDS))


def stand_in(path: Path, body: str) -> None:
    """Write a shell script that can be started."""
    path.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    path.chmod(0o755)
