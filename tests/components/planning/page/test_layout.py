"""The page is whole, needs nothing else, and shows what the plan says."""

import dataclasses
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from components.planning.page import layout
from components.planning.page.markup import VOID
from tests.conftest import planned


class Reader(HTMLParser):
    """Elements, their attributes and their text; fails where one is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.fixture(scope="module")
def page(fleet):
    return layout.document(fleet)


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_every_element_is_closed(stack):
    reader = read(layout.document(planned(stack)))
    assert reader.open == []
    assert len(reader.elements) > 200


def test_every_drawing_is_well_formed(page):
    drawings = re.findall(r"<svg.*?</svg>", page, re.S)
    assert len(drawings) > 20
    for one in drawings:
        assert ElementTree.fromstring(one).get("aria-label"), one


def test_every_region_and_model_is_named(page, fleet):
    told = " ".join(read(page).text)
    for here in fleet.regions:
        assert here.region in told
        for model in here.models:
            assert model.name in told
            assert model.accelerator.instance_type in told


def test_nothing_is_fetched_and_only_the_runbook_is_linked(page, fleet):
    reader = read(page)
    links = {attributes["href"] for _, attributes in reader.elements if "href" in attributes}
    outside = {one for one in links if not one.startswith("#")}
    assert outside == {"data:,", fleet.regions[0].runbook_url}
    assert not [attributes for _, attributes in reader.elements if "src" in attributes]
    assert not {"script", "iframe", "img", "object"} & {tag for tag, _ in reader.elements}
    assert "url(" not in page
    assert "@import" not in page


def test_every_link_within_the_page_leads_somewhere(page):
    reader = read(page)
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in reader.elements:
        for key in ("href", "aria-labelledby"):
            target = attributes.get(key) or ""
            if key == "aria-labelledby" and target:
                assert target in ids
            elif target.startswith("#"):
                assert target[1:] in ids


def test_it_can_be_written_in_any_locale(page):
    assert page.isascii()


def test_what_a_plan_says_cannot_become_markup(fleet):
    hostile = "<script>alert('x')</script>\"&"
    here = fleet.regions[0]
    model = dataclasses.replace(here.models[0], name=hostile, accelerator_reason=hostile)
    spoilt = dataclasses.replace(
        fleet,
        name=hostile,
        stack=hostile,
        regions=(dataclasses.replace(here, models=(model,), runbook_url=hostile),),
    )
    page = layout.document(spoilt)
    reader = read(page)
    assert "<script" not in page
    assert hostile in reader.text
    assert not [tag for tag, _ in reader.elements if tag == "script"]


def test_the_headline_is_the_plans(page, fleet):
    told = read(page).text
    assert f"${fleet.usd_per_month.expected:,.0f}" in told
    assert f"{fleet.usd_per_month.ceiling / fleet.budget.monthly_usd:.0%} of $100,000" in told
    assert f"{fleet.traffic.failover.worst_seconds:g} s" in told
    assert "every model" in told


def test_a_fleet_that_would_fall_short_says_so(fleet):
    first, *others = fleet.survivals
    spoilt = dataclasses.replace(
        fleet, survivals=(dataclasses.replace(first, capacity_requests_per_second=1.0), *others)
    )
    told = read(layout.document(spoilt)).text
    assert "falls short" in told
    assert "1 of 8 cases fall short" in told
