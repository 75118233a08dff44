"""Tests of the proxy, the containers, and of one process per module."""
