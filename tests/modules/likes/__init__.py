"""Tests of modules/likes."""
