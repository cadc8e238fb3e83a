"""Elements as text, escaped by construction: whatever is not markup already is text."""

import html
import re
from typing import Final

VOID: Final = frozenset({"meta", "link", "br"})


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


Child = Markup | str | float


def tag(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """An element; `aria_label` stands for `aria-label`, `class_` for `class`, and None leaves an attribute out."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Markup(f"<{name}{told}>")
    return Markup(f"<{name}{told}>{together(*children)}</{name}>")


def together(*children: Child) -> Markup:
    """Elements and text, one after the other."""
    return Markup("".join(one if isinstance(one, Markup) else html.escape(_plain(one)) for one in children))


def writable(text: str) -> str:
    """Without the control characters that XML 1.0 has no way to write."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", text)


def _plain(value: str | float) -> str:
    """Coordinates to a hundredth: more is never seen."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
