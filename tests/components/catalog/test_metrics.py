from components.catalog import metrics


def test_retired_names_are_not_known():
    assert frozenset() == metrics.KNOWN & metrics.RETIRED


def test_a_histogram_is_known_by_its_parts_only():
    assert f"{metrics.TIME_TO_FIRST_TOKEN}_bucket" in metrics.KNOWN
    assert metrics.TIME_TO_FIRST_TOKEN not in metrics.KNOWN
