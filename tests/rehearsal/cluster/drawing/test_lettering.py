import random

import pytest

from rehearsal.cluster.drawing.lettering import LONGEST, placed, shortened, text_width, wrapped
from rehearsal.cluster.timeline import Event

RIGHT = 940.0


def labels(*told):
    return placed(((x, Event(x, text)) for x, text in told), RIGHT)


def overlapping(found):
    """Pairs whose texts share a place, whatever `Label` itself says."""
    return [
        (one.text, other.text)
        for position, one in enumerate(found)
        for other in found[position + 1 :]
        if one.row == other.row and one.left < other.right and other.left < one.right
    ]


def crossings(found):
    """Lines that fall through the text of another."""
    return [
        (one.text, other.text)
        for one in found
        for other in found
        if one.row > other.row and other.left < one.x < other.right
    ]


def test_labels_far_apart_share_the_lowest_row():
    assert [one.row for one in labels((100, "first"), (300, "second"), (500, "third"))] == [0, 0, 0]


def test_labels_close_together_stand_as_stairs_and_no_line_crosses_them():
    found = labels((100, "Prometheus gone"), (106, "KEDA: first failure"), (120, "fallback"), (600, "back"))
    assert [one.row for one in found] == [2, 1, 0, 0]
    assert overlapping(found) == crossings(found) == []


def test_labels_at_the_end_stand_left_of_their_lines():
    found = labels((925, "scaled down"), (935, "recording ends"))
    assert [one.anchor for one in found] == ["end", "end"]
    assert [one.row for one in found] == [0, 1]
    assert crossings(found) == []


def test_events_of_one_moment_are_all_told():
    found = labels(*((500.0, "same") for _ in range(5)))
    assert sorted(one.row for one in found) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("seed", range(40))
def test_no_label_ever_lies_on_another_or_leaves_the_picture(seed):
    chance = random.Random(seed)
    told = [
        (chance.uniform(64, 936), "W" * chance.randint(0, 60) + "x" * chance.randint(1, 80))
        for _ in range(chance.randint(1, 25))
    ]
    found = labels(*told)
    assert len(found) == len(told)
    assert overlapping(found) == []
    assert all(20 <= one.left <= one.right <= RIGHT for one in found)


@pytest.mark.parametrize("seed", range(20))
def test_lines_cross_no_text_where_all_texts_stand_right_of_them(seed):
    chance = random.Random(seed)
    found = labels(*((chance.uniform(64, 500), "x" * chance.randint(1, 50)) for _ in range(12)))
    assert overlapping(found) == crossings(found) == []


def test_line_breaks_in_an_event_are_spaces():
    assert labels((100, "two\n lines"))[0].text == "two lines"


def test_long_text_is_cut_where_it_would_leave():
    cut = shortened("node taken away: " + "i-0123456789abcdef0 " * 9, 12, LONGEST)
    assert cut.startswith("node taken away: i-0123456789abcdef0 i-")
    assert cut.endswith("…")
    assert text_width(cut, 12) <= LONGEST
    assert shortened("fits", 12, LONGEST) == "fits"


def test_paragraphs_keep_every_word_that_fits_in_a_line():
    told = "a peak of ten minutes and then a fall to a quarter of it"
    lines = wrapped(told, 14, 160)
    assert " ".join(lines) == told
    assert len(lines) > 1
    assert all(text_width(one, 14) <= 160 for one in lines)
    assert wrapped("", 14, 160) == []
    assert text_width(wrapped("x" * 500, 14, 160)[0], 14) <= 160


def test_wide_letters_are_given_more_room():
    assert text_width("iii", 12) < text_width("nnn", 12) < text_width("WWW", 12) < text_width("二二二", 12)
    assert text_width("e\u0301", 12) == text_width("e", 12)
