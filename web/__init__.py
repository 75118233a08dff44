"""The HTTP layer that all modules share: sessions, guards, request bodies, answers and pages."""
