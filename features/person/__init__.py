"""What people do with modules/person, in their words."""
