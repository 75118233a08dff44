"""What an operator sees and does, in their words."""
