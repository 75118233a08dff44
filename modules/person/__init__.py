"""Persons: the registered people, with what each earns, owns and owes.

Owns: the persons, one per CPF; their incomes, assets and debts, whose ids are never reused.
Publishes: person_registered, person_erased, income_added, asset_added, debt_added, income_removed,
asset_removed, debt_removed (subject: the person's UUID). No event has a name, address or birth
date.
Reacts to: nothing.
"""
