"""What real clusters and the loop showed, printed at the end of the run."""

from collections.abc import Callable
from typing import Any

import pytest
from rich.console import RenderableType

from components.planning.terminal import console

SHOWN = pytest.StashKey[list[RenderableType]]()


@pytest.fixture(scope="module")
def show(pytestconfig) -> Callable[[RenderableType], None]:
    """Prints it at the end."""
    return pytestconfig.stash.setdefault(SHOWN, []).append


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for one in config.stash.get(SHOWN, []):
        terminalreporter.write_line("")
        terminalreporter.write_line(text(one))


def text(shown: RenderableType) -> str:
    into = console()
    with into.capture() as captured:
        into.print(shown)
    return captured.get().rstrip()
