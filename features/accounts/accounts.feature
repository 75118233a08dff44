Feature: Accounts
  Whoever wants to be known again signs up; whoever keeps the shop signs in as an admin. The shop
  asks who people are, and nobody needs an account to like.

  @needs-products @needs-likes
  Scenario: A visitor who signs up keeps the likes
    Given the admin has signed in
    And the product "mug" in the storefront
    And Ann likes "mug"
    When Ann signs up
    Then the answer is 201
    And Ann is signed in as a customer
    And Ann sees that she likes "mug"

  @needs-products @needs-likes
  Scenario: Who signs in elsewhere finds the likes there
    Given the admin has signed in
    And the product "mug" in the storefront
    And Ann has signed up
    And Ann likes "mug"
    When Ann signs in on her phone
    Then the answer is 201
    And Ann's phone shows that she likes "mug"

  @needs-products @needs-likes
  Scenario: An admin keeps the shop
    Given the admin has signed in
    When the admin adds the product "mug"
    Then the answer is 201
    And "mug" comes into the storefront

  @needs-products @needs-likes
  Scenario: Liking needs no account
    Given the admin has signed in
    And the product "mug" in the storefront
    When Ann likes "mug"
    Then the answer is 201

  Scenario: Who signs out is a stranger
    Given Ann has signed up
    When Ann signs out
    Then the answer is 204
    And Ann is a guest whom nobody knows

  Scenario: Signing out without having signed in is well too
    When Ann signs out
    Then the answer is 204

  @needs-products
  Scenario: The shop answers under its public name
    When somebody asks for the products at "shop.example"
    Then the answer is 200

  Scenario: A name is taken, however it is written
    Given Ann has signed up
    When Bob signs up under Ann's name in capitals
    Then the answer is 409
    And Bob is a guest

  Scenario: A wrong password and an unknown name are refused in the same words
    Given Ann has signed up
    When Bob signs in as Ann with a wrong password
    Then the answer is 401
    And it is the same as for a name that nobody has
    And Bob is a guest

  Scenario: A short password is refused
    When Ann signs up with the password "hush"
    Then the answer is 422
    And only the password is named, and not repeated

  Scenario: Nobody makes an admin of themselves when signing up
    When Ann signs up as an admin
    Then the answer is 422
    And Ann is a guest

  Scenario: Nobody makes an admin of themselves by altering the session
    Given Ann has signed up
    When Ann writes into her session that she is an admin, and reads the bus
    Then the answer is 401

  @needs-products @needs-likes @needs-person @needs-score
  Scenario Outline: Who is no admin does not keep the shop
    Given <who>
    When Ann tries to <do>
    Then the answer is <status>

    Examples:
      | who               | do                       | status |
      | Ann is a visitor  | add a product            | 401    |
      | Ann is a visitor  | look a person up         | 401    |
      | Ann is a visitor  | read the bus             | 401    |
      | Ann has signed up | add a product            | 403    |
      | Ann has signed up | look a score up          | 403    |
      | Ann has signed up | redrive all dead letters | 403    |

  Scenario: A page of another site signs nobody up
    When a page of another site signs Ann up
    Then the answer is 403
