"""Extract, merge and compile the catalogues with Babel; the tool behind `bin/words` and the test that French is complete."""

import json
import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
METHODS = {
    "django": [("**/migrations/**.py", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2"), ("**/templates/**.subject", "jinja2"), ("**/templates/**.xml", "jinja2")],
    "djangojs": [("static/js/**.js", "javascript"), ("static/widget/**.js", "javascript")],
}
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}
OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true", "trimmed": "true", "extensions": "jinja2.ext.do"}}


def extracted(domain: str) -> Catalog:
    """Every message of the sources."""
    catalog = Catalog(project="vigie", charset="utf-8")
    options = {pattern: {"newstyle_gettext": "true", "extensions": "jinja2.ext.do", "silent": "false"} for pattern, kind in METHODS[domain] if kind == "jinja2"}
    found = extract_from_dir(str(ROOT / "vigie"), METHODS[domain], options, keywords=KEYWORDS, comment_tags=("Translators:",))
    for filename, _line, message, comments, context in found:
        catalog.add(message, locations=[(filename, 0)], auto_comments=comments, context=context)
    return catalog


def typeset(text: str) -> str:
    """French spaces and dots as a typographer sets them: only blanks that are there already are changed."""
    text = re.sub(r" (?=[:%»])", "\u00a0", text)
    text = re.sub(r"(?<=«) ", "\u00a0", text)
    text = re.sub(r"[ \u00a0](?=[;!?])", "\u202f", text)
    return text.replace("...", "…")


def path_of(domain: str) -> Path:
    return ROOT / "vigie" / "locale" / "fr" / "LC_MESSAGES" / f"{domain}.po"


def merged(domain: str) -> Catalog:
    """The French catalogue brought up to date with the sources; messages gone from them are dropped."""
    template = extracted(domain)
    path = path_of(domain)
    catalog = read_po(BytesIO(path.read_bytes()), locale="fr") if path.exists() else Catalog(locale="fr")
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    return catalog


def missing(catalog: Catalog) -> list[str]:
    """Identifiers without a complete French text."""
    return [str(m.id) for m in catalog if m.id and (not m.string or (isinstance(m.string, (list, tuple)) and not all(m.string)) or m.fuzzy)]


def main(arguments: list[str]) -> int:
    """Update both catalogues; print the untranslated."""
    given: dict[str, object] = {}
    if arguments[:1] == ["add"]:
        given = json.loads(Path(arguments[1]).read_text(encoding="utf-8"))
    left = 0
    for domain in METHODS:
        catalog = merged(domain)
        for message in catalog:
            key = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
            if key and key in given:
                french = given[key]
                message.string = tuple(french) if isinstance(french, list) else french  # type: ignore[assignment]
        for message in catalog:
            if message.id and message.string:
                said = message.string
                message.string = typeset(said) if isinstance(said, str) else tuple(map(typeset, said))  # type: ignore[assignment]
        path = path_of(domain)
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = BytesIO()
        write_po(buffer, catalog, sort_output=True, omit_header=False, include_lineno=False, width=120)
        path.write_bytes(buffer.getvalue())
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
        for identifier in missing(catalog):
            left += 1
            print(f"{domain}: no French for {identifier!r}")
    print(f"{left} without French")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
