"""Whatever is typed, what stands on the page is harmless and reads as it was meant."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.kernel.html import LONGEST, markdown, plain

ALLOWED = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def check(html: str) -> None:
    for tag, attributes in Tags(html).found:
        assert tag in ALLOWED
        assert set(attributes) <= {"href", "rel", "start"}
        if "href" in attributes:
            assert (attributes["href"] or "").lower().startswith(("http://", "https://", "mailto:"))
            assert attributes["rel"] == "nofollow noopener noreferrer"


pieces = st.sampled_from(
    ["<script>", "</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "[x](data:text/html,x)", "![i](//e/x)",
     "http://a.example/", "https://b.example/(c)", "**", "_", "`", "\n", "\n\n", "> ", "- ", "1. ", "# ", "|", "---", "&lt;", "&#106;",
     "<a href='javascript:x'>", "\x00", "\ud800", "]", "(", ")", "<", ">", "~~", "\\", "\u202e", "[r]: javascript:x\n", "[r]"]
)  # fmt: skip


@given(st.lists(pieces | st.text(max_size=8), max_size=25).map("".join))
def test_nothing_that_is_typed_becomes_active(text: str) -> None:
    check(markdown(text.encode("utf-8", "replace").decode()))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\nb", "<p>a<br>\nb</p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("# Gros titre", "<h3>Gros titre</h3>"),
        ("readme.md et introserv.com", "<p>readme.md et introserv.com</p>"),
        ("`https://a.example`", "<p><code>https://a.example</code></p>"),
        ("![plan](https://e.example/p.png)", '<p>!<a href="https://e.example/p.png" rel="nofollow noopener noreferrer">plan</a></p>'),
    ],
)
def test_what_it_makes(text: str, html: str) -> None:
    assert markdown(text) == html


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("voir https://a.example/x.", "https://a.example/x"),
        ("(https://a.example/x)", "https://a.example/x"),
        ("https://a.example/x_(y)!", "https://a.example/x_(y)"),
        ("« https://a.example/?q=1&r=2 »", "https://a.example/?q=1&r=2"),
    ],
)
def test_an_address_in_a_sentence_ends_where_it_ends(text: str, address: str) -> None:
    assert [attributes["href"] for tag, attributes in Tags(markdown(text)).found if tag == "a"] == [address]


@pytest.mark.parametrize("evil", ["[", "*a ", "> ", "`", "http://", "![](", "_a_", "|a", "<", "&", "- ", "\\", "a" * 50 + "\n"])
def test_hostile_repetition_ends_soon(evil: str) -> None:
    start = time.process_time()
    markdown(evil * (100_000 // len(evil)))
    assert time.process_time() - start < 10  # seconds; a quadratic parser takes minutes


def test_a_log_too_long_to_render_is_shown_as_it_is() -> None:
    html = markdown("<x>\n" * LONGEST)
    assert html.startswith("<pre><code>&lt;x&gt;")


def test_the_start_of_a_text_without_its_marks() -> None:
    assert plain("# Bonjour\n\n**Le** `ping`\n- perdu\n---", 80) == "Bonjour Le ping perdu"
    assert plain("snake_case 2 * 3", 80) == "snake_case 2 * 3"
    assert plain("mot " * 50, 20) == "mot mot mot mot mot…"
