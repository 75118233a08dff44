"""The OpenAPI document, its viewer, and the collection that is made from it."""
