Feature: Signing up, in and out in a browser

  Scenario: Who signs up keeps the likes
    Given an empty shop
    And the product "Mug"
    And ann is at "/"
    When ann presses "Like Mug"
    Then ann reads "1 like"
    When ann follows "Sign up"
    And ann writes a name of her own into "Name"
    And ann writes "correct horse" into "Password"
    And ann presses "Sign up"
    Then ann is at "/"
    And ann reads "customer"
    And ann sees the button "Unlike Mug"
    When ann presses "Sign out"
    Then ann reads "You are signed out."
    And ann sees the button "Like Mug"

  Scenario: A wrong password
    Given ann is at "/sign-in"
    When ann writes "nobody" into "Name"
    And ann writes "a wrong password" into "Password"
    And ann presses "Sign in"
    Then ann is refused with 422
    And ann reads "The name or the password is wrong."
    And ann sees "nobody" in "Name"
    And ann's page has no barrier

  Scenario: What is wrong with a new account is said at the fields
    Given ann is at "/sign-up"
    When ann writes "ann" into "Name"
    And ann writes "short" into "Password"
    And ann presses "Sign up"
    Then ann is refused with 422
    And ann reads "A password has 8 to 256 characters."
    And ann's page has no barrier

  Scenario: Who is not signed in comes back after signing in
    Given the account "boss" of an admin
    When ann goes to "/admin/products?q=mug"
    Then ann is at "/sign-in?next=%2Fadmin%2Fproducts%3Fq%3Dmug"
    When ann writes "boss" into "Name"
    And ann writes "correct horse" into "Password"
    And ann presses "Sign in"
    Then ann is at "/admin/products?q=mug"

  Scenario: Signing in leads nowhere else
    Given the account "boss" of an admin
    When ann goes to "/sign-in?next=//elsewhere.example/"
    And ann writes "boss" into "Name"
    And ann writes "correct horse" into "Password"
    And ann presses "Sign in"
    Then ann is at "/"

  Scenario: A customer sees no page for admins
    Given bob has signed in as customer
    And bob is at "/"
    Then bob is offered the pages Storefront
    When bob goes to "/admin/products"
    Then bob is refused with 403
    And bob reads "This needs the role admin."

  @matrix
  Scenario Outline: Everybody can use the forms
    Given ann has a <scheme> screen
    When ann goes to "/sign-in"
    Then ann's page has no barrier
    When ann goes to "/sign-up"
    Then ann's page has no barrier
    When ann writes "ann" into "Name"
    And ann writes "short" into "Password"
    And ann presses "Sign up"
    Then ann is refused with 422
    And ann's page has no barrier

    Examples:
      | scheme |
      | light  |
      | dark   |
