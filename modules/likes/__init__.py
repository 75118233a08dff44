"""Likes: the likes of visitors, and the storefront where they are given.

Owns: one like per user and product (`product_user`), and their number per product (`like_tallies`);
the projection `product_copies`, where a deleted product leaves a tombstone, so that a later event
cannot bring it back.
Publishes: product_liked, product_unliked (subject: product and user, so that the likes of a popular
product do not wait for one another).
Reacts to: products.product_created, products.product_updated, products.product_deleted.
"""
