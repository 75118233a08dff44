"""Accounts: the users with a name and a password, and their roles.

Owns: the accounts, each a customer or an admin; passwords are stored only as argon2id hashes.
Publishes and reacts to: nothing.
"""
