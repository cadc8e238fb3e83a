"""What the catalog's files say of one another."""

from types import MappingProxyType

from components.catalog import accelerators, datafiles, models, prices, quotas, regions
from components.catalog.accelerators import ACCELERATORS

PRICES, SPOT, OFFERINGS = (datafiles.load(name) for name in ("prices", "spot", "offerings"))
SOLD = [(region, one) for region in PRICES["regions"] for one in ACCELERATORS if prices.priced(one, region)]
SPOT_READ = [(region, name) for region, row in SPOT["regions"].items() for name in row["usd_per_hour"]]


def test_every_accelerator_is_priced_where_it_is_offered_or_said_not_to_be_sold():
    unpriced = {
        one
        for one in ACCELERATORS
        if not any(prices.priced(one, region) for region in regions.offered_in(one))
    }
    assert unpriced == set(prices.NOT_SOLD)


def test_what_is_said_not_to_be_sold_has_no_price():
    assert not any(prices.priced(one, region) for one in prices.NOT_SOLD for region in PRICES["regions"])


def test_prices_are_of_known_types_where_they_are_offered():
    known = {*ACCELERATORS, *prices.SYSTEM_INSTANCES}
    for region, row in PRICES["regions"].items():
        read = {f"{family}.{size}" for family, sizes in row["usd_per_hour"].items() for size in sizes}
        assert read <= known
        assert [one for one in read & set(ACCELERATORS) if not regions.offered(one, region)] == []


def test_offerings_are_of_known_types_in_known_zones():
    for region, row in OFFERINGS["regions"].items():
        for family, sizes in row["offerings"].items():
            assert {f"{family}.{size}" for size in sizes} <= set(ACCELERATORS)
        for one in ACCELERATORS:
            assert set(regions.offered_zones(one, region)) <= set(row["zones"])
        assert not set(row["zones"]) & set(regions.WITHOUT_CONTROL_PLANE)


def test_a_planned_spot_price_is_below_on_demand():
    for region, name in SOLD:
        spot = prices.spot_usd_per_hour(name, region)
        assert spot is None or 0 < spot < prices.on_demand_usd_per_hour(name, region), (region, name)


def test_spot_was_read_in_known_zones_that_offer_the_type_and_never_above_on_demand():
    assert len(SPOT_READ) > 90
    for region, name in SPOT_READ:
        zones = prices.spot_zones_usd_per_hour(name, region)
        assert set(zones) <= set(regions.offered_zones(name, region))
        # AWS caps spot at on-demand and rounds it to four digits.
        assert max(zones.values()) <= prices.on_demand_usd_per_hour(name, region) + 5e-5


def test_the_share_that_stands_in_for_a_spot_price_is_what_its_reason_says():
    shares = sorted(
        sum(zones.values()) / len(zones) / prices.on_demand_usd_per_hour(name, region)
        for region, name in SPOT_READ
        for zones in [prices.spot_zones_usd_per_hour(name, region)]
    )
    count = len(shares)
    assert round(shares[count // 2], 2) == 0.37 < prices.SPOT_SHARE
    assert (round(shares[count // 20], 2), round(shares[-count // 20], 2)) == (0.15, 0.65)


def test_sizes_of_a_family_keep_one_ratio_to_us_east_1():
    """What let one size stand for the others; AWS rounds g4dn's to three digits."""
    for region, row in PRICES["regions"].items():
        for family, sizes in row["usd_per_hour"].items():
            ratios = [
                usd / prices.on_demand_usd_per_hour(f"{family}.{size}", prices.HOME)
                for size, usd in sizes.items()
            ]
            assert max(ratios) / min(ratios) < 1.002, (region, family)


def test_no_region_sells_at_less_than_us_east_1_nor_at_twice_its_price():
    for region, name in SOLD:
        usd, home = (prices.on_demand_usd_per_hour(name, where) for where in (region, prices.HOME))
        assert 0.9999 < usd / home < 1.6, (region, name)


def test_regions_with_prices_are_regions_with_zones():
    assert set(PRICES["regions"]) <= set(regions.regions())
    assert {prices.as_of(region) >= prices.AS_OF for region in PRICES["regions"]} == {True}


def test_no_table_of_the_catalog_can_be_written_to():
    tables = (
        ACCELERATORS,
        models.MODELS,
        prices.SYSTEM_INSTANCES,
        prices.REGION_INDEX,
        prices.NOT_SOLD,
        prices.FSX_USD_PER_GB_MONTH,
        quotas.VCPU_QUOTAS,
        regions.regions(),
    )
    assert all(isinstance(table, MappingProxyType) for table in tables)


def test_a_gpu_of_a_later_generation_is_no_slower_than_its_predecessor():
    lines = (
        (accelerators.T4, accelerators.L4, accelerators.RTX_PRO_4500),
        (accelerators.A10G, accelerators.L40S, accelerators.RTX_PRO_6000),
        (accelerators.A100_40, accelerators.A100_80, accelerators.H100, accelerators.H200),
        (accelerators.H200, accelerators.B200, accelerators.B300),
    )
    for line in lines:
        assert [one.bf16_tflops for one in line] == sorted(one.bf16_tflops for one in line)
        assert [one.memory_mib for one in line] == sorted(one.memory_mib for one in line)
