"""What people do with modules/likes, in their words."""
