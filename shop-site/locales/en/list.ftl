# Lists of products, a product, the cart
list-all = All products
list-search = Search
list-found = Search: { $words }
list-sort = Sort by
list-sort-relevance = Best match
list-sort-name = Name, A to Z
list-sort-name-descending = Name, Z to A
list-sort-price = Price, cheapest first
list-sort-price-descending = Price, dearest first
list-sort-do = Sort
list-count = { $count ->
    [one] one product
   *[other] { $count } products
}
list-nothing = We found nothing
list-nothing-next = Please try fewer or other words, or look at all products.
list-behind-the-end = { $pages ->
    [one] This list has only one page.
   *[other] This list has only { $pages } pages.
}
list-pages = Pages
product-view-front = { $name }, from the front
product-view-back = { $name }, from behind
product-view-detail = { $name }, a closer look
product-pictures = Pictures
product-specifications = Specifications
product-vat = VAT included.
product-add = Put into the cart
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
cart-vat = VAT included
cart-checkout = Checkout
cart-go-on = Go on shopping
cart-shortage = We do not have enough of everything. Please take fewer, or remove what is missing.
cart-price-changed = The price is now { $now } instead of { $seen }.
checkout-title = Checkout
checkout-delivery = Delivery
checkout-payment = Payment
checkout-no-account = No account yet? Your cart stays as it is.
checkout-open-account = Open a bank account
checkout-pay = Order and pay { $total }
checkout-back = Back to the cart
checkout-shortage = We do not have enough of everything. Please change your cart first.
checkout-summary = Your order
