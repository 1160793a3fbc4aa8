"""What a word is, the same for both databases: plain tokens, without accents, of one case, letters and digits only."""

import re
import unicodedata

LONGEST = 200_000
"""Characters of a text that are indexed."""
MOST_PIECES = 12
LONGEST_WORD = 60

_WORD = re.compile(r"[^\W_]+")


def tokens(text: str) -> list[str]:
    """The words of a text as the index keeps them: no accents, one case, letters and digits only."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return [word[:LONGEST_WORD] for word in _WORD.findall(text.casefold())]


def pieces(query: str) -> list[list[str]]:
    """The words of a query, together where they are written in one piece (`203.0.113.7`)."""
    return [piece for piece in (tokens(word) for word in query[:1000].split()) if piece][:MOST_PIECES]


def is_start(word: str) -> bool:
    """Whether the last word of a piece may go on. One letter as a start would be half of all words: it must be a whole one."""
    return len(word) > 1


def needle(piece: list[str]) -> str:
    """What `straw` of a text must contain for the text to hold the piece."""
    return f" {' '.join(piece)}{'' if is_start(piece[-1]) else ' '}"


def straw(text: str) -> str:
    return f" {' '.join(tokens(text[:LONGEST]))} "
