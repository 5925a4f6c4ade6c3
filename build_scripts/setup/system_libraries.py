"""What Qt and the built-in model expect of a Linux system, and how to install what is missing with apt."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from build_scripts.setup.console import SetupError, run_tool, say
from build_scripts.setup.network import SYSTEM_BUNDLE

# A shared library or a program → the Debian package that brings it.
WINDOW: Mapping[str, str] = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libbrotlidec.so.1": "libbrotli1",
    "libgomp.so.1": "libgomp1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
TEST_PROGRAMS: Mapping[str, str] = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "xdotool": "xdotool",
    "gnome-keyring-daemon": "gnome-keyring",
    "dbus-run-session": "dbus-daemon",
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
}
PACKAGE_PROGRAMS: Mapping[str, str] = {"objdump": "binutils"}

_APT_OPTIONS = ("-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0")


def missing_packages(needs: Mapping[str, str]) -> list[str]:
    """The Debian packages that bring what of `needs` is not here; empty on other systems than Linux."""
    if not sys.platform.startswith("linux"):
        return []
    libraries = _known_libraries()
    missing = [package for name, package in needs.items() if not _is_here(name, libraries)]
    if not SYSTEM_BUNDLE.is_file() and "SSL_CERT_FILE" not in os.environ:
        missing.append("ca-certificates")
    return missing


def administrator_prefix() -> list[str] | None:
    """What to put before a command that needs root: nothing, or a sudo that asks for no password; None if neither."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    asked = subprocess.run([sudo, "-n", "true"], capture_output=True, stdin=subprocess.DEVNULL, check=False)
    return [sudo, "-n"] if asked.returncode == 0 else None


def install_packages(
    packages: Sequence[str], find_prefix: Callable[[], Sequence[str] | None] = administrator_prefix
) -> None:
    """Install Debian packages with apt and the rights that `find_prefix` gives.

    Raises `SetupError` with the one command to run where neither is there. On a system without apt it only says what
    is missing, because its package names are not known here.
    """
    if not packages:
        return
    if shutil.which("apt-get") is None:
        say(f"Missing on this system, under their Debian names: {' '.join(packages)}. Going on without them.")
        return
    prefix = find_prefix()
    if prefix is None:
        raise SetupError(
            f"These system packages are missing and installing them needs an administrator; run\n\n"
            f"    {apt_command(packages)}\n\nand start this command again."
        )
    say(f"Installing {len(packages)} system packages, which can take a minute: {' '.join(packages)} …")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", *_APT_OPTIONS]
    # Lists that are old or partly unreachable may still do; the installation decides.
    subprocess.run([*apt, "update"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    run_tool(
        [*apt, "install", "-y", "--no-install-recommends", *packages],
        failure=f"apt-get could not install them: run `{apt_command(packages)}` and start this command again.",
        only_errors=True,
    )


def apt_command(packages: Sequence[str]) -> str:
    """The one line for a person to paste into a terminal."""
    install = " ".join(shlex.quote(package) for package in packages)
    return f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {install}"


def _known_libraries() -> set[str] | None:
    # /sbin is not on the path of a Debian user.
    program = shutil.which("ldconfig") or shutil.which("ldconfig", path="/sbin:/usr/sbin")
    if program is None:
        return None
    listing = subprocess.run([program, "-p"], capture_output=True, text=True, check=False).stdout
    return {line.split(maxsplit=1)[0] for line in listing.splitlines() if line.startswith("\t")} or None


def _is_here(name: str, libraries: set[str] | None) -> bool:
    if ".so" in name:
        return libraries is None or name in libraries
    return shutil.which(name) is not None
