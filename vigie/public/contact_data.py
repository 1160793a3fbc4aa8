"""The contact page for machines: schema.org data as JSON-LD."""

import json
from collections.abc import Iterable
from typing import Any, Protocol

from django.conf import settings
from django.urls import reverse
from markupsafe import Markup

from vigie.people.models import Provider


class Shown(Protocol):
    """A contact method as the page shows it."""

    @property
    def code(self) -> str: ...


def structured(provider: Provider, methods: Iterable[Shown]) -> Markup:
    """The text of a `<script type="application/ld+json">`: data, which a browser never runs, so CSP lets it stand.

    `<`, `>` and `&` are escaped, so that no name can end the element.
    """
    points: list[dict[str, Any]] = []
    for method in methods:
        point: dict[str, Any] = {"@type": "ContactPoint", "availableLanguage": ["fr", "en"]}
        if method.code == "ticket":
            points.append(
                point | {"contactType": "technical support", "url": settings.SITE_URL + reverse("portal:new_ticket")}
            )
        elif method.code == "mail":
            points.append(point | {"contactType": "customer support", "email": provider.support_address})
    data = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": provider.name,
        "url": provider.site or settings.SITE_URL,
        "contactPoint": points,
    }
    text = json.dumps(data, ensure_ascii=False)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704  escaped just above
