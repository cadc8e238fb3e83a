from components.catalog import quotas
from components.catalog.accelerators import ACCELERATORS


def test_every_accelerator_counts_against_a_quota_of_each_purchase():
    codes = {
        quotas.vcpu_quota(one.quota_family, bought).code
        for one in ACCELERATORS.values()
        for bought in ("on-demand", "spot")
    }
    assert codes == {"L-DB2E81BA", "L-3819A6DF", "L-417A185B", "L-7212CCBC"}


def test_spot_of_newer_p_families_has_a_quota_of_its_own():
    codes = {
        name: quotas.quota_of(ACCELERATORS[name], "spot").code for name in ("p4d.24xlarge", "p5.4xlarge")
    }
    assert codes == {"p4d.24xlarge": "L-7212CCBC", "p5.4xlarge": "L-C4BD4855"}
    assert quotas.quota_of(ACCELERATORS["p5.4xlarge"], "on-demand").code == "L-417A185B"
    assert quotas.quota_of(ACCELERATORS["g7e.2xlarge"], "spot").code == "L-3819A6DF"


def test_no_two_quotas_share_a_code():
    assert len(quotas.ALL) == 11
    assert all(code == one.code for code, one in quotas.ALL.items())
