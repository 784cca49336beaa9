"""Transactional outbox: store events, lease them, retry them and keep dead letters."""
