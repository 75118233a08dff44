"""Measurements, as ratios of what ran side by side on one machine; none is a test."""
