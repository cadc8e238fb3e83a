from components.catalog import api_prices, models


def test_every_price_is_of_a_model_in_the_catalog():
    assert set(api_prices.OFFERS) <= set(models.MODELS)
    assert len(api_prices.OFFERS) >= 15


def test_no_provider_prices_a_model_twice():
    for model, offers in api_prices.OFFERS.items():
        assert len({one.provider for one in offers}) == len(offers), model


def test_writing_a_token_never_costs_less_than_reading_one():
    for offers in api_prices.OFFERS.values():
        for one in offers:
            assert 0 < one.usd_per_million_input <= one.usd_per_million_output < 20


def test_most_prices_were_found_in_two_tables():
    rows = [one for offers in api_prices.OFFERS.values() for one in offers]
    assert sum(one.compared for one in rows) > len(rows) / 2
