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
list-pages = Pages
product-view-front = { $name }, from the front
product-view-back = { $name }, from behind
product-view-detail = { $name }, a closer look
product-pictures = Pictures
product-specifications = Specifications
product-vat = VAT included.
product-add = Put into the cart
