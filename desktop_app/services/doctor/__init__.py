"""What is set up, what can be reached and used, and what to do where not."""

from desktop_app.services.doctor.profile import (
    database_finding,
    folder_findings,
    keychain_finding,
    settings_findings,
    traces_finding,
)
from desktop_app.services.doctor.providers import provider_findings, with_circuits
from desktop_app.services.doctor.report import Area, Finding, Report, Verdict

__all__ = [
    "Area",
    "Finding",
    "Report",
    "Verdict",
    "database_finding",
    "folder_findings",
    "keychain_finding",
    "provider_findings",
    "settings_findings",
    "traces_finding",
    "with_circuits",
]
