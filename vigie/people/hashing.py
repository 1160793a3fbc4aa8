"""How passwords are kept: Argon2id at OWASP's parameters for small machines (19 MiB, 2 passes, 1 lane).

Django's default asks for 100 MiB a hash: two people signing in at once would double this process.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher

from vigie.kernel import baton


class Argon2id(Argon2PasswordHasher):
    """Takes tens of milliseconds outside of the interpreter: others compute meanwhile."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with baton.laid_down():
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with baton.laid_down():
            return bool(super().verify(password, encoded))
