Feature: Scores
  What a person earns, owns and owes makes points; a lender asks for their sum by CPF.

  Scenario: Income and assets give points, debts take some
    Given Ann is registered
    When the clerk adds an income of 1000 to Ann
    And the clerk adds an asset of 100000 to Ann
    And the clerk adds a debt of 1000 to Ann
    Then Ann's score becomes 4970
    And it is made of 20 for income, 5000 for assets and -50 for debts

  Scenario: A debt that is removed gives its points back
    Given Ann is registered
    And Ann has an income of 1000
    And Ann has an asset of 100000
    And Ann has a debt of 1000
    When the clerk removes Ann's debt
    Then Ann's score becomes 5020
    And it is made of 20 for income, 5000 for assets and 0 for debts

  Scenario: Whoever has no entries scores 0
    When the clerk registers Ann
    Then Ann's score becomes 0
    And its history is: registration 0

  Scenario: The history tells how a score came about
    Given Ann is registered
    And Ann has an income of 1000
    And Ann has a debt of 1000
    When the clerk removes Ann's income
    Then Ann's score becomes -50
    And its history is: registration 0, income 20, debt -30, income -50

  Scenario: A lender who wants the latest changes only gets these
    Given Ann is registered
    And Ann has an income of 1000
    And Ann has a debt of 1000
    And Ann's score becomes -30
    When a lender asks for the latest change of Ann's score
    Then its history is: debt -30

  Scenario: Another person's entries do not touch a score
    Given Ann is registered
    And Ann has an income of 1000
    And Bob is registered
    When the clerk adds an asset of 100000 to Bob
    Then Bob's score becomes 5000
    And Ann's score becomes 20
    And it is made of 20 for income, 0 for assets and 0 for debts

  Scenario Outline: A score is found under every address it ever had
    Given Ann is registered
    And Ann has an income of 1000
    And Ann's score becomes 20
    When a lender asks at <address>
    Then the answer is 200
    And it is made of 20 for income, 0 for assets and 0 for debts

    Examples:
      | address                         |
      | /api/person/CPF/score           |
      | /api/person/PUNCTUATED/score    |
      | /api/person/ID/score            |
      | /person/CPF/score               |
      | /person/PUNCTUATED/score        |
      | /CPF/score                      |
      | /PUNCTUATED/score               |

  Scenario: What is worth no whole point changes nothing
    Given Ann is registered
    When the clerk adds an income of 49.99 to Ann
    And the clerk adds an asset of 19.99 to Ann
    And the clerk adds a debt of 19.99 to Ann
    And the clerk adds an income of 50.00 to Ann
    Then Ann's score becomes 1
    And its history is: registration 0, income 1

  Scenario: The largest amounts are counted to the point
    Given Ann is registered
    When the clerk adds an asset of 999999999999.99 to Ann
    And the clerk adds a debt of 999999999999.99 to Ann
    And the clerk adds an income of 999999999999.99 to Ann
    Then Ann's score becomes 19999999999

  Scenario: An income sent twice with one key counts once
    Given Ann is registered
    When the clerk sends an income of 1000 for Ann twice with the same key
    And the clerk adds an income of 50 to Ann
    Then Ann's score becomes 21

  Scenario: A removal sent twice counts once
    Given Ann is registered
    And Ann has an income of 1000
    When the clerk removes Ann's income
    And the clerk removes Ann's income
    Then the answer is 404
    When the clerk adds an asset of 20 to Ann
    Then Ann's score becomes 1

  Scenario: An amount that is refused gives no points
    Given Ann is registered
    When the clerk adds an income of -1000 to Ann
    Then the answer is 422
    When the clerk adds an income of 50 to Ann
    Then Ann's score becomes 1

  Scenario: News that is delivered again counts once
    Given Ann is registered
    And Ann has an income of 1000
    And Ann's score becomes 20
    When the operator has all news of persons sent to the scores again
    And the clerk adds an income of 50 to Ann
    Then Ann's score becomes 21

  Scenario: Whoever was erased has no score
    Given Ann is registered
    And Ann has an income of 1000
    And Ann's score becomes 20
    When the clerk erases Ann
    Then Ann's score is gone

  Scenario: Whoever is registered again after an erasure starts anew
    Given Ann is registered
    And Ann has an asset of 100000
    And the clerk erases Ann
    When the clerk registers Ann
    And the clerk adds an income of 50 to Ann
    Then Ann's score becomes 1
    And its history is: registration 0, income 1

  Scenario: Whoever is not registered has no score
    Given Bob is registered
    When a lender asks for the score of somebody unknown
    Then the answer is 404
    And the answer does not name the CPF

  Scenario Outline: What is no CPF has no score
    When a lender asks at <address>
    Then the answer is 404

    Examples:
      | address                               |
      | /api/person/abc/score                 |
      | /api/person/123456789012/score        |
      | /api/person/1.2.3/score               |
      | /abc/score                            |
      | /0/score                              |
      | /123456789012/score                   |
      | /%D9%A1%D9%A2/score                   |
      | /api/score                            |
      | /health/score                         |

  Scenario: A person's id alone is no address of a score
    Given Ann is registered
    When a lender asks at /ID/score
    Then the answer is 404

  Scenario: A history of no changes, or of too many, cannot be asked for
    Given Ann is registered
    And Ann's score becomes 0
    When a lender asks at /CPF/score?limit=0
    Then the answer is 422
    When a lender asks at /CPF/score?limit=1001
    Then the answer is 422
