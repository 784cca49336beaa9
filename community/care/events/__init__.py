"""Events of care."""
