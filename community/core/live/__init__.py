"""Live updates: sockets, and what is sent to them."""
