"""Authenticator of passkeys in memory: what a phone answers to the options of a browser, for tests without one."""

import hashlib
import json
import os
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT_AND_VERIFIED, HAS_KEY = 0x05, 0x40


class Authenticator:
    """One passkey on one device. `count` is its sign count, which goes up with each answer."""

    def __init__(self, origin: str = "http://localhost") -> None:
        self.origin = origin
        self.id = os.urandom(16)
        self.count = 0
        self.flags = PRESENT_AND_VERIFIED
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create()`."""
        numbers = self._key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(key)
        data = self._data(options["rp"]["id"], HAS_KEY) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer("webauthn.create", options, attestationObject=text(attestation))

    def use(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get()`."""
        self.count += 1
        data = self._data(options["rpId"], 0)
        answer = self._answer("webauthn.get", options, authenticatorData=text(data))
        client = hashlib.sha256(self._client("webauthn.get", options)).digest()
        answer["response"]["signature"] = text(self._key.sign(data + client, ec.ECDSA(hashes.SHA256())))
        return answer

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([self.flags | flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, kind: str, options: dict[str, Any], **response: str) -> dict[str, Any]:
        own = {"id": text(self.id), "rawId": text(self.id), "type": "public-key"}
        return {**own, "response": {"clientDataJSON": text(self._client(kind, options)), **response}}


def text(raw: bytes) -> str:
    """Return base64url without padding, as WebAuthn's JSON writes bytes."""
    return urlsafe_b64encode(raw).decode().rstrip("=")
