"""The proof link: whoever opens it reads the registered address. GET only shows a button, since mail scanners follow links."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vigie.conversations import trusting
from vigie.conversations.errors import DeadProofError, ProofError


@never_cache
@require_http_methods(["GET", "POST"])
def proof(request: HttpRequest, secret: str) -> HttpResponse:
    """GET: what pressing the button will do. POST: use the link, once; a used or expired one says so with 410."""
    if request.method == "GET":
        waiting = trusting.proof_waiting(secret)
        if waiting is None:
            return _dead(request, str(DeadProofError()))
        return render(request, "public/proof/ask.html", {"conversation": waiting.conversation})
    try:
        conversation = trusting.use_proof_link(secret)
    except ProofError as refused:
        return _dead(request, str(refused))
    return render(request, "public/proof/done.html", {"conversation": conversation})


def _dead(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "public/proof/refused.html", {"reason": reason}, status=410)
