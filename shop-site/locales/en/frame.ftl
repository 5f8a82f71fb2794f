# Around every page
site-name = Shop
site-description = IT hardware, plainly described. Pay with your bank account number and a PIN.
nav-main = Main
nav-crumbs = Where you are
nav-search = Search
nav-search-label = Search products
nav-products = Products
nav-orders = Orders
nav-suggestions = Suggestions
nav-cart = Cart
nav-cart-units = { $count ->
    [one] one item
   *[other] { $count } items
}
nav-deposit = Deposit money
nav-register = Open a bank account
foot-vat = Prices include VAT.
foot-nav = More
foot-api = API for programs
error-products = To all products
error-home = Home page
