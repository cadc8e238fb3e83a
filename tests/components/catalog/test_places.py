import pytest

from components.catalog import places, regions


def test_every_region_has_a_place():
    assert set(places.PLACES) == set(regions.regions())


def test_places_lie_on_the_globe_and_apart():
    assert all(abs(one.latitude) <= 90 and abs(one.longitude) <= 180 for one in places.PLACES.values())
    assert len({(one.latitude, one.longitude) for one in places.PLACES.values()}) == len(places.PLACES)


@pytest.mark.parametrize("line", places.COASTS)
def test_coasts_are_closed_lines_on_the_globe(line):
    points = [tuple(map(int, point.split(","))) for point in line.split()]
    assert len(points) >= 3
    assert all(abs(longitude) <= 180 and abs(latitude) <= 90 for longitude, latitude in points)
    assert points[0] != points[-1]


def inside(longitude: float, latitude: float, line: str) -> bool:
    """Whether a ray to the east crosses the line an odd number of times."""
    points = [tuple(map(float, point.split(","))) for point in line.split()]
    crossed = False
    for (x, y), (u, v) in zip(points, points[1:] + points[:1], strict=True):
        if (y > latitude) != (v > latitude) and longitude < x + (latitude - y) * (u - x) / (v - y):
            crossed = not crossed
    return crossed


@pytest.mark.parametrize(
    "region", ["us-east-2", "eu-central-1", "eu-central-2", "ap-south-2", "us-west-2", "eu-west-3"]
)
def test_inland_cities_lie_on_land(region):
    place = places.PLACES[region]
    assert any(inside(place.longitude, place.latitude, line) for line in places.COASTS)


def test_the_middle_of_an_ocean_is_not_land():
    assert not any(inside(-40, 30, line) for line in places.COASTS)
