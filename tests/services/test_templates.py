"""The forms a goal is written in, with the person's own."""

import pytest

from desktop_app.domain.goals import GoalFields, Template
from desktop_app.domain.templates import OwnTemplate, new_fields
from desktop_app.errors import InvalidValueError
from desktop_app.services.preferences import Preferences
from desktop_app.services.templates import TemplateService
from desktop_app.storage.preferences import PreferenceRepository
from tests.services.conftest import World


async def test_own_headings_are_kept_replaced_and_forgotten(world: World) -> None:
    repository = PreferenceRepository(world.database)
    templates = TemplateService(Preferences(repository))
    await templates.keep(" WOOP ", ("Wish", "## Outcome"))
    await templates.keep("Diary", ("Today",))
    await templates.keep("woop", ("Wish", "Obstacle"))

    later = Preferences(repository)
    await later.load()
    assert TemplateService(later).own == (OwnTemplate("Diary", ("Today",)), OwnTemplate("woop", ("Wish", "Obstacle")))
    await templates.remove("WOOP")
    assert templates.own == (OwnTemplate("Diary", ("Today",)),)


def test_a_new_goal_has_the_headings_of_its_template() -> None:
    assert new_fields("Grow", Template.OKR).content == "## Objective\n\n\n## Key results\n"
    own = new_fields("Write", OwnTemplate("Diary", ("Today",)))
    assert own == GoalFields("Write", "## Today\n", Template.CUSTOM)


async def test_a_template_without_headings_or_name_is_refused(world: World) -> None:
    templates = TemplateService(Preferences(PreferenceRepository(world.database)))
    for name, headings in (("x", ()), (" ", ("a",)), ("x", ("#",)), ("x", ("a",) * 21)):
        with pytest.raises(InvalidValueError):
            await templates.keep(name, headings)
    assert templates.own == ()
