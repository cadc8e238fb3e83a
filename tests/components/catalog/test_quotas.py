from components.catalog import quotas
from components.catalog.accelerators import ACCELERATORS


def test_every_accelerator_counts_against_a_quota_of_each_purchase():
    codes = {
        quotas.vcpu_quota(one.quota_family, bought).code
        for one in ACCELERATORS.values()
        for bought in ("on-demand", "spot")
    }
    assert codes == {"L-DB2E81BA", "L-3819A6DF", "L-417A185B", "L-7212CCBC"}
