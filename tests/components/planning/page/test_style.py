import re

import pytest

from components.planning.page.style import DARK, LIGHT, STYLE, spelt_out


def test_both_looks_have_the_same_colours():
    assert LIGHT.keys() == DARK.keys()
    assert all(re.fullmatch("#([0-9a-f]{3}){1,2}", one) for one in (*LIGHT.values(), *DARK.values()))


def test_the_page_uses_no_colour_that_is_not_there_and_has_none_that_it_does_not_use():
    assert set(re.findall(r"var\(--(\w+)\)", STYLE)) == LIGHT.keys()
    assert STYLE.count(f"--ink:{LIGHT['ink']}") == STYLE.count(f"--ink:{DARK['ink']}") == 1


def test_rules_can_be_spelt_out_for_readers_without_variables():
    assert spelt_out(".a{fill:var(--ink);stroke:var(--c1)}", {"ink": "#000", "c1": "#00f"}) == (
        ".a{fill:#000;stroke:#00f}"
    )
    with pytest.raises(KeyError):
        spelt_out("var(--inc)", LIGHT)
