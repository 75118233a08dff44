"""Products: what the shop has to show.

Owns: the products, each `active` or `withdrawn`; ids are never reused.
Keeps: `like_counts`, how often each product is liked, as the likes module tells it.
Publishes: product_created, product_updated, product_deleted (subject: the product).
Reacts to: likes.product_liked, likes.product_unliked.
"""
