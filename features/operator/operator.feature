Feature: Operating the bus
  An operator sees what the modules tell one another, and deals with what goes wrong.

  Scenario: When nothing waits the bus says that all is well
    Given the product "mug" in the storefront
    Then the bus settles with nothing unsent

  Scenario: The log tells what happened, newest first
    Given the product "mug"
    And the admin renames "mug" to "cup"
    When the operator reads the log of "mug"
    Then it says "products.product_updated", then "products.product_created"

  Scenario: What one request caused can be followed by its id
    When the admin adds the product "mug" under a correlation id
    Then the log has exactly that event under the id

  Scenario: A long log is read page by page
    Given the product "mug"
    And the admin renames "mug" to "cup"
    When the operator reads the log of "mug" by pages of one
    Then the pages follow on one another

  Scenario: The process says that it is alive and ready
    Then its liveness and its readiness are 200

  Scenario: An event that cannot be read becomes a dead letter with its cause
    Given the product "mug" in the storefront
    When an announcement of "mug" goes out that likes cannot read
    Then the operator finds a dead letter of "mug" whose cause names "title"

  Scenario: Later news of the same product waits, other products go on
    Given the product "mug" in the storefront
    And an announcement of "mug" goes out that likes cannot read
    And the operator finds a dead letter of "mug" whose cause names "title"
    When the admin renames "mug" to "cup"
    And the admin adds the product "lamp"
    Then "lamp" comes into the storefront
    And the storefront still shows "mug" with the title "mug"

  Scenario: Discarding a dead letter lets what waits behind it go on
    Given the product "mug" in the storefront
    And an announcement of "mug" goes out that likes cannot read
    And the operator finds a dead letter of "mug" whose cause names "title"
    And the admin renames "mug" to "cup"
    When the operator discards the dead letter because "it is broken"
    Then the answer is 202
    And the storefront shows "mug" with the title "cup"
    And no dead letter of "mug" is left

  Scenario: A redriven letter that still cannot be read is dead again
    Given the product "mug" in the storefront
    And an announcement of "mug" goes out that likes cannot read
    And the operator finds a dead letter of "mug" whose cause names "title"
    When the operator redrives the dead letter
    Then the answer is 202
    And the dead letter is tried once more and is dead again

  Scenario: A dead letter is not discarded without a reason
    Given the product "mug" in the storefront
    And an announcement of "mug" goes out that likes cannot read
    And the operator finds a dead letter of "mug" whose cause names "title"
    When the operator discards the dead letter because ""
    Then the answer is 422
    And the operator finds a dead letter of "mug" whose cause names "title"

  Scenario: All dead letters of a product are discarded at once
    Given the product "mug" in the storefront
    And an announcement of "mug" goes out that likes cannot read
    And the operator finds a dead letter of "mug" whose cause names "title"
    When the operator discards all dead letters of "mug" because "all are broken"
    Then the answer is 202
    And no dead letter of "mug" is left

  Scenario: Sending again what was applied has no second effect
    Given the product "mug" in the storefront
    And Ann likes "mug"
    And "mug" has 1 like in the storefront and in the list of products
    When the operator has the likes sent again to products
    Then the answer is 202
    And the bus settles with nothing unsent
    And "mug" has 1 like in the storefront and in the list of products

  Scenario Outline: What does not exist is not found
    When the operator asks for <address>
    Then the answer is 404

    Examples:
      | address                                |
      | /api/bus/nothing/events                |
      | /api/bus/likes/dead-letters/no-such-id |
      | /api/bus/likes/dead-letters/%00        |
