"""Tests of the files around the program: dev.py, CI, licence and changelog."""
