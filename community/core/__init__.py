"""Foundation of all features; it imports none of them."""
