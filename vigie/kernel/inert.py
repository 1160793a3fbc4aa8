"""Headers of answers that are given beside Django: nothing in them is ever run, guessed at or framed."""

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
