"""The house rules that no linter knows. Each check is a function over sources, so that its bad sample stands beside it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
VIGIE = ROOT / "vigie"
LAYERS = [
    {"kernel"},
    {"journal"},
    {"people"},
    {"knowledge", "inventory", "mail_out"},
    {"conversations"},
    {"promises"},
    {"tickets"},
    {"chat"},
    {"notices"},
    {"mail_in", "webhooks", "reports"},
    {"public", "portal", "console", "widget", "api"},
    {"config"},
]
DOORS = LAYERS[-2]
NOUNS = set().union(*LAYERS[:-2])
WEB = ("django.http", "django.shortcuts", "django.views", "django.template.response", "ninja")
PURE = {"promises/calendar.py", "tickets/lifecycle.py", "tickets/begin_time.py", "inventory/parsing.py"}
ATTICS = {"utils", "helpers", "common", "services", "signals", "misc", "lib"}
RENTED = {"inventory", "portal", "console", "api"}  # rooms where a service is what customers rent, not a layer
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
VARIABLE = re.compile(r"VIGIE_[A-Z][A-Z0-9_]*[A-Z0-9]")


def height(room: str) -> int:
    return next(index for index, rooms in enumerate(LAYERS) if room in rooms)


@cache
def sources() -> tuple[Path, ...]:
    """Every Python file of the product but migrations."""
    return tuple(path for path in sorted(VIGIE.rglob("*.py")) if "migrations" not in path.parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(VIGIE).as_posix()


def imported(tree: ast.Module, package: str = "") -> Iterator[str]:
    """Dotted names imported, `from a import b` as `a.b`; relative ones below `package`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = f"{package}.{node.module or ''}".rstrip(".") if node.level else node.module or ""
            yield from (f"{base}.{alias.name}" for alias in node.names)


def called(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted text of everything called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def all_of(check: "dict[str, list[str]]") -> str:
    return "\n".join(f"{path}: {'; '.join(found)}" for path, found in sorted(check.items()) if found)


def test_every_room_has_a_place_in_the_order() -> None:
    rooms = {path.name for path in VIGIE.iterdir() if (path / "__init__.py").exists()}
    assert rooms <= set().union(*LAYERS)


def test_foreign_keys_point_down_or_sideways() -> None:
    """By name (`"people.User"`) they would escape the import linter."""
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model.__module__.startswith("vigie.")
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and isinstance(field.related_model, type)
        and field.related_model.__module__.startswith("vigie.")
        and height(field.related_model._meta.app_label) > height(model._meta.app_label)
    ]
    assert wrong == []


def test_nouns_know_nothing_of_the_web() -> None:
    wrong = {
        name_of(path): [name for name in imported(tree_of(path)) if name.startswith(WEB)]
        for path in sources()
        if path.relative_to(VIGIE).parts[0] in NOUNS
    }
    assert all_of(wrong) == ""


def test_pure_modules_import_no_django() -> None:
    wrong = {
        name: [one for one in imported(tree_of(VIGIE / name)) if one.split(".")[0] in {"django", "vigie"}] for name in PURE
    }
    assert all_of(wrong) == ""


def test_models_never_import_verbs() -> None:
    def is_models(path: Path) -> bool:
        return path.name == "models.py" or path.parent.name == "models"

    def is_verb(name: str) -> bool:
        found = re.match(r"vigie\.(\w+)\.(\w+)", name)
        return bool(found and found[1] != "kernel" and found[2] not in {"models", "access", "errors", "visible", "seeing"})

    wrong = {
        name_of(path): [name for name in imported(tree_of(path)) if is_verb(name)] for path in sources() if is_models(path)
    }
    assert all_of(wrong) == ""


def test_only_the_journal_writes_its_lines() -> None:
    writing = re.compile(r"\bEntry(\.objects\.(create|bulk_create|update_or_create|get_or_create)|$)")
    wrong = {
        name_of(path): [f"line {line}" for line, what in called(tree_of(path)) if writing.search(what)]
        for path in sources()
        if name_of(path) != "journal/record.py"
    }
    assert all_of(wrong) == ""
    raw = [name_of(path) for path in sources() if re.search(r"INSERT INTO journal_entry", path.read_text(encoding="utf-8"))]
    assert set(raw) <= {"journal/record.py"}


def test_doors_fetch_through_the_viewer() -> None:
    """What belongs to customers has `visible_to`; another way to it is a check that somebody must remember."""
    guarded = {model.__name__ for model in apps.get_models() if hasattr(model._default_manager, "visible_to")}
    assert {"Customer", "Service", "Conversation", "Message", "Attachment", "Ticket"} <= guarded
    beside = re.compile(rf"\b(?:(?!Provider)[A-Z]\w+\.objects\.get|(?:{'|'.join(guarded)})\.objects\.(?:filter|all|first|exclude|values\w*))$")
    wrong = {
        name_of(path): [
            f"line {line}: {what}"
            for line, what in called(tree_of(path))
            if beside.search(what)
        ]
        for path in sources()
        if path.relative_to(VIGIE).parts[0] in DOORS
    }
    assert all_of(wrong) == ""


