"""Events: the classes that modules declare, and the form in which events travel."""
