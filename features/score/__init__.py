"""What people do with modules/score, in their words."""
