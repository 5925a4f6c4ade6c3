"""The packaged program as a disk image for macOS, signed and notarised where there is a certificate. Not tried yet."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from build_scripts.setup.console import run_tool
from build_scripts.setup.environment import ROOT

ENTITLEMENTS = ROOT / "build_scripts" / "package" / "macos" / "entitlements.plist"


def write_installers(program: Path, edition: str, version: str) -> list[Path]:
    """`dist/<edition>-<version>-macos.dmg`, of the `.app` that lies beside `program`.

    GOALGETTER_SIGN_IDENTITY names the certificate ("Developer ID Application: …"), GOALGETTER_NOTARY_PROFILE the
    keychain profile that `xcrun notarytool store-credentials` made.
    """
    application = program.parent / "GoalGetter.app"
    identity = os.environ.get("GOALGETTER_SIGN_IDENTITY", "-")  # "-" signs for this machine alone
    signing = ["codesign", "--force", "--deep", "--options", "runtime", "--entitlements", str(ENTITLEMENTS)]
    run_tool([*signing, "--sign", identity, str(application)], failure="The program could not be signed.")
    image = program.parent / f"{edition}-{version}-macos.dmg"
    image.unlink(missing_ok=True)
    content = ROOT / "build" / "dmg"
    shutil.rmtree(content, ignore_errors=True)
    content.mkdir(parents=True)
    shutil.copytree(application, content / application.name, symlinks=True)
    (content / "Applications").symlink_to("/Applications")
    making = ["hdiutil", "create", "-volname", "GoalGetter", "-srcfolder", str(content), "-format", "UDZO", "-quiet"]
    run_tool([*making, str(image)], failure="The disk image could not be made.")
    if profile := os.environ.get("GOALGETTER_NOTARY_PROFILE"):
        asking = ["xcrun", "notarytool", "submit", str(image), "--keychain-profile", profile, "--wait"]
        run_tool(asking, failure="Apple did not notarise the image: the lines above say why.")
        run_tool(["xcrun", "stapler", "staple", str(image)], failure="The notarisation could not be stapled.")
    return [image]
