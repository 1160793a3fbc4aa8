"""The Content-Security-Policy of a page, made once: django-csp would build it anew for every answer."""

from functools import lru_cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponseBase

_CHANGES = frozenset({"_csp_config", "_csp_update", "_csp_replace", "_csp_exempt"})
"""What django-csp's decorators leave on an answer."""

_PLACE = "a-nonce-stands-here"


class ContentSecurityPolicy(CSPMiddleware):
    """Answers with a policy of their own (set by a decorator) go the library's way."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not _CHANGES.isdisjoint(vars(response)):
            return super().process_response(request, response)
        nonce = getattr(request, "_csp_nonce", None)
        if HEADER not in response.headers:
            bare, with_nonce = _policies()
            response.headers[HEADER] = with_nonce.replace(_PLACE, nonce) if nonce else bare
        return response


@lru_cache(maxsize=1)
def _policies() -> tuple[str, str]:
    """Without a nonce, and with one to be put in its place."""
    return build_policy(), build_policy(nonce=_PLACE)
