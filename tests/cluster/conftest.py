"""What real clusters and the loop showed, printed at the end of the run."""

import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rich.console import RenderableType

from components.planning.terminal import console

SHOWN = pytest.StashKey[list[RenderableType]]()


@pytest.fixture(scope="module")
def show(pytestconfig) -> Callable[[RenderableType], None]:
    """Prints it at the end."""
    return pytestconfig.stash.setdefault(SHOWN, []).append


@pytest.fixture(scope="session")
def orderly() -> Iterator[None]:
    """Who tells the run to end, as `timeout` does, has its programs ended too, as upon Ctrl-C."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for one in config.stash.get(SHOWN, []):
        terminalreporter.write_line("")
        terminalreporter.write_line(text(one))


def text(shown: RenderableType) -> str:
    into = console()
    with into.capture() as captured:
        into.print(shown)
    return captured.get().rstrip()
