import pytest

from rehearsal.cluster.drawing.plotting import Scale, curve, minutes_step, multiples, round_step, steps, under

X = Scale(low=0, high=100, start=0, end=100)
Y = Scale(low=0, high=10, start=100, end=0)


@pytest.mark.parametrize(
    ("most", "ticks", "least", "step"),
    [(24, 3, 0, 10), (10, 5, 0, 2), (0.9, 4, 0, 0.5), (3, 8, 1, 1), (1.2, 5, 0.5, 0.5), (300, 3, 1, 100)],
)
def test_ticks_stand_at_round_numbers(most, ticks, least, step):
    assert round_step(most, ticks, least) == pytest.approx(step)


def test_no_more_ticks_than_there_is_room_for():
    for tenths in range(1, 5000, 7):
        step = round_step(tenths / 10, 4)
        assert step * 4 >= tenths / 10 * (1 - 1e-9)
        assert f"{step:e}"[0] in "125"
        assert f"{step:.6e}"[1:8] == ".000000"


@pytest.mark.parametrize(("minutes", "step"), [(1, 0.1), (30, 5), (45, 5), (100, 10), (170, 15), (1440, 120)])
def test_time_is_divided_as_on_a_clock(minutes, step):
    assert minutes_step(minutes, 12) == step


def test_multiples_begin_at_or_after_the_lowest_and_are_exact():
    assert multiples(0.1, 0, 0.5) == [0, 0.1, 0.2, 0.3, 0.4, 0.5]
    assert multiples(60, -30, 130) == [0, 60, 120]


def test_a_step_holds_until_the_next_change():
    points = [(0, 2.0), (10, 2.0), (20, 4.0), (30, 4.0)]
    assert steps(points, X, Y, 40) == "M0.0 80.0H20.0V60.0H40.0"


def test_a_gap_ends_one_line_and_begins_another():
    points = [(0, 1.0), (10, 1.0), (20, None), (30, 3.0), (40, 3.0)]
    assert steps(points, X, Y, 40) == "M0.0 90.0H10.0M30.0 70.0H40.0"
    assert curve(points, X, Y) == "M0.0 90.0L10.0 90.0M30.0 70.0L40.0 70.0"
    assert under(points, X, Y).count("Z") == 2
    assert under(points, X, Y).startswith("M0.0 90.0L10.0 90.0V100.0H0.0Z")


def test_what_is_seen_once_is_still_drawn():
    assert curve([(0, None), (10, 5.0), (20, None)], X, Y) == "M10.0 50.0h0"
    assert steps([(0, None), (10, 5.0), (20, None)], X, Y, 20) == "M10.0 50.0h4"


def test_nothing_is_drawn_of_nothing():
    assert steps([], X, Y, 0) == curve([(0, None)], X, Y) == under([], X, Y) == ""


def test_values_beyond_a_scale_stay_at_its_edge():
    assert Y(25) == 0
    assert Y(-1) == 100
