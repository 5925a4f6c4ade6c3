"""Settings from the YAML config file: each value with its line, everything else named as a problem."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from desktop_app.settings.declarations import COMPATIBLE, KEY_ALIASES, SECTIONS, SERVER_SETTINGS, SETTINGS
from desktop_app.settings.expansion import expanded
from desktop_app.settings.layers import SettingsLayer
from desktop_app.settings.origins import Given, Layer, Origin, shown_path
from desktop_app.settings.shown import shown_key, shown_value
from desktop_app.settings.variables import reference_problem


def read_config_file(file: Path, variables: Mapping[str, str]) -> tuple[SettingsLayer, list[str]]:
    """What `file` sets, and what is wrong in it. A file that cannot be read or is no YAML sets nothing."""
    place = shown_path(file)
    try:
        root = yaml.compose(file.read_text(encoding="utf-8-sig"), yaml.SafeLoader)
    except OSError as error:
        return SettingsLayer(), [f"{place} cannot be read ({error.strerror}); nothing in it is used."]
    except UnicodeDecodeError:
        return SettingsLayer(), [f"{place} is not UTF-8 text; nothing in it is used."]
    except (yaml.YAMLError, RecursionError) as error:
        return SettingsLayer(), [f"{place} is not valid YAML{_where(error)}; nothing in it is used."]
    reader = _Reader(file, variables)
    if root is not None:
        reader.read_section(root, "")
    return reader.layer, reader.problems


class _Reader:
    """Walks the nodes of one file."""

    def __init__(self, file: Path, variables: Mapping[str, str]) -> None:
        self._file = file
        self._variables = variables
        self.layer = SettingsLayer()
        self.problems: list[str] = []

    def read_section(self, node: yaml.Node, section: str) -> None:
        """Read a mapping whose keys are sections or settings under `section`."""
        known = [*SECTIONS, *(one.id for one in SETTINGS)]
        for key, value in self._entries(node, section):
            path = f"{section}.{key.value}" if section else str(key.value)
            path = KEY_ALIASES.get(_plain(path), _plain(path))
            if path == COMPATIBLE:
                self._read_servers(value)
            elif path in SECTIONS:
                self.read_section(value, path)
            elif path in known:
                self._read_value(self.layer.values, path, path, value)
            else:
                self._tell_unknown(key, path, known)

    def _read_servers(self, node: yaml.Node) -> None:
        """A list of servers; one alone may stand without the list's dash."""
        if _is_null(node):
            return
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        for number, item in enumerate(items, start=1):
            self._read_server(item, f"{COMPATIBLE}[{number}]")

    def _read_server(self, node: yaml.Node, path: str) -> None:
        server: dict[str, Given] = {}
        known = [one.key for one in SERVER_SETTINGS]
        for key, value in self._entries(node, path):
            name = _plain(str(key.value))
            if name in known:
                self._read_value(server, name, f"{path}.{name}", value)
            else:
                self._tell_unknown(key, f"{path}.{name}", [f"{path}.{one}" for one in known])
        if not server:
            return
        origin = Origin(Layer.CONFIG_FILE, path, self._file, _line(node))
        if "name" not in server:
            self.problems.append(f"{origin.place} has no name; this server is left out.")
        elif (folded := server["name"].text.casefold()) in self.layer.servers:
            place = server["name"].origin.place
            self.problems.append(f"{place} is the name of a server above it too; this server is left out.")
        else:
            self.layer.servers[folded] = server

    def _read_value(self, values: dict[str, Given], name: str, path: str, node: yaml.Node) -> None:
        """Keep one value under `name`; an empty one sets nothing."""
        if _is_null(node):
            return
        origin = Origin(Layer.CONFIG_FILE, path, self._file, _line(node))
        if not isinstance(node, yaml.ScalarNode):
            self.problems.append(f"{origin.place} holds more than one value; it is left out.")
            return
        filled = expanded(node.value, self._variables)
        if filled.missing or filled.is_broken:
            self.problems.append(reference_problem(origin, filled.missing))
            return
        if name in values:
            self.problems.append(f"{origin.place} was set above it already; the later value is used.")
        if filled.text.strip():
            values[name] = Given(filled.text.strip(), origin, node.value)

    def _entries(self, node: yaml.Node, path: str) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        if _is_null(node):
            return
        where = Origin(Layer.CONFIG_FILE, path or "What stands", self._file, _line(node)).place
        if not isinstance(node, yaml.MappingNode):
            self.problems.append(f"{where} holds no settings; it is passed over.")
            return
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key, value
            else:
                self.problems.append(f"{where} has a key that is no word; it is passed over.")

    def _tell_unknown(self, key: yaml.ScalarNode, path: str, known: list[str]) -> None:
        place = f"{shown_path(self._file)}, line {_line(key)}"
        section, _, name = path.rpartition(".")
        near = difflib.get_close_matches(name, [one.rpartition(".")[2] for one in known if _is_in(one, section)], 1)
        meant = f" Did you mean “{near[0]}”?" if near else ""
        in_section = f" in {section}" if section else ""
        self.problems.append(f"{place}: there is no setting {shown_key(str(key.value))}{in_section}.{meant}")


def _where(error: Exception) -> str:
    """What is wrong and where; without what stands in quotes there, which may be a key."""
    mark = getattr(error, "problem_mark", None)
    what = str(getattr(error, "problem", None) or "")
    if "\\t" in what:
        what = "a tab stands where only spaces may"
    what = f" ({shown_value(what)})" if what and "'" not in what and '"' not in what else ""
    return f" in line {mark.line + 1}{what}" if isinstance(mark, yaml.Mark) else ""


def _is_in(path: str, section: str) -> bool:
    return path.rpartition(".")[0] == section


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _plain(path: str) -> str:
    return path.casefold().replace("-", "_")
