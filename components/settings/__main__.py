"""`python -m components.settings`: every key a stack file may have, from the models themselves."""

import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from components.settings.fleet import FleetSettings


def keys(block: type[BaseModel], path: str) -> Iterator[tuple[str, str, str]]:
    """Path, default and description of every key below a block, in the order they are declared."""
    for name, field in block.model_fields.items():
        here, nested, step = f"{path}.{name}", *_nested(field.annotation)
        if nested is None or step:
            yield here, _default(field), " ".join((field.description or "").split())
        if nested is not None:
            yield from keys(nested, here + step)


def _nested(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The block a key leads to, and the step of a map's own key before it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    inner = [_nested(one)[0] for one in typing.get_args(annotation)]
    found = next((one for one in inner if one is not None), None)
    return found, ".<name>" if typing.get_origin(annotation) is dict else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default if field.default is not PydanticUndefined else "{}"
    return "decided by the plan" if value is None else str(value)


def main() -> None:
    """Print them, one line each, with what they mean below."""
    for path, default, description in keys(FleetSettings, "fleet"):
        print(f"{path}  [{default}]")
        if description:
            print(f"    {description}")


if __name__ == "__main__":
    main()
