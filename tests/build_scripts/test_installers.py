"""What the installers are made of: laid out from a small program, the same bytes each time."""

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from build_scripts.installers import licences, linux
from build_scripts.installers.contents import file_list, largest_parts
from build_scripts.setup.console import SetupError
from build_scripts.setup.environment import ROOT


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764201600")
    folder = tmp_path / "goalgetter"
    inner = folder / "_internal" / "thing-1.2.dist-info" / "licenses"
    inner.mkdir(parents=True)
    (inner / "LICENSE").write_text("Do what you want.")
    (inner.parent / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: thing\nVersion: 1.2\nLicense-Expression: MIT\n"
    )
    start = folder / "goalgetter"
    start.write_bytes(b"\x7fELF GLIBC_2.17\0 GLIBC_2.34\0")
    start.chmod(0o755)
    return folder


def test_every_licence_is_there_with_its_words(program: Path) -> None:
    assert licences.write_licences(program, ROOT / "resources") >= 4
    told = (program / "licences" / "README.txt").read_text("utf-8")
    assert "thing 1.2: MIT" in told
    assert "Python" in told
    assert (program / "licences" / "thing" / "LICENSE").read_text("utf-8") == "Do what you want."


def test_what_comes_without_its_licence_is_not_packaged(program: Path) -> None:
    (program / "_internal" / "thing-1.2.dist-info" / "licenses" / "LICENSE").unlink()
    with pytest.raises(SetupError, match="thing"):
        licences.write_licences(program, ROOT / "resources")


def test_the_tarball_has_the_same_bytes_each_time(program: Path) -> None:
    first = linux.write_tarball(program, "goalgetter", "1.0").read_bytes()
    (program / "goalgetter").touch()
    archive = linux.write_tarball(program, "goalgetter", "1.0")
    assert archive.read_bytes() == first
    with tarfile.open(archive) as read:
        start = next(entry for entry in read if entry.name.endswith("/goalgetter") and entry.isfile())
        assert (start.mode, start.uname) == (0o755, "root")


def test_the_list_of_files_tells_hash_size_and_name(program: Path) -> None:
    lines = file_list(program).splitlines()
    assert len(lines) == 3
    assert all(len(line.split()[0]) == 64 for line in lines)
    assert lines == sorted(lines, key=lambda line: line.split()[-1])
    assert largest_parts(program)[0][0] == "_internal/thing-1.2.dist-info"


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="a Debian package is made on Debian")
@pytest.mark.parametrize("edition", ["goalgetter", "goalgetter-offline"])
def test_the_package_says_what_it_needs_and_brings_what_a_desktop_looks_for(program: Path, edition: str) -> None:
    package = linux.write_deb(program, edition, "1.0")
    told = subprocess.run(["dpkg-deb", "-I", package], capture_output=True, text=True, check=True).stdout  # noqa: S607
    assert "libc6 (>= 2.34)" in told
    assert "libxcb-cursor0" in told
    assert "Version: 1.0" in told
    listed = subprocess.run(["dpkg-deb", "-c", package], capture_output=True, text=True, check=True).stdout  # noqa: S607
    for name in (
        "./usr/bin/goalgetter -> ../lib/goalgetter/goalgetter",
        "./usr/share/applications/goalgetter.desktop",
        "./usr/share/icons/hicolor/scalable/apps/goalgetter.svg",
        "./usr/share/icons/hicolor/48x48/apps/goalgetter.png",
        f"./usr/share/metainfo/{linux.APPSTREAM_ID}.metainfo.xml",
        f"./usr/share/doc/{edition}/copyright",
    ):
        assert name in listed
    again = package.read_bytes()
    assert linux.write_deb(program, edition, "1.0").read_bytes() == again
