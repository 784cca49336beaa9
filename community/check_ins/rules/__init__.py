"""Pure rules about check-ins."""
