"""How pip and uv reach the package index: with the certificates and the index that this machine already uses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SYSTEM_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


def network_environment(env: Mapping[str, str], system_bundle: Path = SYSTEM_BUNDLE) -> dict[str, str]:
    """The variables of `env`, completed so that pip and uv trust what the system trusts and use the same index.

    pip and uv read different names; a setting made for one of them counts for both. Nothing that is set is changed.
    """
    complete = dict(env)
    bundle = env.get("SSL_CERT_FILE") or env.get("PIP_CERT") or (str(system_bundle) if system_bundle.is_file() else "")
    if bundle:
        complete.setdefault("SSL_CERT_FILE", bundle)
        complete.setdefault("PIP_CERT", bundle)
    complete.setdefault("UV_SYSTEM_CERTS", "1")
    complete.setdefault("UV_HTTP_TIMEOUT", "120")
    if "PIP_INDEX_URL" in env and "UV_INDEX_URL" not in env:
        complete.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    complete.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    return complete
