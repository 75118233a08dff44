"""Tests; the folders follow the packages they test."""
