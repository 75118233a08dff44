"""What is said: the events of modules, and their form on the wire."""
