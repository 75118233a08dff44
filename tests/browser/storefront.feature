Feature: The storefront in a browser

  Scenario: A like is there at once and after a reload
    Given the product "Mug"
    And ann is at "/"
    When ann presses "Like Mug"
    Then ann reads "1 like"
    When ann reloads
    Then ann reads "1 like"
    When ann presses "Unlike Mug"
    Then ann reads "0 likes"

  Scenario: Likes move in the windows of others
    Given the product "Mug"
    And ann is at "/"
    And bob is at "/"
    When ann presses "Like Mug"
    Then bob reads "1 like"
    When bob presses "Like Mug"
    Then ann reads "2 likes"

  Scenario Outline: A press counts, also when the likes of others come before it ends
    Given the product "Mug"
    And ann is at "/"
    And bob is at "/"
    When ann presses "Like Mug" with the <means> for so long that bob presses it meanwhile
    Then ann reads "2 likes"

    Examples:
      | means     |
      | mouse     |
      | space bar |

  Scenario: A like that fails is told, also when the likes of others came before its answer
    Given the product "Mug"
    And ann is at "/"
    And bob is at "/"
    When ann presses "Like Mug" in vain, and before she is answered bob presses it
    Then ann has "The server does not answer" in sight
    And ann reads "1 like"

  Scenario: Products come and go while one looks
    Given an empty shop
    And ann is at "/"
    Then ann reads "No products yet"
    When the shop adds "Mug"
    Then ann reads "Mug"
    When "Mug" is withdrawn
    Then ann reads "No products yet"

  Scenario: Searching while one types
    Given the products "Mug", "Lamp"
    And ann is at "/"
    When ann writes "lam" into "Search products"
    Then ann does not see "Mug"
    And ann reads "1 product"
    And ann is told "1 found"
    When ann clears "Search products"
    Then ann reads "1–2 of 2 products"
    And ann is at "/"
    When ann writes "zebra" into "Search products"
    Then ann reads "Nothing matches “zebra”"
    And ann is told "0 found"
    And ann has been at one page only
    When ann presses "Show all products"
    Then ann reads "Mug"

  Scenario: A list of many parts
    Given 25 products
    And ann is at "/"
    Then ann reads "1–24 of 25 products"
    When ann follows "Next"
    Then ann reads "25–25 of 25 products"
    When ann follows "Previous"
    Then ann reads "1–24 of 25 products"

  Scenario: A product that has left a stale window
    Given 15 products
    And the product "Mug"
    And ann's window hears no news
    And ann is at "/"
    When "Mug" is withdrawn
    And ann presses "Like Mug"
    Then ann has "This product has just left the shop" in sight
    And ann reads "No longer offered"

  @matrix
  Scenario: Without scripts everything works, too
    Given the product "Mug"
    And ann has a browser without scripts
    And ann is at "/"
    When ann presses "Like Mug"
    Then ann reads "1 like"
    When ann writes "zebra" into "Search products"
    And ann presses "Search"
    Then ann reads "Nothing matches “zebra”"

  @matrix
  Scenario: A product that has left a stale window without scripts
    Given the product "Mug"
    And ann has a browser without scripts
    And ann is at "/"
    When "Mug" is withdrawn
    And ann presses "Like Mug"
    Then ann reads "This product has just left the shop"

  @matrix
  Scenario: With the keyboard alone
    Given the product "Mug"
    And ann is at "/"
    When ann tabs to "Like Mug" and presses Enter
    Then ann reads "1 like"
    And the focus of ann is on "Unlike Mug"

  Scenario: What is written into a title is shown, never run
    Given the product "<script>document.title='run'</script><img src=x onerror=alert(1)>"
    And ann is at "/"
    Then ann reads "<script>document.title='run'</script><img src=x onerror=alert(1)>"
    And the title of ann's window is "Storefront · Modular shop"

  Scenario: An image that is none leaves its place tidy
    Given a product whose image is "data:image/png;base64,AAAA"
    And ann is at "/"
    Then the place of the image is as large as ever, and empty

  Scenario: Without scripts an image that is none looks like none
    Given a product whose image is "data:image/png;base64,AAAA"
    And ann has a browser without scripts
    And ann is at "/"
    Then the place of the image looks as if there were none

  Scenario: A long title leaves its card in shape
    Given a product whose title has 200 characters
    And ann is at "/"
    Then the title takes three lines at most

  @matrix
  Scenario: A window hears no news while nobody looks at it, and all of it afterwards
    Given the product "Mug"
    And ann is at "/"
    And ann looks elsewhere
    When the shop adds "Lamp"
    And ann looks again
    Then ann reads "Lamp"

  @matrix
  Scenario Outline: Everybody can use it
    Given the product "Mug"
    And ann has a <scheme> screen
    When ann goes to "<path>"
    Then ann's page has no barrier

    Examples:
      | scheme | path      |
      | light  | /         |
      | dark   | /         |
      | light  | /?q=zebra |

  @matrix
  Scenario: Everybody can use the page of what is not there
    Given ann has a dark screen
    When ann goes to "/nothing"
    Then ann is refused with 404
    And ann's page has no barrier
