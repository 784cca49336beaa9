"""Safety: reports and what comes of them."""
