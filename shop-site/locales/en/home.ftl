home-title = IT hardware
home-heading = Hardware that tells you everything.
home-lead = What it does well, what it does not, and what it costs. Ports drawn where the ports are.
home-stock = { $count ->
    [one] One product, on our own shelf
   *[other] { $count } products, on our own shelves
}
home-categories = Find your way
home-some = Picked from the shelves
home-all = { $count ->
    [one] See the product
   *[other] See all { $count } products
}
home-why = What you can count on
home-plain = Plainly described
home-plain-more = Every text says what a thing is good at, and what it is not.
home-compare = Side by side
home-compare-more = Put up to four next to each other. What differs stands on top.
home-shipping = On its way soon
home-delivery = Arrives within { $days } working days.
home-delivery-free = Free from { $from }.
home-pay = Paid in a moment
home-pay-more = With your account number and a PIN.
