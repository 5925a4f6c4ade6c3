"""What each template is called on the screen."""

from typing import Final

from desktop_app.domain.goals import Template

TEMPLATE_NAMES: Final = {Template.SMART: "SMART", Template.OKR: "OKR", Template.CUSTOM: "Custom"}
