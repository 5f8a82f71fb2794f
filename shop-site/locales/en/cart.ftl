# The cart
cart-title = Cart
cart-heading = Your cart
cart-empty = Your cart is empty
cart-empty-next = Look around: what you put into it is kept for you on this device.
cart-look-around = Look around
cart-quantity = Quantity
cart-update = Update
cart-remove = Remove
cart-each = { $price } each
cart-discount = Discount
cart-shipping = Shipping
cart-total = Total
cart-checkout = Checkout
cart-go-on = Go on shopping
cart-shortage = We do not have enough of everything. Please take fewer, or remove what is missing.
cart-price-changed = The price is now { $now } instead of { $seen }.
cart-less = One { $name } less
cart-more = One { $name } more
cart-remove-named = Remove { $name }
cart-summary = Summary
cart-goods = Goods
cart-code = Discount code
cart-code-apply = Apply
cart-code-remove = Remove the code { $code }
cart-code-applied = The code { $code } takes { $amount } off.
cart-code-question = Have a discount code?
cart-units = { $count ->
    [one] one item
   *[other] { $count } items
}
cart-news = { $units }, { $total } in total
cart-retired = No longer sold: please remove it.
