"""What templates call hundreds of times a page, made cheap: calls themselves, words, addresses.

Jinja asks each callee three times how it wants to be called, and its gettext goes through two such calls; on a ticket page
that was a third of the drawing.
"""

from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import translation
from jinja2 import Undefined, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro
from markupsafe import Markup


class Lean(Context):
    """A context whose calls of macros and plain functions are direct; any other call is Jinja's own."""

    def call(self, callee: Any, /, *args: Any, **kwargs: Any) -> Any | Undefined:
        kind = type(callee)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind not in _PLAIN or getattr(callee, "jinja_pass_arg", None) is not None:
            if callee is words:
                return words(self.eval_ctx, args[0], **{name: kwargs[name] for name in kwargs if name not in _INNER})
            return super().call(callee, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        try:
            return callee(*args, **kwargs)
        except StopIteration:  # as Jinja does: it must not end the loop around the call
            return self.environment.undefined("value was undefined because a callable raised a StopIteration exception")


def _any_method(self: object) -> None:
    """For its type."""


_PLAIN = frozenset({type(_any_method), type(_any_method.__get__(0)), type(lru_cache(_any_method))})
_INNER = frozenset({"_block_vars", "_loop_vars"})


@pass_eval_context
def words(asked: EvalContext, text: str, /, **variables: Any) -> str:
    """`text` in the reader's language, `%(name)s` filled in; escaped where the template escapes."""
    safe = bool(asked.autoescape)
    if not variables:
        return _words(text, translation.get_language(), safe)
    found = translation.gettext(text)
    return (Markup(found) if safe else found) % variables  # noqa: S704  words of the catalogue; what fills them is escaped


@lru_cache(maxsize=8192)
def _words(text: str, language: str | None, safe: bool) -> str:  # noqa: ARG001, FBT001  the language keys the words
    found = translation.gettext(text) % {}
    return Markup(found) if safe else found  # noqa: S704  words of the catalogue


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page; raises NoReverseMatch."""
    return reverse(name, args=args, kwargs=kwargs) if kwargs else _address(name, args)


@lru_cache(maxsize=4096)
def _address(name: str, args: tuple[Any, ...]) -> str:
    return reverse(name, args=args)
