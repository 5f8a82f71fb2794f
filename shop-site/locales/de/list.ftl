# Lists of products, a product, the cart
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
cart-title = Warenkorb
cart-heading = Dein Warenkorb
cart-empty = Dein Warenkorb ist leer
cart-empty-next = Sieh dich um: Was du hineinlegst, bleibt auf diesem Gerät für dich liegen.
cart-look-around = Umsehen
cart-quantity = Menge
cart-update = Ändern
cart-remove = Entfernen
cart-each = je { $price }
cart-discount = Rabatt
cart-shipping = Versand
cart-total = Summe
cart-vat = inkl. MwSt.
cart-checkout = Zur Kasse
cart-go-on = Weiter einkaufen
cart-shortage = Wir haben nicht von allem genug. Bitte nimm weniger, oder entferne, was fehlt.
cart-price-changed = Der Preis ist jetzt { $now } statt { $seen }.
checkout-title = Kasse
checkout-delivery = Lieferung
checkout-payment = Bezahlung
checkout-no-account = Noch kein Konto? Dein Warenkorb bleibt, wie er ist.
checkout-open-account = Bankkonto eröffnen
checkout-pay = Bestellen und { $total } bezahlen
checkout-back = Zurück zum Warenkorb
checkout-shortage = Wir haben nicht von allem genug. Bitte ändere erst deinen Warenkorb.
checkout-summary = Deine Bestellung
