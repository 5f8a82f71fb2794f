# Der Warenkorb
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
cart-checkout = Zur Kasse
cart-go-on = Weiter einkaufen
cart-shortage = Wir haben nicht von allem genug. Bitte nimm weniger, oder entferne, was fehlt.
cart-price-changed = Der Preis ist jetzt { $now } statt { $seen }.
cart-less = Einmal { $name } weniger
cart-more = Einmal { $name } mehr
cart-remove-named = { $name } entfernen
cart-summary = Überblick
cart-goods = Waren
cart-code = Rabattcode
cart-code-apply = Einlösen
cart-code-remove = Den Code { $code } entfernen
cart-code-applied = Der Code { $code } spart { $amount }.
cart-code-question = Hast du einen Rabattcode?
cart-units = { $count ->
    [one] ein Artikel
   *[other] { $count } Artikel
}
cart-news = { $units }, zusammen { $total }
cart-retired = Wird nicht mehr verkauft. Bitte entfernen.
