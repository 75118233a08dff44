"""Score: how many points each person's income, assets and debts make.

Keeps: `people`, whose score it is and the points per kind of entry; `entries`, the points that each
entry gave, which its removal takes back; `history`, what each change made of the score.
Publishes: score_changed (subject: the person).
Reacts to: person.person_registered, person.person_erased, person.income_added, person.asset_added,
person.debt_added, person.income_removed, person.asset_removed, person.debt_removed.

Everything is keyed by the person's UUID: a CPF that is registered again after an erasure is another
person and starts anew.
"""
