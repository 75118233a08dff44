"""The host: reads the settings, puts the modules together, serves them and lets operators look."""
