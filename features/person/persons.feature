Feature: Persons
  A clerk keeps the register: who somebody is, and what they earn, own and owe.

  Scenario: A registered person can be looked up at once
    When the clerk registers "Ann"
    Then the clerk is told that "Ann" is registered and where to find her
    And "Ann" has no entries

  Scenario: The prototype's own files are understood
    Given nobody has the CPF of the prototype's files
    When the clerk sends new_person.json to /person
    And the clerk sends new_income.json to /person/11111/income
    And the clerk sends new_asset.json to /person/11111/asset
    And the clerk sends new_debt.json to /person/11111/debt
    Then each answer was 201
    When the clerk sends new_person.json to /person
    Then the answer is 409

  Scenario: A CPF is the same however it is written
    Given the person "Ann"
    When the clerk looks "Ann" up by her CPF as a number, with zeros and with points
    Then it is "Ann" each time

  Scenario: Entries are kept to the cent
    Given the person "Ann"
    When the clerk adds a debt of 0.01 to "Ann"
    And the clerk adds a debt of 999999999999.99 to "Ann"
    Then the debts of "Ann" are 0.01 and 999999999999.99

  Scenario Outline: An amount counts by its value
    Given the person "Ann"
    When the clerk adds a debt of <sent> to "Ann"
    Then the answer is 201
    And the debts of "Ann" are <kept>

    Examples:
      | sent      | kept    |
      | 1e2       | 100.00  |
      | 1.100     | 1.10    |
      | "1000.50" | 1000.50 |
      | "7"       | 7.00    |

  Scenario: A removed entry is shown no longer
    Given the person "Ann"
    And the clerk adds a debt of 50 to "Ann"
    And the clerk adds a debt of 70 to "Ann"
    When the clerk removes the first debt of "Ann"
    Then the answer is 204
    And the debts of "Ann" are 70.00

  Scenario: A name and an address are corrected
    Given the person "Ann"
    When the clerk gives "Ann" the name "אנה 😀" and the address "2 Main Street"
    Then the answer is 200
    And "Ann" has the name "אנה 😀" and the address "2 Main Street"

  Scenario: The list is searched by a part of a name, and hides CPFs
    Given the person "Ann"
    When somebody searches the persons for a part of the name of "Ann" in capitals
    Then only "Ann" is found, with her CPF masked
    And what the list says leads to "Ann"

  Scenario: The list is searched by a CPF
    Given the person "Ann"
    And the person "Bob"
    When somebody searches the persons for the CPF of "Ann"
    Then only "Ann" is found, with her CPF masked

  Scenario: An income sent again with the same key counts once
    Given the person "Ann"
    When the clerk sends an income of "Ann" twice with the same key
    Then both answers are the same
    And "Ann" has 1 income

  Scenario: A key cannot be used for something else
    Given the person "Ann"
    And the clerk sends an income of "Ann" twice with the same key
    When the clerk sends another income of "Ann" with that key
    Then the answer is 422
    And "Ann" has 1 income

  Scenario: Whoever is registered cannot be registered again
    Given the person "Ann"
    When the clerk registers "Bob" under the CPF of "Ann"
    Then the answer is 409
    And the answer does not repeat the CPF of "Ann"
    And "Ann" has no entries

  Scenario: Of clerks who register one person at the same moment one succeeds
    When eight clerks register "Ann" at the same moment
    Then one of them is told 201 and the others 409

  Scenario: Every wrong field is named
    When the clerk registers somebody with a long CPF, a blank name, no address and a colour
    Then the answer is 422
    And the fields cpf, name, address and colour are named

  Scenario Outline: What is no amount is refused
    Given the person "Ann"
    When the clerk adds a debt of <sent> to "Ann"
    Then the answer is <status>
    And "Ann" has no entries

    Examples:
      | sent             | status |
      | 0                | 422    |
      | -1               | 422    |
      | 0.001            | 422    |
      | 1000000000000.00 | 422    |
      | 1e400            | 422    |
      | 1e999999999      | 422    |
      | true             | 422    |
      | null             | 422    |
      | "1e3"            | 422    |
      | "NaN"            | 422    |
      | " 5"             | 422    |
      | "+5"             | 422    |
      | "\uff11"         | 422    |
      | NaN              | 400    |

  Scenario Outline: What is no date of birth is refused
    When the clerk registers somebody born on <written>
    Then the answer is 422
    And the fields date_of_birth are named

    Examples:
      | written      |
      | 12345        |
      | "9999-12-31" |
      | "1849-12-31" |
      | "2019-02-29" |
      | "yesterday"  |
      | null         |

  Scenario: Nobody's CPF can be changed
    Given the person "Ann"
    When the clerk gives "Ann" another CPF
    Then the answer is 422
    And the fields cpf are named

  Scenario: A correction of what was changed meanwhile is refused
    Given the person "Ann"
    And the clerk has looked "Ann" up
    And the clerk adds a debt of 50 to "Ann"
    When the clerk corrects "Ann" as she was then
    Then the answer is 412

  Scenario: An entry of somebody else cannot be removed
    Given the person "Ann"
    And the person "Bob"
    And the clerk adds a debt of 50 to "Ann"
    When the clerk removes the debt of "Ann" from "Bob"
    Then the answer is 404
    And the debts of "Ann" are 50.00

  Scenario Outline: With somebody unknown nothing can be done
    When the clerk tries to <do> somebody unknown
    Then the answer is 404

    Examples:
      | do               |
      | look up          |
      | correct          |
      | erase            |
      | add a debt to    |
      | remove a debt of |

  Scenario: An erased person is gone with all that was known
    Given the person "Ann"
    And the clerk adds a debt of 50 to "Ann"
    When the clerk erases "Ann"
    Then the answer is 204
    And "Ann" cannot be looked up
    And the log of persons tells nothing of "Ann" any more

  Scenario: Whoever registers again after an erasure starts anew
    Given the person "Ann"
    And the clerk adds a debt of 50 to "Ann"
    And the clerk erases "Ann"
    When the clerk registers "Ann"
    Then the answer is 201
    And "Ann" has no entries

  Scenario: No CPF comes into the server's log
    Given the person "Ann"
    And the clerk adds a debt of 50 to "Ann"
    When somebody searches the persons for the CPF of "Ann"
    And the clerk erases "Ann"
    Then the server's log does not have the CPF of "Ann"
