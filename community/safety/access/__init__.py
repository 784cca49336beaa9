"""Load cases, reports and appeals with permission."""
