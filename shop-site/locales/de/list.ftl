# Lists of products, a product
list-all = Alle Produkte
list-search = Suche
list-found = Suche: { $words }
list-sort = Sortieren nach
list-sort-relevance = Beste Treffer
list-sort-name = Name, A bis Z
list-sort-name-descending = Name, Z bis A
list-sort-price = Preis, aufsteigend
list-sort-price-descending = Preis, absteigend
list-sort-do = Sortieren
list-count = { $count ->
    [one] ein Produkt
   *[other] { $count } Produkte
}
list-nothing = Wir haben nichts gefunden
list-nothing-next = Bitte versuch es mit weniger oder anderen Wörtern, oder sieh dir alle Produkte an.
list-behind-the-end = { $pages ->
    [one] Diese Liste hat nur eine Seite.
   *[other] Diese Liste hat nur { $pages } Seiten.
}
list-pages = Seiten
product-view-front = { $name } von vorn
product-view-back = { $name } von hinten
product-view-detail = { $name } aus der Nähe
product-pictures = Bilder
product-specifications = Technische Daten
product-vat = inkl. MwSt.
product-add = In den Warenkorb
