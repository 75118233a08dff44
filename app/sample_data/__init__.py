"""Sample data to try the product with."""
