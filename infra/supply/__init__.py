"""What the product is made of: the bill of its parts, their licences, and the search for known faults in them."""
