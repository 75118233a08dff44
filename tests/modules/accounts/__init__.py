"""Tests of modules/accounts."""
