"""Tests of the host: its boundaries, its settings, its commands."""
