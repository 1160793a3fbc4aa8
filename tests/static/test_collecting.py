"""What the browser loads: few, small, hashed files; no inline style or script anywhere."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from vigie.config.frames import preloads

STATIC = Path(settings.STATICFILES_DIRS[0])
TEMPLATES = [path for folder in settings.TEMPLATES[0]["DIRS"] for path in Path(folder).rglob("*.html")]
HTMX = "django_htmx/htmx-2.min.js"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name -> hashed file, as an installation serves them."""
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=root):
        call_command("collectstatic", interactive=False, verbosity=0)
    paths = json.loads((root / "staticfiles.json").read_text())["paths"]
    return {name: root / path for name, path in paths.items()}


def weight(files: list[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def needed(entry: str) -> list[str]:
    """The entry module and everything it imports, however deep."""
    found, waiting = [], [entry]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.append(name)
            waiting += re.findall(r'from "\./([\w/-]+)\.js"', (STATIC / "js" / f"{name}.js").read_text())
    return [f"js/{name}.js" for name in found]


@pytest.mark.parametrize(("sheet", "budget"), [("client", 10_000), ("public", 10_000), ("console", 14_000)])
def test_a_sheet_is_flat_and_within_its_budget(collected: dict[str, Path], sheet: str, budget: int) -> None:
    file = collected[f"css/{sheet}.css"]
    assert "@import" not in file.read_text()
    assert weight([file]) <= budget


@pytest.mark.parametrize(("entry", "more", "budget"), [("client", [], 25_000), ("console", [HTMX], 60_000)])
def test_scripts_stay_within_their_budget(collected: dict[str, Path], entry: str, more: list[str], budget: int) -> None:
    assert weight([collected[name] for name in [*needed(entry), *more]]) <= budget


def test_imports_name_the_hashed_files(collected: dict[str, Path]) -> None:
    imports = re.findall(r'from "\./([^"]+)"', collected["js/client.js"].read_text())
    assert imports
    assert all((collected["js/client.js"].parent / name).exists() for name in imports)
    assert all(re.fullmatch(r"[\w-]+\.[0-9a-f]{12}\.js", name) for name in imports)


@pytest.mark.parametrize("entry", ["client", "console"])
def test_every_module_is_asked_for_at_once(entry: str) -> None:
    links = str(preloads(entry))
    assert all(Path(name).stem in links for name in needed(entry)[1:])


def test_no_sheet_is_forgotten() -> None:
    entries = "".join(path.read_text() for path in (STATIC / "css").glob("*.css"))
    parts = [path.relative_to(STATIC / "css") for path in (STATIC / "css").rglob("*/*.css")]
    assert [part for part in parts if f'"./{part}"' not in entries] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_carry_no_inline_style_or_script(path: Path) -> None:
    if "mail" in path.parts:
        return  # mails are read by programs without our sheets
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son\w+=\"|javascript:", text)
    assert not [
        tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and 'type="application/' not in tag
    ]
