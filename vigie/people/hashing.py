"""How passwords are kept: Argon2id at OWASP's parameters for small machines (19 MiB, 2 passes, 1 lane).

Django's default asks for 100 MiB a hash: two people signing in at once would double this process.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
