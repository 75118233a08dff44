"""Who may use the routes of the module: what its front door is held against."""

ROLES = [
    ("/api/products", "GET", "POST"),
    ("/api/products/{product_id}", "GET", "PUT DELETE"),
    ("/admin/products", "", "GET"),
    ("/admin/products/create", "", "GET POST"),
    ("/admin/products/{product_id}/edit", "", "GET POST"),
    ("/admin/products/{product_id}/withdraw", "", "POST"),
    ("/admin/products/{product_id}/offer", "", "POST"),
    ("/admin/products/{product_id}/delete", "", "GET POST"),
    ("/live/products", "", "GET"),
]
"""Each route: the path, the methods for everybody, the methods for admins."""
