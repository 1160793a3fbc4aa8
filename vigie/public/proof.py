"""The proof link: whoever opens it reads the registered address. GET only shows a button, since mail scanners follow links."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vigie.conversations import trusting
from vigie.conversations.errors import ProofError


@never_cache
@require_http_methods(["GET", "POST"])
def proof(request: HttpRequest, secret: str) -> HttpResponse:
    """GET: what pressing the button will do. POST: use the link, once; a used or expired one says so with 410."""
    if request.method == "GET":
        return render(request, "public/proof/ask.html")
    try:
        conversation = trusting.use_proof_link(secret)
    except ProofError as refused:
        return render(request, "public/proof/refused.html", {"reason": str(refused)}, status=410)
    return render(request, "public/proof/done.html", {"conversation": conversation})
