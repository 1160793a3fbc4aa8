"""What a browser sends from the new ticket's form."""

import uuid

from vigie.people.models import User


def regular(by: User, **fields: str) -> dict[str, str]:
    return {
        "client_key": str(uuid.uuid4()),
        "customer": str(by.contacts.get().customer_id),
        "department": "technical",
        "priority": "regular",
        "subject": "Question sur les sauvegardes",
        "body": "Bonjour, où sont gardées mes sauvegardes ?",
        **fields,
    }


def high(by: User, **fields: str) -> dict[str, str]:
    return regular(
        by,
        **{
            "priority": "high",
            "began_date": "2026-11-24",
            "began_time": "13:40",
            "began_zone": "Europe/Paris",
            "diagnostics": "ping: 100 % packet loss",
            "subject": "Le serveur ne répond plus",
            **fields,
        },
    )
