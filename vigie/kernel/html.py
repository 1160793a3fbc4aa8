"""Markdown to HTML that may stand on any page: CommonMark without raw HTML and pictures, then sanitised."""

import re
import threading

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

LONGEST = 50_000
"""Characters rendered as Markdown, at worst some 0.7 s (50,000 one-letter list items); a longer text (a pasted log) is shown
as it is, preformatted.
"""

_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_SOFTER = {"h1": "h3", "h2": "h4"}


def _bare_address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  the parser's own signature
    """Turn `http(s)://...` in running text into a link. Only a scheme makes one: `readme.md` stays a word.

    The end is found by hand, in one pass: closing punctuation and an unmatched `)` belong to the sentence.
    """
    text, start = state.src, state.pos
    for scheme in ("https://", "http://"):
        if text.startswith(scheme, start):
            break
    else:
        return False
    if state.linkLevel or (start and text[start - 1].isalnum()):
        return False
    end = start + len(scheme)
    while end < state.posMax and not text[end].isspace() and text[end] not in '<>"`«»\\|*[]{}':
        end += 1
    while end > start and (text[end - 1] in ".,;:!?'_~…" or (text[end - 1] == ")" and "(" not in text[start:end])):
        end -= 1
    if end <= start + len(scheme):
        return False
    address = state.md.normalizeLink(text[start:end])
    if not state.md.validateLink(address):
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.push("text", "", 0).content = text[start:end]
        state.push("link_close", "a", -1)
    state.pos = end
    return True


def _stops_at_h(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  the parser's own signature
    """The stock text rule runs over letters; this one also stops before `http`, so that `_bare_address` gets its turn."""
    text, start, end = state.src, state.pos, state.posMax
    pos = start
    while pos < end and text[pos] not in "\n!#$%&*+-:<=>@[\\]^_`{}~":
        if pos > start and text[pos] == "h" and text.startswith(("http://", "https://"), pos):
            break
        pos += 1
    if pos == start:
        return False
    if not silent:
        state.pending += text[start:pos]
    state.pos = pos
    return True


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802  the parser's own name
        """Only whole addresses: a relative one would lead into this installation, wherever the text happens to stand."""
        return url.lower().startswith(tuple(f"{scheme}:{'' if scheme == 'mailto' else '//'}" for scheme in _SCHEMES))


def _parser() -> MarkdownIt:
    made = _Parser("commonmark", {"html": False, "breaks": True, "linkify": False, "maxNesting": 20})
    made.enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])
    made.inline.ruler.at("text", _stops_at_h)
    made.inline.ruler.before("text", "bare_address", _bare_address)
    return made


_each_thread = threading.local()

# Lines that begin with a letter and hold nothing that Markdown or HTML gives a meaning: what most people write. For these
# the parser and the sanitiser together can only do what `_paragraphs` does, at a tenth of the cost.
_MEANT = r"\\`*_{}\[\]<>&|~\"\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
_LINE = rf"(?!https?://)[^\W\d_](?:(?!https?://)[^{_MEANT}])*(?<![\s])"
_PROSE = re.compile(rf"{_LINE}(?:\n\n?{_LINE})*")


def _paragraphs(prose: str) -> str:
    inner = "</p>\n<p>".join(part.replace("\n", "<br>\n") for part in prose.split("\n\n"))
    return f"<p>{inner}</p>"


def markdown(text: str) -> str:
    """Render what a person typed. Guarantees: no script, style, picture, form, or attribute but a link's address;
    links open http, https and mailto only and carry `rel="nofollow noopener noreferrer"`; line breaks are kept.

    Raw HTML in the text is shown as text. Linear in the length of the text; never raises for any text.
    """
    text = text.replace("\x00", "\ufffd")
    if len(text) > LONGEST:
        return f"<pre><code>{nh3.clean_text(text)}</code></pre>"
    prose = text.rstrip(" \n")
    return _paragraphs(prose) if _PROSE.fullmatch(prose) else _rendered(text)


def _rendered(text: str) -> str:
    parser = getattr(_each_thread, "parser", None)
    if parser is None:
        parser = _each_thread.parser = _parser()
    html = str(parser.render(text))
    for loud, soft in _SOFTER.items():
        html = html.replace(f"<{loud}>", f"<{soft}>").replace(f"</{loud}>", f"</{soft}>")
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="nofollow noopener noreferrer"
    ).strip()


_MARKS = re.compile(r"\*\*|__|~~|`+|^[ \t]*(?:#{1,6}|>|[-*+])(?=[ \t])", re.MULTILINE)


def plain(text: str, length: int) -> str:
    """The start of a Markdown text as one line without its marks, at most `length` characters, for lists and mails."""
    words = " ".join(word for word in _MARKS.sub("", text[: length * 4]).split() if word.strip("-=+|>"))
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"
