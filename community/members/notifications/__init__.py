"""Notifications about membership, accounts and colleagues who leave."""
