"""Templates as compiled, kept in the data folder: a page first asked for after a start need not be compiled again."""

from pathlib import Path

from jinja2 import FileSystemBytecodeCache


def cache(data: Path) -> FileSystemBytecodeCache | None:
    """In `data`/templates, 0700; None where that cannot be made: templates are then compiled in every process.

    Jinja keys a file by the template's text and its own and Python's versions, so that a new release finds nothing stale.
    """
    folder = data / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder))
