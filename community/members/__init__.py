"""Members: accounts, invitations, sessions, sanctions, blocks and no-contact orders."""
