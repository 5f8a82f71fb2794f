# What the shop says no to, by code, and what to do next.
refusal-fields-invalid = Bitte verbessere die markierten Felder.
refusal-quantity-invalid = Bitte wähle eine Menge von 1 bis { $max }; um etwas herauszunehmen, entferne es.
refusal-product-not-found = Dieses Produkt verkaufen wir nicht. Bitte such ein anderes.
refusal-category-not-found = Diese Kategorie haben wir nicht. Bitte wähle eine aus der Liste.
refusal-order-not-found = Diese Bestellung kennen wir nicht. Bitte prüfe den Link oder die Nummer.
refusal-cart-full = Ein Warenkorb fasst höchstens { $max } verschiedene Produkte. Bitte bestelle diese zuerst.
refusal-cart-empty = Dein Warenkorb ist leer. Bitte leg erst etwas hinein.
refusal-out-of-stock = So viel haben wir nicht auf Lager. Bitte nimm weniger, oder entferne es.
refusal-out-of-stock-line = { $name }: { $wanted } gewünscht, { $available } noch da.
refusal-price-changed = Die Summe ist jetzt { $total } statt { $expected }. Bitte prüfe sie und bestätige noch einmal.
refusal-price-changed-line = { $name }: jetzt { $now } statt { $seen }.
refusal-amount-invalid = Diese Bestellung ist zu groß, um sie auf einmal zu bezahlen. Bitte teile sie auf.
refusal-key-reused = Dieses Formular wurde schon einmal mit anderem Inhalt abgeschickt. Bitte lade die Seite neu.
refusal-payment-in-progress = Wir fragen noch bei deiner Bank nach. Bitte bezahle nicht noch einmal, und sieh gleich wieder nach.
refusal-already-paid = Diese Bestellung ist schon bezahlt.
refusal-not-payable = Diese Bestellung kann nicht mehr bezahlt werden. Es wurde nichts abgebucht; bitte bestelle neu.
refusal-already-shipped = Diese Bestellung hat unser Lager schon verlassen.
refusal-too-many-tries = Zu viele Zahlungen von deinem Anschluss wurden abgelehnt. Diese haben wir nicht an deine Bank geschickt, und es wurde nichts abgebucht. Bitte versuche es in { $wait } noch einmal.
refusal-busy = Gerade ist sehr viel los, und es ist nichts geschehen. Bitte schick das Formular gleich noch einmal ab.
refusal-unavailable = Etwas, das wir brauchen, geht gerade nicht, und es ist nichts geschehen. Bitte versuche es später noch einmal.
refusal-sent-before = Sieh dir die Bestellung an, die dieses Formular aufgegeben hat

# Fields
field-missing = Bitte fülle aus: { $field }.
field-too-long = Bitte nimm höchstens { $max } Zeichen.
field-not-plain = Bitte schreib eine Zeile einfachen Text.
field-not-an-email = Bitte gib eine E-Mail-Adresse ein, zum Beispiel ada@example.org.
field-not-an-account-number = Eine Kontonummer hat 12 Ziffern.
field-check-digits = Diese Kontonummer ist vertippt; bitte vergleiche sie Ziffer für Ziffer.
field-not-a-pin = Eine PIN hat 6 bis 12 Ziffern.
field-quantity = Von einem Produkt passen 1 bis { $max } in den Warenkorb.

# Pages about what is not there
problem-product-not-found = Dieses Produkt verkaufen wir nicht
problem-product-not-found-next = Bitte such ein anderes.
problem-category-not-found = Diese Kategorie haben wir nicht
problem-category-not-found-next = Bitte wähle eine aus der Liste.
problem-not-invoiced = Dieses Dokument gibt es zu dieser Bestellung nicht
problem-not-invoiced-next = Eine Rechnung wird ausgestellt, wenn die Bestellung bezahlt ist, und eine Stornorechnung, wenn das Geld erstattet ist.
problem-order-not-found = Diese Bestellung kennen wir nicht
problem-order-not-found-next = Bitte prüfe den Link oder die Nummer.

