"""The command that re-encrypts values of older keys under the newest one, while the service runs."""

import click

from community.core.crypto.cipher import FieldCipher
from community.core.crypto.key_rotation import reencrypt
from community.core.settings import Settings
from community.features import load_models, open_store


def reencrypt_all(settings: Settings) -> int:
    """Re-encrypt every value under an older key. Return 0, or 1 when a value cannot be decrypted."""
    load_models()
    store = open_store(settings)
    try:
        result = reencrypt(store, FieldCipher(*settings.encryption_secrets))
    finally:
        store.database.dispose()
    click.echo(f"{result.reencrypted} values re-encrypted with the newest key.")
    for column, count in result.unreadable.items():
        click.echo(f"{count} in {column} can't be decrypted. Restore the key that encrypted them, and run this again.")
    return 1 if result.unreadable else 0
