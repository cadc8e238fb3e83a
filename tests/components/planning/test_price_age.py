import dataclasses
from datetime import date

import pytest

from components.planning import price_age


@pytest.mark.parametrize(("today", "old"), [("2026-04-22", False), ("2026-04-23", True)])
def test_prices_are_old_on_the_ninety_first_day(fleet, today, old):
    """January 22 and ninety days is April 22."""
    plan = dataclasses.replace(fleet, prices_as_of="2026-01-22")
    assert price_age.too_old(plan, date.fromisoformat(today)) is old
    assert ("more than 90 days old" in price_age.told(plan, date.fromisoformat(today))) is old


def test_without_a_day_nothing_is_said_of_age(fleet):
    assert "days old" not in price_age.told(fleet, None)


def test_the_plan_is_as_old_as_the_oldest_prices_it_rests_on(fleet):
    """London's copy of the price list is older than us-east-1's."""
    assert fleet.prices_as_of == "2026-01-22"


def test_every_derived_price_is_named_with_its_region(fleet):
    assert price_age.estimates(fleet) == ("eu-west-2 g7e.2xlarge",)
    assert price_age.told(fleet, None).endswith("\nestimated by index: eu-west-2 g7e.2xlarge")
