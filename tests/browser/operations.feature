Feature: Operating the bus in a browser

  Background:
    Given eve has signed in as admin

  Scenario: A dead letter shows where it is stuck, why, and what it says
    Given an event of likes that products cannot read
    When eve goes to "/operations"
    Then eve reads "somebody has to act"
    And eve's page has no barrier
    When eve opens the dead letter
    Then eve reads "Expected `int`, got `str`"
    And eve reads "<script>alert(1)</script>"
    And eve's page has no barrier
    When eve writes "no use" into "Or give it up, because"
    And eve presses "Discard"
    Then eve reads "1 dead letter discarded."
    And eve reads "No dead letters"

  Scenario: Redriving one
    Given an event of likes that products cannot read
    And eve looks at the dead letter
    When products can read the events of likes
    And eve presses "Redrive"
    Then eve reads "1 dead letter redriven."
    And every event of likes is applied
    When eve reloads
    Then eve reads "No dead letters"

  @matrix
  Scenario: Redriving a selection, chosen with the keyboard alone
    Given an event of likes that products cannot read
    And an event of likes that products cannot read
    And eve is at "/operations/dead-letters?module=products"
    When products can read the events of likes
    And eve chooses all that are shown with the keyboard alone
    And eve presses "Redrive those ticked"
    Then eve reads "2 dead letters redriven."
    And eve is at "/operations/dead-letters?module=products"
    And every event of likes is applied

  @matrix
  Scenario: Redriving all asks first
    Given an event of likes that products cannot read
    And an event of likes that products cannot read
    And eve is at "/operations"
    When products can read the events of likes
    And eve presses "Redrive all 2…"
    Then eve reads "Each is tried again with all its attempts."
    And eve's page has no barrier
    When eve presses "Redrive 2 dead letters"
    Then eve reads "2 dead letters redriven."
    And every event of likes is applied

  Scenario: Discarding a selection asks for a reason
    Given an event of likes that products cannot read
    And eve is at "/operations"
    When eve ticks the dead letter
    And eve presses "Discard those ticked…"
    Then eve reads "Discard 1 dead letter?"
    And eve reads "Expected `int`, got `str`"
    And eve's page has no barrier
    When eve writes "no use" into "Why?"
    And eve presses "Discard 1 dead letter"
    Then eve reads "1 dead letter discarded."
    And eve reads "No dead letters"
    And eve's page has no barrier

  @matrix
  Scenario: Those that died alike are redriven together, and a letter leads back to them
    Given an event of likes that products cannot read
    And an event of likes that products cannot read
    And eve is at "/operations"
    When eve follows "2 likes.product_liked at products"
    Then eve's page has no barrier
    When eve opens a dead letter and goes back to the list
    And products can read the events of likes
    And eve presses "Redrive all 2…"
    And eve presses "Redrive 2 dead letters"
    Then eve reads "2 dead letters redriven."
    And every event of likes is applied

  @matrix
  Scenario: Without scripts all that match are discarded, too
    Given an event of likes that products cannot read
    And dan has signed in as admin, without scripts
    And dan is at "/operations/dead-letters?type=likes.product_liked"
    When dan presses "Discard all 1…"
    And dan writes "no use" into "Why?"
    And dan presses "Discard 1 dead letter"
    Then dan reads "1 dead letter discarded."
    And dan is at "/operations/dead-letters?type=likes.product_liked"

  Scenario: The page changes while one looks
    Given eve is at "/operations"
    When an event of likes comes that products cannot read
    Then eve reads "somebody has to act"
    And eve reads "show the 1 there is now"

  @matrix
  Scenario Outline: What changes by itself leaves the reader where they are
    Given an event of likes that products cannot read
    And eve is at "/operations"
    And eve opens "The same as tables"
    And eve has reached <place>
    When an event of likes comes that products cannot read
    Then eve reads "show the 2 there are now"
    And eve reads in the open table that 2 events are dead
    And eve is still at <place>

    Examples:
      | place             |
      | the tables        |
      | the dead letter   |
      | the newest request trace |

  @matrix
  Scenario Outline: Everybody can use the pages
    Given an event of likes that products cannot read
    And eve has a <scheme> screen as admin
    When eve goes to "/operations"
    And eve opens all that is folded
    Then eve's page has no barrier
    And eve's page is no wider than the window
    When eve follows the newest request trace
    And eve opens all that is folded
    Then eve's page has no barrier
    And eve's page is no wider than the window
    When eve follows "redrive or discard it"
    And eve opens all that is folded
    Then eve's page has no barrier
    And eve's page is no wider than the window
    When eve follows "Dead letters"
    Then eve's page has no barrier
    And eve's page is no wider than the window
    When eve presses "Discard all 1…"
    Then eve reads "Discard 1 dead letter?"
    And eve's page has no barrier
    And eve's page is no wider than the window
    When eve follows "Log"
    Then eve's page has no barrier
    And eve finds "Filter" in line with the fields, or clear of them
    And eve's page is no wider than the window

    Examples:
      | scheme |
      | light  |
      | dark   |

  Scenario: Following an event's request trace from the filtered log
    Given the product "Mug"
    And eve is at "/operations/log"
    When eve chooses "products.product_created" as "Type"
    And eve presses "Filter" and is led on
    Then eve's page has no barrier
    When eve follows the newest request trace
    Then eve reads "applied by"
    And eve reads "products.product_created"
    And eve's page has no barrier

  Scenario: Nobody else sees it
    Given ann has signed in as customer
    When ann goes to "/operations"
    Then ann is refused with 403
    And ann reads "Forbidden"
