"""Who may use the routes of the module: what its front door is held against."""

ROLES = [
    ("/api/person/{cpf}/score", "", "GET"),
    ("/person/{cpf}/score", "", "GET"),
    ("/{cpf}/score", "", "GET"),
    ("/people/{cpf}/score", "", "GET"),
    ("/live/score", "", "GET"),
]
"""Each route: the path, the methods for everybody, the methods for admins."""
