"""Compile the catalogues: each `.po` under `vigie/locale` to the `.mo` that gettext reads.

Run by `bin/dev` and, while a wheel is built, by `hatch_build.py`; needs Babel and neither settings nor Django.
"""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Write what is missing or older than its source; returns every `.mo`. Safe beside running servers."""
    compiled = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        compiled.append(target)
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        part = target.with_suffix(f".{os.getpid()}")
        with part.open("wb") as file:
            write_mo(file, catalogue)
        part.replace(target)
    return compiled


if __name__ == "__main__":
    compile_all()