# Why an order is not paid
failure-insufficient-funds = Deine Bank hat abgelehnt: Auf dem Konto ist nicht genug Geld. Es wurde nichts abgebucht. Bitte zahle etwas ein und versuche es noch einmal.
failure-incorrect-pin = Deine Bank hat abgelehnt: Kontonummer und PIN gehören nicht zusammen. Es wurde nichts abgebucht. Bitte prüfe beide.
failure-pin-blocked = Deine Bank hat abgelehnt: Die PIN ist nach zu vielen falschen gesperrt. Es wurde nichts abgebucht. Bitte entsperre sie bei deiner Bank.
failure-limit-exceeded = Deine Bank hat abgelehnt: Ein Limit des Kontos ist erreicht. Es wurde nichts abgebucht. Bitte nimm ein anderes Konto, oder frag deine Bank.
failure-currency-mismatch = Deine Bank hat abgelehnt: Das Konto wird in einer anderen Währung geführt. Es wurde nichts abgebucht. Bitte nimm ein anderes Konto.
failure-account-frozen = Deine Bank hat abgelehnt: Das Konto ist eingefroren. Es wurde nichts abgebucht. Bitte frag deine Bank.
failure-account-closed = Deine Bank hat abgelehnt: Das Konto ist geschlossen. Es wurde nichts abgebucht. Bitte nimm ein anderes Konto.
failure-retry-with-new-pin = Deine Bank hat abgelehnt. Es wurde nichts abgebucht. Bitte prüfe die PIN.
failure-retry-later = Deine Bank hat vorerst abgelehnt. Es wurde nichts abgebucht. Bitte versuche es später noch einmal.
failure-use-hosted-approval = Deine Bank hat abgelehnt. Es wurde nichts abgebucht. Mit PIN kannst du hier gerade nicht bezahlen; bitte versuche es später noch einmal.
failure-do-not-retry = Deine Bank hat abgelehnt. Es wurde nichts abgebucht. Bitte nimm ein anderes Konto, oder frag deine Bank.
failure-throttled = Deine Bank bittet dich, vor dem nächsten Versuch etwas zu warten, zum Beispiel nach mehreren falschen PINs. Es wurde nichts abgebucht.
failure-not-sent = Wir konnten deine Bank gerade nicht erreichen. Es wurde nichts abgebucht. Bitte versuche es gleich noch einmal.
failure-not-asked = Deine Bank nimmt zurzeit keine Zahlungen von uns an. Es wurde nichts abgebucht. Bitte versuche es später noch einmal.
failure-timed-out = Die Zahlung endete, bevor deine Bank etwas abgebucht hat. Es wurde nichts abgebucht.

# Why a discount code takes nothing off now
discount-ended = Dieser Code gilt nicht. Bitte prüfe ihn.
discount-not-yet = Dieser Code gilt ab dem { $from }.
discount-expired = Dieser Code galt bis zum { $until }.
discount-used-up = Dieser Code wurde schon so oft benutzt, wie er darf.
discount-used-before = Du hast diesen Code schon benutzt.
discount-minimum = Dieser Code gilt ab einem Warenwert von { $minimum }. Es fehlt noch Ware für { $missing }.
discount-nothing-eligible = Dieser Code gilt für nichts in deinem Warenkorb.
refusal-discount-not-found = Diesen Code kennen wir nicht. Bitte prüfe ihn.
refusal-not-invoiced = Für diese Bestellung gibt es keine Rechnung: Sie wird ausgestellt, wenn bezahlt ist.
field-not-text = Bitte nimm einfachen Text.
field-not-a-country = Bitte wähle ein Land aus der Liste.
field-not-shipped-to = Nach { $country } liefern wir nicht.
field-not-a-postal-code = Das ist keine Postleitzahl von { $country }. Eine sieht so aus: { $example }.
field-not-a-vat-number = Eine USt-IdNr. hat 4 bis 20 Buchstaben und Ziffern, zum Beispiel DE123456789.
field-not-a-phone-number = Eine Telefonnummer hat 5 bis 20 Ziffern, zum Beispiel +49 30 123456.
field-unknown-choice = Bitte wähle etwas aus der Liste.
refusal-too-many-guesses = Zu viele Versuche von deiner Adresse. Es wurde nichts geändert. Bitte versuche es in { $wait } noch einmal.
