"""What is wrong with a stack file, in a form a person can act on."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing to mend, and where."""

    path: str
    """Dotted, from the top of the stack's key: `fleet.models.llama-8b.instance_types.0`."""
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class Mistakes(Exception):
    """Everything wrong with one stack file at once."""

    def __init__(
        self, mistakes: Iterable[Mistake], title: str = "the stack file does not describe a fleet"
    ) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        self.title = title
        super().__init__("\n".join([f"{title}:", *(f"  {one}" for one in self.mistakes)]))
