Feature: Looking after the products in a browser

  Background:
    Given an empty shop
    And eve has signed in as admin

  Scenario: A new product
    Given eve is at "/admin/products"
    When eve presses "Add a product"
    And eve writes "Mug" into "Title"
    And eve writes "Holds half a litre" into "Description"
    And eve writes "https://pictures.example/mug.png" into "Image"
    And eve presses "Add it"
    Then eve is at "/admin/products"
    And eve reads "“Mug” was added."

  Scenario: What is wrong is said at the fields, and what was written stays
    Given eve is at "/admin/products/create"
    When eve writes " " into "Title"
    And eve writes "Holds half a litre" into "Description"
    And eve presses "Add it"
    Then eve is refused with 422
    And eve reads "2 things are wrong; nothing was saved."
    And eve reads "Text cannot be blank."
    And eve reads "Fill this in."
    And eve sees "Holds half a litre" in "Description"
    And eve's page has no barrier

  Scenario: Two editors at once
    Given the product "Mug"
    And dan has signed in as admin
    And eve edits "Mug"
    And dan edits "Mug"
    When dan writes "Large mug" into "Title"
    And dan presses "Save"
    And dan reads "“Large mug” was saved."
    And eve writes "Small mug" into "Title"
    And eve presses "Save"
    Then eve is refused with 412
    And eve reads "Somebody else was faster"
    And eve reads "Large mug"
    And eve sees "Small mug" in "Title"
    And eve's page has no barrier
    When eve presses "Save over theirs"
    Then eve reads "“Small mug” was saved."

  Scenario: Taking the version of the other editor
    Given the product "Mug"
    And eve edits "Mug"
    When somebody else gives "Mug" the title "Large mug"
    And eve writes "Small mug" into "Title"
    And eve presses "Save"
    And eve is refused with 412
    And eve follows "Take theirs"
    Then eve sees "Large mug" in "Title"

  Scenario: Withdrawing and offering again
    Given the product "Mug"
    And eve is at "/admin/products"
    When eve presses "Withdraw Mug"
    Then eve reads "“Mug” was withdrawn from the storefront."
    When eve presses "Offer again Mug"
    Then eve reads "“Mug” is offered again."

  Scenario: Deleting asks first
    Given the product "Mug"
    And eve is at "/admin/products"
    When eve follows "Delete Mug"
    Then eve reads "It goes for good"
    And eve's page has no barrier
    When eve presses "Keep it"
    And eve follows "Delete Mug"
    And eve presses "Delete it"
    Then eve reads "“Mug” was deleted."
    And eve reads "No products yet"

  Scenario: What was edited since one asked is not deleted
    Given the product "Mug"
    And eve is at "/admin/products"
    When eve follows "Delete Mug"
    And eve reads "It goes for good"
    And somebody else gives "Mug" the title "Large mug"
    And eve presses "Delete it"
    Then eve is refused with 412
    And eve reads "It was changed meanwhile and is still there."
    And eve reads "Delete Large mug?"

  Scenario: The list moves while one looks
    Given the product "Mug"
    And eve is at "/admin/products"
    When somebody else gives "Mug" the title "Large mug"
    Then eve reads "Large mug"

  @matrix
  Scenario: Without scripts everything works, too
    Given the product "Mug"
    And dan has signed in as admin, without scripts
    And dan edits "Mug"
    When dan writes "Large mug" into "Title"
    And dan presses "Save"
    Then dan reads "“Large mug” was saved."
    When dan presses "Withdraw Large mug"
    Then dan reads "“Large mug” was withdrawn from the storefront."
    When dan follows "Delete Large mug"
    And dan presses "Delete it"
    Then dan reads "“Large mug” was deleted."

  @matrix
  Scenario Outline: Everybody can use the pages
    Given the product "Mug"
    And dan has a <scheme> screen as admin
    When dan goes to "/admin/products"
    Then dan's page has no barrier
    When dan follows "Delete Mug"
    Then dan's page has no barrier
    When dan goes to "/admin/products/create"
    Then dan's page has no barrier
    When dan presses "Add it"
    Then dan is refused with 422
    And dan's page has no barrier
    Given dan edits "Mug"
    Then dan's page has no barrier
    When somebody else gives "Mug" the title "Large mug"
    And dan presses "Save"
    Then dan is refused with 412
    And dan's page has no barrier

    Examples:
      | scheme |
      | light  |
      | dark   |
