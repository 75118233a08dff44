"""Tests of the server process and of what all its routes share."""
