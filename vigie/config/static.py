"""How style sheets and scripts travel: hashed, compressed, few. No bundler: sheets with `@import` are flattened here.

Without a manifest (nothing collected yet) plain names are served from the source folders, so that a checkout runs as it is.
"""

import re
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.storage import Storage as Files
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

_IMPORT = re.compile(r'@import\s+"(?P<path>\./[^"]+)"\s+layer\((?P<layer>[\w-]+)\);')
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_JS_COMMENT = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n|^[ \t]*//[^\n]*\n", re.DOTALL | re.MULTILINE)

HTMX = "django_htmx/htmx-2.min.js"
"""The one file we take from django-htmx; its others name files that are not there."""


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise ships no types
    """Hashes and compresses; ES module imports are rewritten to the hashed names."""

    support_js_module_import_aggregation = True

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: FBT001, FBT002  the signature of the parent
        if not self.hashed_files:
            return str(FileSystemStorage.url(self, name))
        return str(super().url(name, force))

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002
        """Flatten entry sheets and drop comments before hashing; the parts of flattened sheets are not served alone."""
        ready = {}
        for name, (files, path) in paths.items():
            if name.startswith("css/"):
                if "/" not in name.removeprefix("css/"):
                    ready[name] = (_Memory(_flat(files, path)), path)
            elif name.startswith("js/") and name.endswith(".js"):
                ready[name] = (_Memory(_JS_COMMENT.sub("", _text(files, path))), path)
            elif not name.startswith("django_htmx/") or name == HTMX:
                ready[name] = (files, path)
        yield from super().post_process(ready, dry_run, **options)


class Served(WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise ships no types
    """WhiteNoise, silent about a folder of collected files that is not there yet: the sources are served then."""

    def add_files(self, root: str, prefix: str | None = None) -> None:
        if Path(root).is_dir():
            super().add_files(root, prefix=prefix)


class _Memory(Files):
    """A storage of one text, for the hashing pass."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _open(self, name: str, _mode: str = "rb") -> "ContentFile[bytes]":
        return ContentFile(self.text.encode(), name=name)


def _text(files: Files, path: str) -> str:
    with files.open(path) as file:
        return BytesIO(file.read()).getvalue().decode()


def _flat(files: Files, path: str) -> str:
    folder = PurePosixPath(path).parent

    def part(found: re.Match[str]) -> str:
        return f"@layer {found['layer']}{{{_text(files, str(folder / found['path']))}}}"

    whole = _CSS_COMMENT.sub("", _IMPORT.sub(part, _text(files, path)))
    whole = re.sub(r"\s*([{};,])\s*", r"\1", whole).replace(";}", "}")
    return re.sub(r"(?<=[;{])([\w-]+):\s+", r"\1:", whole).strip()
