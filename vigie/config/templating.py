"""The Jinja environment every door renders with, and what every page knows."""

from typing import Any

from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends.jinja2 import Jinja2, Template
from django.templatetags.static import static
from django.utils import translation
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from vigie.config import brand, repeated, wording
from vigie.config.drawing import Lean, url, words
from vigie.config.frames import nav_client, preloads
from vigie.config.icons import icon, paths
from vigie.config.js_words import js_words
from vigie.config.news import news
from vigie.console.places import rail
from vigie.kernel import clock, ids
from vigie.people.checking import zones


class Fragments(Jinja2):
    """Django's Jinja backend, with `page.html#part`: the block `part` of that page alone, for htmx and live refreshes."""

    def get_template(self, template_name: str) -> Template:
        name, _hash, block = template_name.partition("#")
        template = super().get_template(name)
        if not block:
            return template
        if block not in template.template.blocks:
            raise TemplateDoesNotExist(template_name, backend=self)
        return _Fragment(template, block)


class _Fragment(Template):
    """One block of a template. Imports and variables set at the top of the page are not run: blocks stand alone."""

    def __init__(self, whole: Template, block: str) -> None:
        super().__init__(whole.template, whole.backend)
        self.template: Any = _Block(whole.template, block)


class _Block:
    def __init__(self, template: Any, block: str) -> None:
        self._template = template
        self._draw = template.blocks[block]

    def render(self, context: dict[str, Any]) -> str:
        template = self._template
        try:
            return str(template.environment.concat(self._draw(template.new_context(context))))
        except Exception:
            template.environment.handle_exception()
            raise


@pass_context
def csrf(context: Context) -> Markup:
    """The hidden field of a form that posts; masked once a page, not once a form."""
    request = context.get("request")
    secret, field = getattr(request, "csrf_field", (None, Markup()))
    if request is None or secret is None or secret != request.META.get("CSRF_COOKIE"):
        field = Markup(context["csrf_input"])  # noqa: S704  Django's own field, already escaped
        if request is not None:
            request.csrf_field = (request.META.get("CSRF_COOKIE"), field)
    return field


@pass_context
def here(context: Context, *names: str) -> bool:
    """Whether the page shown is one of these URL names (`portal:tickets`), or a whole door (`portal:`)."""
    match = getattr(context.get("request"), "resolver_match", None)
    if match is None:
        return False
    return match.view_name in names or f"{match.namespace}:" in names


def sorted_zones() -> list[str]:
    """Every time zone of this machine, for suggestions."""
    return sorted(zones())


def described(ids: str, errors: object) -> dict[str, str]:
    """The attributes that tie a control to its hint and error."""
    attributes = {"aria-describedby": ids.strip()} if ids.strip() else {}
    return {**attributes, "aria-invalid": "true"} if errors else attributes


def environment(**options: Any) -> Environment:
    """Autoescaping on, gettext by Django's catalogues, new-style placeholders (`%(name)s`); macros under `ui`."""
    made = Environment(  # noqa: S701  Django's backend passes autoescape=True among the options
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True, **options
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    made.context_class = Lean
    made.globals |= {"_": words, "gettext": words}
    made.globals.update(
        static=static,
        url=url,
        csrf=csrf,
        here=here,
        icon=icon,
        icon_paths=paths,
        drawn_avatar=repeated.avatar,
        drawn_time=repeated.time,
        _described=described,
        language=translation.get_language,
        now=clock.now,
        server_now=lambda: clock.now().isoformat(),
        client_key=ids.client_key,
        new_key=ids.client_key,
        js_words=js_words,
        nav_client=nav_client,
        news=news,
        console_rail=rail,
        zones=sorted_zones,
        preloads=preloads,
    )
    made.filters.update(
        when=wording.when,
        instant=wording.instant,
        day=wording.day,
        duration=wording.duration,
        countdown=wording.countdown,
        clock_class=wording.clock_class,
        iso=wording.iso,
        size=wording.size,
        number=wording.number,
        share=wording.share,
        hue=wording.hue,
        initials=wording.initials,
        instant_of=wording.instant_of,
        clock_in=wording.clock_in,
        local_date=wording.local_date,
    )
    made.globals["ui"] = made.get_template("components.html").module
    return made


def page(request: HttpRequest) -> dict[str, Any]:
    """What every page knows. `user` is None for strangers; `brand` the provider as shown."""
    viewer = getattr(request, "viewer", None)
    return {
        "viewer": viewer,
        "user": viewer.user if viewer is not None else None,
        "brand": brand.current(),
        "flashes": _flashes(request),
    }


def _flashes(request: HttpRequest) -> Any:
    """Django's one-off messages, taken only when a page shows them."""
    return getattr(request, "_messages", ())
