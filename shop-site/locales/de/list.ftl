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
list-last-page = Letzte Seite
list-brand = Marke
list-category = Kategorie
list-chip = { $name }: { $value }
list-chosen = Gewählte Filter
list-clear = Alle entfernen
list-everywhere = Alle Kategorien
list-filters = Filter
list-from = ab { $lowest }
list-in-stock = Auf Lager
list-instead = Gut für den Anfang
list-least = Von
list-meant = Meintest du „{ $words }“?
list-most = Bis
list-most-words = Kein Produkt enthält alle deine Wörter; diese hier enthalten die meisten davon.
list-nothing-narrowed = Kein Produkt hat das alles zugleich. Bitte entferne einen Filter oder alle.
list-not-a-number = Bitte gib eine Zahl wie { $example } ein.
list-not-a-price = Bitte gib einen Preis wie { $example } ein.
list-price = Preis
list-range = { $lowest } bis { $highest }
list-remove = Filter entfernen:
list-show = Ergebnisse zeigen
list-skip = Filter überspringen
list-upside-down = Der erste Wert ist größer als der zweite.
list-up-to = bis { $highest }
list-pages = Seiten
product-view-front = { $name } von vorn
product-view-back = { $name } von hinten
product-view-detail = { $name } aus der Nähe
product-pictures = Bilder
product-specifications = Technische Daten
product-accessories = Passt gut dazu
product-arrives = Kommt: { $days }
product-compare = Mit anderen vergleichen
product-days = { $first }.–{ $last }
product-delivery = Lieferung, wenn du jetzt bestellst
product-fetched = Abholbereit: { $days }
product-similar = Ähnliche Produkte
product-sold-out = Zurzeit ausverkauft. Weiter unten stehen ähnliche Produkte.
product-today = heute
product-vat = inkl. MwSt.
product-add = In den Warenkorb
product-added = Liegt im Warenkorb.
product-to-cart = Zum Warenkorb
