"""The models that can answer now, for menus that let one be chosen."""

from collections.abc import Iterator

from desktop_app.domain.providers import ModelChoice
from desktop_app.services.models import ModelDirectory


def answering_models(models: ModelDirectory) -> Iterator[ModelChoice]:
    """Every model of every provider that is usable, without those that have retired."""
    for entry in models.entries:
        for model in entry.models if entry.health.is_usable else ():
            if not model.is_retired:
                yield ModelChoice(entry.name, model.name)
