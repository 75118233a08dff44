"""Who may use the routes of the module: what its front door is held against."""

ROLES = [
    ("/api/products/{product_id}/like", "POST DELETE", ""),
    ("/api/likes", "GET", ""),
    ("/", "GET", ""),
    ("/products/{product_id}/like", "POST", ""),
    ("/products/{product_id}/unlike", "POST", ""),
    ("/live/likes", "GET", ""),
]
"""Each route: the path, the methods for everybody, the methods for admins."""