def test_no_signals_and_no_logic_in_save() -> None:
    wrong = {}
    for path in sources():
        found = [name for name in imported(tree_of(path)) if name.startswith(("django.db.models.signals", "django.dispatch"))]
        found += [
            f"def save, line {node.lineno}"
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.FunctionDef) and node.name == "save" and path.parts[-2:] != ("portal", "forms.py")
            if path.name == "models.py" or path.parent.name == "models"
        ]
        wrong[name_of(path)] = found
    assert all_of(wrong) == ""


def test_time_comes_from_the_kernel() -> None:
    asking = re.compile(r"(datetime\.now|datetime\.utcnow|timezone\.now|date\.today|timezone\.localdate)$")
    wrong = {
        name_of(path): [f"line {line}: {what}" for line, what in called(tree_of(path)) if asking.search(what)]
        for path in sources()
        if name_of(path) != "kernel/clock.py"
    }
    assert all_of(wrong) == ""


def test_one_capability_one_file() -> None:
    long = {
        name_of(path): [f"{lines} lines"]
        for path in [*sources(), *VIGIE.glob("static/js/**/*.js"), *VIGIE.glob("static/css/**/*.css")]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert all_of(long) == ""
    attics = [
        name_of(path)
        for path in sources()
        if (path.stem in ATTICS or path.parent.name in ATTICS)
        and not (path.stem == "services" and path.relative_to(VIGIE).parts[0] in RENTED)
    ]
    assert attics == []


def test_nothing_is_left_unfinished() -> None:
    texts = [*sources(), *VIGIE.rglob("*.html"), *VIGIE.rglob("*.js"), *VIGIE.rglob("*.css"), *(ROOT / "bin").iterdir()]
    wrong = {
        str(path.relative_to(ROOT)): UNFINISHED.findall(path.read_text(encoding="utf-8", errors="replace"))
        for path in texts
        if path.is_file()
    }
    assert all_of(wrong) == ""


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    reading = re.compile(r"""\benv\.(?:text|flag|number|words|folder)\(\s*"([A-Z0-9_]+)\"""")
    read: set[str] = set()
    for path in sources():
        text = path.read_text(encoding="utf-8")
        read |= {f"VIGIE_{name}" for name in reading.findall(text)}
        read |= set(VARIABLE.findall(text))
    documented = set(re.findall(r"^\| `(VIGIE_[A-Z0-9_]+)`", (ROOT / "docs" / "operating.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert read - documented == set(), "not documented"
    assert documented - read == set(), "documented, but read nowhere"


TEMPLATES = sorted(VIGIE.rglob("templates/**/*.html"))
INLINE = re.compile(r"""<script(?![^>]*\b(?:src|type="(?:importmap|application/(?:ld\+)?json)"))|<style|\sstyle=|\son[a-z]+=["']|javascript:""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(VIGIE).as_posix())
def test_a_template_has_no_inline_script_or_style(path: Path) -> None:
    """The content security policy has no `unsafe-inline`. Mail has no policy, and styles its table inline."""
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    if "mail" in path.parts:
        assert "<script" not in text
        return
    assert [found[0] for found in INLINE.finditer(text)] == []


WORDS = re.compile(r">([^<>{}]*[^\W\d_]{2,}[^<>{}]*)<")
SPOKEN = re.compile(r"""\b(?:aria-label|title|placeholder|alt)="([^"{}]*[^\W\d_]{2,}[^"{}]*)\"""")
UNTRANSLATED = {"Vigie", "IPv4", "IPv6", "Markdown", "Ctrl", "Ctrl+K", "Ctrl K", "Esc", "F1", "UTC", "API", "Message-ID", "Français", "English"}


def spoken(text: str) -> list[str]:
    """Words of a template that would reach the reader in one language only."""
    bare = re.sub(r"{#.*?#}|<!--.*?-->|<script.*?</script>|<style.*?</style>", "", text, flags=re.DOTALL)
    bare = re.sub(r"{%-?\s*trans\b.*?endtrans\s*-?%}", "", bare, flags=re.DOTALL)
    bare = re.sub(r"{{.*?}}|{%.*?%}", "{}", bare, flags=re.DOTALL)
    found = [part.strip() for part in [*WORDS.findall(bare), *SPOKEN.findall(bare)]]
    return [part for part in found if part not in UNTRANSLATED and not re.fullmatch(r"&\w+;", part)]


def test_words_outside_the_catalogue_are_seen() -> None:
    assert spoken("<p>Bonjour</p>") == ["Bonjour"]
    assert spoken('<a title="Close">{{ _("Close") }}</a>') == ["Close"]
    assert spoken("<p>{{ _('Hello') }}, {% trans %}you{% endtrans %} · 24</p>") == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(VIGIE).as_posix())
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    assert spoken(path.read_text(encoding="utf-8")) == []


def test_the_layers_here_are_those_of_the_import_linter() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    layers = re.search(r"^layers = \[(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    assert layers is not None
    named = [set(re.findall(r"\w+", line)) for line in re.findall(r'"([^"]+)"', layers[1])]
    assert named == LAYERS[::-1]


def test_settings_name_every_room_with_models() -> None:
    rooms = {path.parent.parent.name for path in VIGIE.glob("*/migrations/__init__.py")}
    assert rooms <= {app.removeprefix("vigie.") for app in settings.INSTALLED_APPS}
