"""Persons: who is registered, and what each earns, owns and owes.

Owns: the persons by CPF; their incomes, assets and debts, whose ids are never reused.
Publishes: person_registered, person_erased, income_added, asset_added, debt_added, income_removed,
asset_removed, debt_removed (subject: the person's UUID). Name, address and birth date are in none.
Reacts to: nothing.
"""
