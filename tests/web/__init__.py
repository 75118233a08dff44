"""Tests of what every module's HTTP shares."""
