"""Tests of what operators see and do, by page and over HTTP."""
