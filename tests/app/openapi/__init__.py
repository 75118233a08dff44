"""Tests of the API's description."""
