"""One layer of settings: what one place gives."""

from dataclasses import dataclass, field

from desktop_app.settings.origins import Given


@dataclass(slots=True)
class SettingsLayer:
    """`values` by the settings' ids; `servers` by their names in lower case, each by the keys of `SERVER_SETTINGS`."""

    values: dict[str, Given] = field(default_factory=dict)
    servers: dict[str, dict[str, Given]] = field(default_factory=dict, repr=False)
