"""What people do with modules/accounts, in their words."""
