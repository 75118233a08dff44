"""Tests of modules/person."""
