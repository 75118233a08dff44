"""Tests of modules/products."""
