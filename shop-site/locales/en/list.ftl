# Lists of products, a product
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
list-last-page = Last page
list-brand = Brand
list-category = Category
list-chip = { $name }: { $value }
list-chosen = Chosen filters
list-clear = Clear all
list-everywhere = All categories
list-filters = Filters
list-from = from { $lowest }
list-in-stock = In stock
list-instead = Good places to begin
list-least = From
list-meant = Did you mean “{ $words }”?
list-most = To
list-most-words = No product has all your words; these have most of them.
list-nothing-narrowed = No product has all of this at once. Please remove a filter, or all of them.
list-not-a-number = Please enter a number such as { $example }.
list-not-a-price = Please enter a price such as { $example }.
list-price = Price
list-range = { $lowest } to { $highest }
list-remove = Remove filter:
list-show = Show results
list-skip = Skip the filters
list-upside-down = The first value is larger than the second.
list-up-to = up to { $highest }
list-pages = Pages
product-view-front = { $name }, from the front
product-view-back = { $name }, from behind
product-view-detail = { $name }, a closer look
product-pictures = Pictures
product-specifications = Specifications
product-accessories = Goes well with it
product-arrives = Arrives { $days }
product-compare = Compare with others
product-days = { $first }–{ $last }
product-delivery = Delivery, if you order now
product-fetched = Ready { $days }
product-similar = Similar products
product-sold-out = It is sold out right now. Below are similar ones.
product-today = today
product-vat = VAT included.
product-add = Put into the cart
product-added = It is in your cart.
product-to-cart = Go to the cart
