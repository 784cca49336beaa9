"""Pure rules about accounts, handles, passwords and consents."""
