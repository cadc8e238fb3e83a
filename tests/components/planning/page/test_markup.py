from components.planning.page.markup import Markup, tag, together, writable


def test_text_is_escaped_and_markup_is_not():
    assert tag("p", "a < b & c", tag("b", "d")) == "<p>a &lt; b &amp; c<b>d</b></p>"


def test_attributes_are_escaped_and_spelt_as_in_html():
    shown = tag("td", class_='x"><script>', aria_label="a'b", data_x=None)
    assert shown == '<td class="x&quot;&gt;&lt;script&gt;" aria-label="a&#x27;b"></td>'


def test_coordinates_are_no_longer_than_they_are_seen():
    assert tag("circle", r=2.0, cx=1 / 3) == '<circle r="2" cx="0.33"></circle>'


def test_an_element_without_content_is_not_closed():
    assert tag("meta", charset="utf-8") == '<meta charset="utf-8">'


def test_what_is_put_together_stays_markup():
    assert isinstance(together(Markup("<b>"), "&"), Markup)
    assert together(Markup("<b>"), "&") == "<b>&amp;"


def test_what_xml_cannot_write_is_a_question_mark():
    assert writable("a\x00b\x1bc\ud800d\ufffe\ttab\nö😀") == "a?b?c?d?\ttab\nö😀"
