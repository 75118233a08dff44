"""Accounts: who has a name and a password here, and who of them is an admin.

Owns: the accounts, each a customer or an admin; passwords are kept as argon2id hashes alone.
Publishes and reacts to: nothing.
"""
