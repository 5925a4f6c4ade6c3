"""The doctor's report: findings in words, with facts beside them for programs. No key and no text of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from desktop_app.domain.providers import ModelChoice


class Area(StrEnum):
    """What a finding is about."""

    PROGRAM = "program"
    PROFILE = "profile"
    SETTINGS = "settings"
    PROVIDERS = "providers"


class Verdict(StrEnum):
    """How it is."""

    OK = "ok"
    ABSENT = "absent"  # not set up, which may be as it should
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` is what to do, empty where nothing is to be done."""

    area: Area
    name: str
    verdict: Verdict
    text: str
    advice: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """All findings. `choice` is the model that the next message goes to, `can_answer` whether anyone could."""

    findings: tuple[Finding, ...]
    can_answer: bool
    choice: ModelChoice | None = None
