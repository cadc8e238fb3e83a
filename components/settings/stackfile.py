"""A stack file read without the engine: the fleet it describes, and which secrets it holds."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from components.settings.mistakes import Mistake, Mistakes

PROJECT = "llm-fleet"
API_KEY: Final = "apiKey"
HUGGING_FACE_TOKEN: Final = "huggingFaceToken"
SECRETS: Final = (API_KEY, HUGGING_FACE_TOKEN)
"""Configuration keys that hold secrets, as `pulumi config set --secret` is given them."""

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFile:
    """One `Pulumi.<stack>.yaml`."""

    stack: str
    fleet: Any
    """The structured key, as written; None where it is absent."""
    config: dict[str, Any]
    """Every key, as the engine names it."""
    secrets: frozenset[str]
    """Names, without the project, of keys that hold an encrypted value."""


class _Loader(yaml.SafeLoader):
    """YAML, but a key written twice is an error instead of the last one winning."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"{key} is written twice", key_node.start_mark
            )
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def stacks(root: Path = ROOT) -> tuple[str, ...]:
    """The stacks that have a file."""
    found = (re.fullmatch(r"Pulumi\.(.+)\.yaml", path.name) for path in sorted(root.glob("Pulumi.*.yaml")))
    return tuple(match[1] for match in found if match)


def read(stack: str, root: Path = ROOT) -> StackFile:
    """The stack's file; raises `Mistakes` where it is missing or is not YAML."""
    path = root / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        known = ", ".join(stacks(root)) or "none"
        raise Mistakes([Mistake(path.name, f"there is no such file; stacks: {known}")], f"no stack {stack}")
    return parse(path.read_text(), stack, path.name)


def parse(text: str, stack: str, name: str) -> StackFile:
    """A stack file's text, wherever it came from; raises `Mistakes` under that name where it is not YAML."""
    try:
        document = yaml.load(text, _Loader)
    except yaml.YAMLError as broken:
        where = getattr(broken, "problem_mark", None)
        line = f"line {where.line + 1}" if where else "somewhere"
        problem = getattr(broken, "problem", None) or "is not YAML"
        raise Mistakes([Mistake(name, f"{line}: {problem}")], f"{name} cannot be read") from None
    config = document.get("config") if isinstance(document, dict) else None
    config = config if isinstance(config, dict) else {}
    return StackFile(
        stack=stack,
        fleet=config.get(f"{PROJECT}:fleet"),
        config=config,
        secrets=frozenset(
            key.split(":", 1)[1]
            for key, value in config.items()
            if key.startswith(f"{PROJECT}:") and isinstance(value, dict) and "secure" in value
        ),
    )
