"""The policy that is made once is the one django-csp makes."""

from csp.constants import HEADER
from csp.decorators import csp_update
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse

from vigie.config.policy import ContentSecurityPolicy


def parts(answer: object) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in answer[HEADER].split("; "))  # type: ignore[index]


def both(view: object, *, nonce: bool) -> tuple[dict[str, str], dict[str, str]]:
    """What ours and theirs say to the same page, each nonce called the same."""
    found = []
    for kind in (ContentSecurityPolicy, CSPMiddleware):
        request = HttpRequest()
        request.path = request.path_info = "/"
        middleware = kind(lambda _request: HttpResponse())
        middleware.process_request(request)
        made = str(request.csp_nonce) if nonce else "none"  # type: ignore[attr-defined]
        answer = middleware.process_response(request, view(request))  # type: ignore[operator]
        found.append({name: value.replace(made, "NONCE") for name, value in parts(answer).items()})
    return found[0], found[1]


def test_a_page_without_a_nonce() -> None:
    ours, theirs = both(lambda _request: HttpResponse(), nonce=False)
    assert ours == theirs
    assert ours["script-src"] == "'self'"


def test_a_page_with_a_nonce() -> None:
    ours, theirs = both(lambda _request: HttpResponse(), nonce=True)
    assert ours == theirs
    assert "'nonce-NONCE'" in ours["script-src"]


def test_a_page_with_a_policy_of_its_own() -> None:
    view = csp_update({"img-src": "https://elsewhere.example"})(lambda _request: HttpResponse())
    ours, theirs = both(view, nonce=False)
    assert ours == theirs
    assert "https://elsewhere.example" in ours["img-src"]


def test_what_a_view_says_itself_stays() -> None:
    request = HttpRequest()
    answer = HttpResponse(headers={HEADER: "sandbox"})
    middleware = ContentSecurityPolicy(lambda _request: answer)
    middleware.process_request(request)
    assert middleware.process_response(request, answer)[HEADER] == "sandbox"
