"""Likes: who likes what, and the storefront where it is done.

Owns: one like per user and product (`product_user`), and their number per product (`like_tallies`).
Keeps: `product_copies`, the products as the products module tells of them; a deleted one leaves a
tombstone, so that nothing that arrives later brings it back.
Publishes: product_liked, product_unliked (subject: product and user, so that the likes of a popular
product are no queue).
Reacts to: products.product_created, products.product_updated, products.product_deleted.
"""
