"""Tests of the modules' rules, on their services and both databases."""
