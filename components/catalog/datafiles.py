"""The catalog's data files: read once, and written in one layout so that a change of one figure is a change of one line."""

import functools
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "data"

_OPENED: Final = 4
"""Levels of mappings that get a line for each key: the file, its regions, a region, and one of its tables."""


@functools.cache
def load(name: str) -> Mapping[str, Any]:
    """The data file of that name (`prices`), read once and never to be changed."""
    file: Mapping[str, Any] = frozen(json.loads((FOLDER / f"{name}.json").read_text()))
    return file


def frozen(value: Any) -> Any:
    """The same with mappings nobody can write to and tuples for lists."""
    if isinstance(value, dict):
        return MappingProxyType({key: frozen(one) for key, one in value.items()})
    return tuple(frozen(one) for one in value) if isinstance(value, list) else value


def thawed(value: Any) -> Any:
    """A copy that may be changed and written."""
    if isinstance(value, Mapping):
        return {key: thawed(one) for key, one in value.items()}
    return [thawed(one) for one in value] if isinstance(value, tuple | list) else value


def as_of(row: Mapping[str, Any]) -> date:
    """The day the figures of a file, or of one region in it, were read."""
    return date.fromisoformat(row["as_of"])


def text(value: Any, level: int = 0) -> str:
    """JSON with the outer levels of mappings opened and everything deeper in one line."""
    if not isinstance(value, dict) or level >= _OPENED or not value:
        return json.dumps(value, ensure_ascii=False)
    indent, end = " " * (level + 1), " " * level
    lines = [f"{indent}{json.dumps(key)}: {text(one, level + 1)}" for key, one in value.items()]
    return "{\n" + ",\n".join(lines) + f"\n{end}}}"


def write(name: str, data: Mapping[str, Any], folder: Path = FOLDER) -> None:
    """Write a data file whole."""
    (folder / f"{name}.json").write_text(text(thawed(data)) + "\n")
