"""What people do with modules/products, in their words."""
