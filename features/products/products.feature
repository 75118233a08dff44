Feature: Products
  The shop's products are added, edited, withdrawn and deleted by its admin.

  Scenario: A new product can be seen at once
    When the admin adds the product "mug"
    Then the admin is told that it is created and where to find it
    And the product "mug" is active and has 0 likes

  Scenario: A description may be left out
    When the admin adds the product "mug" without a description
    Then the product "mug" has an empty description

  Scenario: An edited product shows its new title and keeps its number
    Given the product "mug"
    When the admin renames "mug" to "cup"
    Then the product "mug" has the title "cup"

  Scenario: What the shop answered can be sent back
    Given the product "mug"
    When the admin sends "mug" back as it was shown, with 99 likes
    Then the answer is 200
    And the product "mug" is active and has 0 likes

  Scenario: An edit that names no state keeps it
    Given the withdrawn product "mug"
    When the admin renames "mug" to "cup"
    Then the product "mug" is withdrawn

  Scenario: Products are found by a part of their title or description
    Given the product "mug" described as "holds a zanzibar"
    When somebody searches the products for "ZANZIBAR"
    Then only "mug" is found

  Scenario: A long list comes in pages
    Given the product "mug"
    And the product "lamp"
    When somebody asks for one product from the list
    Then the page holds one product and leads to the next

  Scenario: A deleted product is gone
    Given the product "mug"
    When the admin deletes "mug"
    Then the answer is 204
    And the product "mug" is not found

  Scenario: The number of a deleted product is never given again
    Given the product "mug"
    When the admin deletes "mug"
    And the admin adds the product "lamp"
    Then "lamp" has a higher number than "mug" had

  Scenario Outline: A product that never was cannot be shown, edited or deleted
    When somebody tries to <do> product <number>
    Then the answer is 404

    Examples:
      | do     | number                  |
      | show   | 987654321               |
      | edit   | 987654321               |
      | delete | 987654321               |
      | show   | 0                       |
      | show   | 99999999999999999999999 |

  Scenario: Every wrong field is named
    When the admin sends a product with an empty title, no image and a colour
    Then the answer is 422
    And the fields "title", "image" and "colour" are named

  Scenario Outline: Text that no database can keep is refused
    When the admin sends a product whose <field> holds <text>
    Then the answer is 422
    And the field "<field>" is named

    Examples:
      | field       | text     |
      | title       | \u0000   |
      | description | x\ud800x |

  Scenario: An unknown state is refused
    Given the product "mug"
    When the admin puts "mug" into the state "sold"
    Then the answer is 422
    And the field "state" is named

  Scenario Outline: What is no JSON is refused
    When the admin sends the text <body> as <type>
    Then the answer is <status>

    Examples:
      | body         | type             | status |
      | {"title":    | application/json | 400    |
      | {"title":NaN | application/json | 400    |
      | title=mug    | text/plain       | 415    |

  Scenario Outline: What was changed meanwhile is not overwritten
    Given the product "mug"
    And the admin has looked "mug" up
    And the admin renames "mug" to "cup"
    When the admin tries to <do> "mug" as it was then
    Then the answer is 412
    And the product "mug" has the title "cup"

    Examples:
      | do     |
      | edit   |
      | delete |

  Scenario: A product sent again with the same key is added once
    When the admin sends the product "mug" twice with the same key
    Then both answers tell of the same product

  Scenario: A key cannot be used for another product
    Given the admin sends the product "mug" twice with the same key
    When the admin sends the product "cup" with that key
    Then the answer is 422

  Scenario: A page of another site cannot change anything
    When a page of another site adds a product
    Then the answer is 403

  @needs-likes
  Scenario: Of edits at once the last one shows everywhere
    Given the product "mug" in the storefront
    When 16 clerks edit "mug" at once
    Then the storefront shows "mug" in every field as the list of products does
