# Around every page
site-name = Shop
site-description = IT-Hardware, klar beschrieben. Bezahlt wird mit Kontonummer und PIN.
nav-main = Hauptmenü
nav-crumbs = Wo du bist
nav-search = Suchen
nav-search-label = Produkte suchen
nav-products = Produkte
nav-orders = Bestellungen
nav-suggestions = Vorschläge
nav-cart = Warenkorb
nav-cart-units = { $count ->
    [one] ein Artikel
   *[other] { $count } Artikel
}
nav-deposit = Geld einzahlen
nav-register = Bankkonto eröffnen
foot-vat = Alle Preise enthalten die Mehrwertsteuer.
foot-nav = Mehr
foot-api = API für Programme
error-products = Zu allen Produkten
error-home = Startseite
