Feature: Likes
  Visitors like products in the storefront; nobody needs an account for it.

  Scenario: A like is counted everywhere
    Given the product "mug" in the storefront
    When Ann likes "mug"
    Then Ann is told that 1 visitor likes it
    And "mug" has 1 like in the storefront and in the list of products

  Scenario: Liking twice is refused and counted once
    Given the product "mug" in the storefront
    And Ann likes "mug"
    When Ann likes "mug"
    Then the answer is 409
    And "mug" has 1 like in the storefront and in the list of products

  Scenario: Each visitor has a like of their own
    Given the product "mug" in the storefront
    And Ann likes "mug"
    When Bob likes "mug"
    Then Bob is told that 2 visitors like it
    And "mug" has 2 likes in the storefront and in the list of products

  Scenario: The storefront tells each visitor what they like
    Given the product "mug" in the storefront
    When Ann likes "mug"
    Then the storefront shows Ann that she likes "mug"
    And the storefront does not show Bob that he likes "mug"

  Scenario: A like can be taken back
    Given the product "mug" in the storefront
    And Ann likes "mug"
    And Bob likes "mug"
    When Ann takes her like of "mug" back
    Then the answer is 204
    And "mug" has 1 like in the storefront and in the list of products

  Scenario: A like that was taken back can be given again
    Given the product "mug" in the storefront
    And Ann likes "mug"
    And Ann takes her like of "mug" back
    When Ann likes "mug"
    Then the answer is 201
    And "mug" has 1 like in the storefront and in the list of products

  Scenario: Taking back a like that was never given changes nothing
    Given the product "mug" in the storefront
    And Ann likes "mug"
    When Bob takes his like of "mug" back
    Then the answer is 204
    And "mug" has 1 like in the storefront and in the list of products

  Scenario: An edit reaches the storefront
    Given the product "mug" in the storefront
    When the admin renames "mug" to "cup"
    Then the storefront shows "mug" with the title "cup"

  Scenario: A withdrawn product leaves the storefront and cannot be liked
    Given the product "mug" in the storefront
    When the admin withdraws "mug"
    Then "mug" leaves the storefront
    And Ann is refused with 409 when liking "mug"

  Scenario: A product is born withdrawn and stays out of the storefront
    Given the withdrawn product "mug"
    When the likes module has heard of "mug"
    Then "mug" leaves the storefront
    And Ann is refused with 409 when liking "mug"

  Scenario: A withdrawn product that returns has kept its likes
    Given the product "mug" in the storefront
    And Ann likes "mug"
    And the admin withdraws "mug"
    And "mug" leaves the storefront
    When the admin puts "mug" into the state "active"
    Then "mug" has 1 like in the storefront and in the list of products

  Scenario: A like of a withdrawn product can still be taken back
    Given the product "mug" in the storefront
    And Ann likes "mug"
    And the admin withdraws "mug"
    And "mug" leaves the storefront
    When Ann takes her like of "mug" back
    Then the answer is 204
    And "mug" has 0 likes in the list of products

  Scenario: A deleted product cannot be liked and does not come back
    Given the product "mug" in the storefront
    And Ann likes "mug"
    When the admin deletes "mug"
    Then "mug" leaves the storefront
    And Ann is refused with 404 when liking "mug"

  Scenario: Not even late news brings a deleted product back
    Given the product "mug" in the storefront
    And the admin deletes "mug"
    And "mug" leaves the storefront
    When an edit of "mug" arrives late
    Then "mug" stays out of the storefront

  Scenario: A product that never was cannot be liked
    When Ann likes product number 987654321
    Then the answer is 404

  Scenario: Nobody can take back a like of a product that never was
    When Ann takes back a like of product number 987654321
    Then the answer is 404

  Scenario: A forged session is a new visitor
    Given the product "mug" in the storefront
    And Ann likes "mug"
    When somebody with Ann's session, altered, likes "mug"
    Then the answer is 201
    And "mug" has 2 likes in the storefront and in the list of products

  Scenario: A visitor stays the same visitor
    When Ann asks twice who she is
    Then she is the same guest both times and Bob is another

  Scenario: Fifty impatient clicks are one like
    Given the product "mug" in the storefront
    When Ann likes "mug" 50 times at once
    Then 1 of these likes is taken and 49 are refused as repeated
    And "mug" has 1 like in the storefront and in the list of products

  Scenario: Fifty visitors at once are fifty likes
    Given the product "mug" in the storefront
    When 50 visitors like "mug" at once
    Then 50 of these likes are taken and 0 are refused as repeated
    And "mug" has 50 likes in the storefront and in the list of products
