"""Products: the assortment of the shop.

Owns: the products, each `active` or `withdrawn`, whose ids are never reused; the projection
`like_counts`, the number of likes per product.
Publishes: product_created, product_updated, product_deleted (subject: the product).
Reacts to: likes.product_liked, likes.product_unliked.
"""
