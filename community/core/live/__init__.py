"""The live side: sockets, and what is shown on them."""
