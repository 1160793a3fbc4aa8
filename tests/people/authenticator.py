"""A passkey in software: what a security key does for `navigator.credentials.create` and `.get` (WebAuthn level 2, ES256)."""

import json
from hashlib import sha256
from os import urandom
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


class Passkey:
    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.id = urandom(16)
        self.user = b""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._uses = 0

    def create(self, options: dict[str, Any]) -> str:
        """The answer to creation options, as the page would post it; attestation "none"."""
        wanted = options["publicKey"]
        self.user = websafe_decode(wanted["user"]["id"])
        client = self._client("webauthn.create", wanted["challenge"])
        key = cbor.encode(dict(ES256.from_cryptography_key(self._key.public_key())))
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        data = self._data(wanted["rp"]["id"], PRESENT | VERIFIED | ATTESTED) + credential
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        answer = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attestation)}
        return self._posted(answer, {"credProps": {"rk": True}})

    def get(self, options: dict[str, Any]) -> str:
        """The answer to request options, signed."""
        wanted = options["publicKey"]
        client = self._client("webauthn.get", wanted["challenge"])
        data = self._data(wanted["rpId"], PRESENT | VERIFIED)
        signature = self._key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        answer = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(self.user),
        }
        return self._posted(answer, {})

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, rp: str, flags: int) -> bytes:
        self._uses += 1
        return sha256(rp.encode()).digest() + bytes([flags]) + self._uses.to_bytes(4, "big")

    def _posted(self, answer: dict[str, str], extensions: dict[str, Any]) -> str:
        whole = {"id": websafe_encode(self.id), "rawId": websafe_encode(self.id), "type": "public-key"}
        return json.dumps({**whole, "response": answer, "clientExtensionResults": extensions})
