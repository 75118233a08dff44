"""The structure: which file may import which, and that importing has no effect."""
