import copy

import pytest

from components.catalog.refresh import indices, regional

PRICES = regional.current()["prices"]


def test_the_indices_in_the_file_are_those_its_prices_give():
    settled = copy.deepcopy(PRICES)
    indices.settle(settled)
    assert settled == PRICES


def test_a_region_that_got_dearer_gets_both_indices_anew():
    data = copy.deepcopy(PRICES)
    there = data["regions"]["eu-west-2"]["usd_per_hour"]
    for family in there.values():
        for size in family:
            family[size] *= 2
    indices.settle(data)
    row, before = data["regions"]["eu-west-2"], PRICES["regions"]["eu-west-2"]
    assert row["gpu_index"] == pytest.approx(2 * before["gpu_index"], abs=2e-4)
    assert row["services_index"] == pytest.approx(2 * before["services_index"], abs=2e-4)


def test_a_region_without_general_purpose_prices_keeps_its_index_or_takes_the_gpus():
    data = copy.deepcopy(PRICES)
    data["regions"]["sa-east-1"] = {"as_of": "2026-11-21", "usd_per_hour": {"g5": {"xlarge": 2.012}}}
    indices.settle(data)
    assert data["regions"]["sa-east-1"]["gpu_index"] == data["regions"]["sa-east-1"]["services_index"] == 2.0
    assert data["regions"]["af-south-1"]["services_index"] == 1.3231


def test_what_is_sold_after_all_is_no_longer_called_unsold():
    data = copy.deepcopy(PRICES)
    data["regions"]["us-east-2"]["usd_per_hour"]["p5e"] = {"48xlarge": 60.0}
    indices.settle(data)
    assert data["not_sold"] == {}
