"""Who may use the routes of the module: what its front door is held against."""

ROLES = [
    ("/api/accounts", "POST", ""),
    ("/api/session", "POST DELETE", ""),
    ("/sign-in", "GET POST", ""),
    ("/sign-up", "GET POST", ""),
    ("/sign-out", "POST", ""),
]
"""Each route: the path, the methods for everybody, the methods for admins."""
