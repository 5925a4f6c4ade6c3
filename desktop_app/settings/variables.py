"""Settings from variables: those of the environment, and those of `.env` files, which stay out of the environment."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dotenv.parser import parse_stream

from desktop_app.settings.declarations import SERVER_SETTINGS, SETTINGS, Setting
from desktop_app.settings.expansion import expanded
from desktop_app.settings.layers import SettingsLayer
from desktop_app.settings.origins import Given, Layer, Origin, shown_path

# What the one server is called that the environment sets, unless it says so.
UNNAMED_SERVER: Final = "server"


@dataclass(slots=True)
class Variables:
    """Variables by their names, and what was wrong with the file that they stand in."""

    given: dict[str, Given] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def texts(self) -> dict[str, str]:
        """The values alone."""
        return {name: given.text for name, given in self.given.items()}


def environment_variables(environment: Mapping[str, str]) -> Variables:
    """The variables of the environment."""
    return Variables({name: Given(text, Origin(Layer.ENVIRONMENT, name), text) for name, text in environment.items()})


def dotenv_variables(file: Path, environment: Mapping[str, str]) -> Variables:
    """The variables of a `.env` file; references in it are filled in from `environment`, then from lines above."""
    found = Variables()
    try:
        if not file.is_file():
            return found
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found.problems.append(f"{shown_path(file)} cannot be read ({_reason(error)}); nothing in it is used.")
        return found
    known = _declared_names()
    for binding in parse_stream(io.StringIO(text)):
        # An entry begins with the empty lines above it.
        written = binding.original.string
        line = binding.original.line + written[: len(written) - len(written.lstrip())].count("\n")
        if binding.error:
            found.problems.append(f"{shown_path(file)}, line {line}, is no NAME=value; it is passed over.")
        if binding.key is None or binding.value is None:
            continue
        filled = expanded(binding.value, {**found.texts, **environment})
        origin = Origin(Layer.DOTENV, binding.key, file, line)
        if (filled.missing or filled.is_broken) and binding.key in known:
            found.problems.append(reference_problem(origin, filled.missing))
            continue
        found.given[binding.key] = Given(filled.text, origin, binding.value)
    return found


def layer_of(variables: Variables) -> SettingsLayer:
    """The settings that the variables give. An empty variable gives nothing."""
    values = {one.id: given for one in SETTINGS if (given := _first(one, variables)) is not None}
    server = {one.key: given for one in SERVER_SETTINGS if (given := _first(one, variables)) is not None}
    if not server:
        return SettingsLayer(values)
    name = server["name"].text if "name" in server else UNNAMED_SERVER
    return SettingsLayer(values, {name.casefold(): server})


def reference_problem(origin: Origin, missing: tuple[str, ...]) -> str:
    """The sentence for a value whose references cannot be filled in."""
    if not missing:
        return f"{origin.place} has a “${{” that is no ${{NAME}}; it is left out."
    names = " and ".join(f"${{{name}}}" for name in missing)
    return f"{origin.place} needs {names}, which is not set; it is left out."


def _first(setting: Setting, variables: Variables) -> Given | None:
    for name in setting.variables:
        given = variables.given.get(name)
        if given is not None and given.text.strip():
            return given
    return None


def _declared_names() -> set[str]:
    return {name for one in (*SETTINGS, *SERVER_SETTINGS) for name in one.variables}


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror or "unknown reason"
