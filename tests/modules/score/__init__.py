"""Tests of modules/score."""
