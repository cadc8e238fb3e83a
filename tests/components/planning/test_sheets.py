import pytest

from components.planning import amounts, sheets
from components.planning.sheets import Sheet

SHEET = Sheet(
    title="Things",
    columns=("Name", "Count", "Why"),
    rows=(("a|b", "1", "because"), ("c", "20", "")),
    sentences=1,
    note="Counted.",
)


def test_github_gets_names_left_numbers_right_and_no_broken_cells():
    assert sheets.markdown(SHEET).splitlines() == [
        "#### Things",
        "",
        "| Name | Count | Why |",
        "| :--- | ---: | :--- |",
        "| a\\|b | 1 | because |",
        "| c | 20 |  |",
        "",
        "Counted.",
    ]


def test_a_sheet_without_rows_is_not_shown():
    assert sheets.markdown(Sheet(title="Nothing", columns=("Name",), rows=())) == ""


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(1234.5, "$1,234"), (9.5, "$9.50"), (-12, "-$12"), (0, "$0.00"), (-0.001, "$0.00")],
)
def test_dollars_are_whole_from_ten_on(amount, shown):
    assert amounts.usd(amount) == shown


def test_a_change_shows_its_direction():
    assert [sheets.change(amount) for amount in (12, -12, 0)] == ["+$12", "-$12", "+$0.00"]


@pytest.mark.parametrize(
    ("count", "shown"), [(None, "never"), (999, "999"), (1500, "1.5k"), (40.2e6, "40.2M"), (2.94e9, "2.94B")]
)
def test_tokens_are_counted_in_thousands_millions_and_billions(count, shown):
    assert sheets.tokens(count) == shown
