"""Score: the points of each person's incomes, assets and debts.

Owns: the projections `people` (each person's points per kind of entry), `entries` (the points of
each entry, which its removal subtracts) and `history` (each change of a score).
Publishes: score_changed (subject: the person).
Reacts to: person.person_registered, person.person_erased, person.income_added, person.asset_added,
person.debt_added, person.income_removed, person.asset_removed, person.debt_removed.

Every table is keyed by the person's UUID: if a CPF is registered again after an erasure, that is
another person with a new score.
"""
