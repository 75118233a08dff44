Feature: People and their scores in a browser

  Background:
    Given nobody is registered
    And eve has signed in as admin

  Scenario: Somebody is registered
    Given eve is at "/people"
    Then eve reads "Nobody is registered yet"
    When eve writes "529.982.247-25" into "CPF"
    And eve writes "Ann Lee" into "Name"
    And eve writes "1 Main Street" into "Address"
    And eve writes "1990-02-28" into "Date of birth"
    And eve presses "Register"
    Then eve reads "The person is registered."
    And eve reads "529.982.247-25"
    And ann's score is 0
    And eve reads "Nothing counts yet. Add an income, an asset or a debt, and the score follows."

  Scenario: What is wrong is said at the fields, and what was written stays
    Given Ann Lee is registered with the CPF 52998224725
    And eve is at "/people"
    When eve opens "Register a person"
    And eve writes "52998224725" into "CPF"
    And eve writes "Another" into "Name"
    And eve writes "2 High Street" into "Address"
    And eve writes "1990-02-28" into "Date of birth"
    And eve presses "Register"
    Then eve is refused with 422
    And eve reads "A person with this CPF is registered already."
    And eve sees "Another" in "Name"
    And eve's page has no barrier

  Scenario: Finding somebody while one types
    Given Ann Lee is registered with the CPF 52998224725
    And Bob Roe is registered with the CPF 11144477735
    And eve is at "/people"
    When eve writes "roe" into "Name or CPF"
    Then eve does not see "Ann Lee"
    And eve reads "***.444.777-**"
    When eve writes "52998224725" into "Name or CPF"
    Then eve does not see "Bob Roe"
    And eve reads "***.982.247-**"
    And no address of eve has "52998224725"
    When eve writes "zebra" into "Name or CPF"
    Then eve reads "Nobody is called “zebra” or has it as CPF"
    When eve follows "everybody"
    Then eve reads "Ann Lee"

  Scenario: A CPF that is sent leads to the person
    Given Ann Lee is registered with the CPF 52998224725
    And eve is at "/people"
    When eve writes "529.982.247-25" into "Name or CPF"
    And eve presses "Find"
    Then eve reads "1 Main Street"
    And no address of eve has "52998224725"

  Scenario: The score moves as entries come and go, without a reload
    Given Ann Lee is registered with the CPF 52998224725
    And eve looks at Ann Lee
    When eve adds the income "salary" of 4200
    Then eve reads "The income is added."
    And the score is 84
    When eve adds the asset "apartment" of 36000
    Then the score is 1,884
    When eve adds the debt of 2500
    Then the score is 1,759
    And eve reads "2,500.00"
    And the window of eve was never loaded again
    When eve removes "apartment, 36,000.00"
    Then the score is -41
    When eve removes "salary, 4,200.00"
    And eve removes "debt of 2,500.00"
    Then the score is 0
    And eve's page has no barrier

  Scenario: What somebody else enters moves the score, too
    Given Ann Lee is registered with the CPF 52998224725
    And eve looks at Ann Lee
    And eve opens "How it came about"
    When eve begins an income with "bonus"
    And somebody else adds an income of 4200 to Ann Lee
    Then the score is 84
    And eve reads "Income added"
    And eve reads "4,200.00"
    And the income that eve has begun is "bonus"
    When eve asks to remove "salary, 4,200.00"
    And somebody else adds an income of 50 to Ann Lee
    Then eve reads "50.00"
    And eve may still answer

  Scenario: What is being written stays while another entry comes and goes
    Given Ann Lee is registered with the CPF 52998224725
    And eve looks at Ann Lee
    When eve begins an asset with "apartment"
    And eve adds the income "salary" of 4200
    Then eve reads "The income is added."
    When eve removes "salary, 4,200.00"
    Then the asset that eve has begun is "apartment"

  Scenario: A wrong entry is said at its field
    Given Ann Lee is registered with the CPF 52998224725
    And eve looks at Ann Lee
    When eve adds the income " " of 1,5
    Then eve is refused with 422
    And eve reads "Text cannot be blank."
    And eve reads "An amount is above 0, with at most 12 digits before the point and 2 after it."
    And eve writes into the income's type
    And eve's page has no barrier
    When eve's window is as small as a phone
    And eve adds the debt of abc
    Then eve is refused with 422
    And the debt's value that eve has to correct is in sight

  Scenario: Two who correct at once
    Given Ann Lee is registered with the CPF 52998224725
    And eve looks at Ann Lee
    When somebody else moves Ann Lee to "2 High Street"
    And eve opens "Correct name, address or date of birth"
    And eve writes "3 Low Street" into "Address"
    And eve presses "Save"
    Then eve is refused with 412
    And eve reads "Somebody else was faster"
    And eve reads "2 High Street"
    And eve's page has no barrier
    When eve presses "Save over theirs"
    Then eve reads "The correction is saved."
    And eve reads "3 Low Street"

  Scenario: Erasing asks first and says what it does
    Given Ann Lee is registered with the CPF 52998224725
    And eve looks at Ann Lee
    And dan has signed in as admin
    And dan looks at Ann Lee
    And dan may meet "404 (Not Found)"
    And dan may meet "Error Code 404"
    When eve opens "Erase this person"
    Then eve reads "It cannot be undone."
    When eve presses "Yes, erase Ann Lee"
    Then eve reads "The person is erased."
    And eve reads "Nobody is registered yet"
    And dan reads "There is no score of this person"
    And dan reads "There is no such person."

  @matrix
  Scenario: Without scripts everything works, too
    Given Ann Lee is registered with the CPF 52998224725
    And dan has signed in as admin, without scripts
    And dan is at "/people"
    When dan writes "ann" into "Name or CPF"
    And dan presses "Find"
    And dan follows "Ann Lee"
    And dan adds the income "salary" of 4200
    Then dan reads "The income is added."
    When dan removes "salary, 4,200.00"
    Then dan reads "The entry was removed."
    When dan follows "See the score"
    Then dan reads "How it came about"
    When dan follows "The person"
    And dan opens "Erase this person"
    And dan presses "Yes, erase Ann Lee"
    Then dan reads "The person is erased."

  Scenario: While score does not answer its part says so, and the rest works
    Given Ann Lee is registered with the CPF 52998224725
    And score does not answer eve
    And eve looks at Ann Lee
    Then eve reads "The score cannot be shown now."
    And eve's page has no barrier
    When eve adds the debt of 100
    Then eve reads "The debt is added."
    When score answers eve again
    And eve presses "Try again"
    Then the score is -5

  @matrix
  Scenario: The largest amounts leave the page in shape
    Given Ann Lee is registered with the CPF 52998224725
    And eve looks at Ann Lee
    When eve adds the income "salary" of 999999999999.99
    Then the score is 19,999,999,999
    And eve's page is no wider than the window

  @matrix
  Scenario: With the keyboard alone
    Given Ann Lee is registered with the CPF 52998224725
    And eve looks at Ann Lee
    When eve types an income of 4200 with the keyboard alone
    Then the score is 84
    When eve removes it with the keyboard alone
    Then the score is 0
    And the focus of eve is on the heading "Incomes"

  Scenario: What is written into a name is shown, never run
    Given <script>document.title='run'</script> is registered with the CPF 52998224725
    And eve is at "/people"
    When eve follows "<script>document.title='run'</script>"
    Then eve reads "1 Main Street"
    And the title of eve's window is "<script>document.title='run'</script> · Modular shop"

  @matrix
  Scenario Outline: Everybody can use the pages
    Given Ann Lee is registered with the CPF 52998224725
    And Ann Lee has an entry of each kind
    And eve has a <scheme> screen as admin
    When eve goes to "/people"
    Then eve's page has no barrier
    When eve follows "Ann Lee"
    Then the score is 1,759
    And eve opens "How it came about"
    And eve sees the changes of the score as wide as they are
    And eve opens "Erase this person"
    And eve's page has no barrier
    And eve's page is no wider than the window
    And the bar takes an eighth of eve's window at most
    When eve goes to the score of Ann Lee
    Then eve reads "Score of a person"
    And eve's page has no barrier

    Examples:
      | scheme |
      | light  |
      | dark   |
