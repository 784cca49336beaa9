"""Care rows with permission: everything here is its own person's, and others see only what they were shown."""
