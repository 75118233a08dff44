"""What the shop does, in its users' words, seen over HTTP alone."""
