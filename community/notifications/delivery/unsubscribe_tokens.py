"""Tokens in the unsubscribe addresses of mails: the member and the kind, encrypted."""

from uuid import UUID

from community.core.crypto.cipher import FieldCipher
from community.core.errors import NotFound
from community.core.outbox.notification_kinds import switchable_kinds


def unsubscribe_token(secret: str, *, member_id: UUID, kind: str) -> str:
    """Return the token of a member and a kind."""
    token = FieldCipher(secret).encrypt(f"{member_id.hex}{kind}", associated_data="unsubscribe")
    return token.removeprefix("v2.").rstrip("=")


def read_unsubscribe_token(secret: str, token: str) -> tuple[UUID, str]:
    """Return the member and the kind of a token. Raises NotFound for a token that we did not make."""
    try:
        version = "v2" if "." in token else "v1"  # v1: in mails from before keys had names
        encoded = token.rpartition(".")[2]
        padded = f"{version}.{token}{'=' * (-len(encoded) % 4)}"
        said = FieldCipher(secret).decrypt(padded, associated_data="unsubscribe")
        member_id, kind = UUID(said[:32]), said[32:]
    except ValueError as error:
        raise NotFound from error
    if kind not in switchable_kinds():
        raise NotFound
    return member_id, kind
