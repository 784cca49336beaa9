"""Deliveries: plan, check, send and retry mails and pushes, and record what became of them."""
