import io

from rich.console import Console

from components.planning.sheets import Sheet
from components.planning.terminal import rendered


def shown(*sheets, width=80):
    console = Console(file=io.StringIO(), width=width)
    console.print(rendered(sheets))
    return console.file.getvalue().splitlines()


def test_names_stand_left_numbers_right_and_sentences_fold():
    sheet = Sheet(
        title="Things",
        columns=("Name", "Count", "Why"),
        rows=(("a", "1", "because it is so"), ("long name", "2000", "")),
        sentences=1,
        note="Counted.",
    )
    assert [line.rstrip() for line in shown(sheet, width=25)] == [
        "Things",
        "Name      Count Why",
        "a             1 because",
        "                it is so",
        "long name  2000",
        "Counted.",
    ]


def test_a_sheet_without_rows_is_left_out():
    empty = Sheet(title="Nothing", columns=("Name",), rows=())
    full = Sheet(title="Something", columns=("Name",), rows=(("a",),))
    assert [line.rstrip() for line in shown(empty, full)] == ["Something", "Name", "a"]
