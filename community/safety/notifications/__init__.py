"""Notifications of reports and cases, and of sanctions and appeals."""
