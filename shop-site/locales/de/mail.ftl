# Mails. Nur Text; die Zeilen sind kurz, weil Mailprogramme sie nicht umbrechen.
mail-greeting = Guten Tag, { $name },
mail-see-order = Hier sehen Sie, wie weit sie ist, und können sie stornieren, solange sie nicht verschickt ist:
mail-sign-off =
    Ihr Shop

    Diese Mail hat ein Programm geschickt; Antworten darauf liest niemand.
mail-line = { $units } × { $product }: { $total }
mail-discount = Rabatt { $code }: −{ $amount }
mail-shipping = Versand, { $method }: { $price }
mail-total = Gesamtbetrag einschließlich Umsatzsteuer: { $total }
mail-goes-to = Wir liefern an:

mail-paid = Ihre Bestellung { $number } ist bestätigt
mail-paid-text =
    vielen Dank für Ihre Bestellung { $number }. Sie ist bezahlt, und
    wir packen Ihr Paket:

mail-shipped = Ihre Bestellung { $number } ist unterwegs
mail-shipped-text = Ihr Paket ist am { $when } auf den Weg gegangen:

mail-cancelled = Ihre Bestellung { $number } ist storniert
mail-cancelled-text =
    Ihre Bestellung { $number } wurde am { $when } storniert, bevor
    etwas abgebucht wurde.
mail-refunded-text =
    Ihre Bestellung { $number } wurde am { $when } storniert. Der
    ganze Betrag, { $total }, ist zurück auf dem Konto, von dem er kam.

mail-not-paid = Ihre Bestellung { $number } wurde nicht bezahlt
mail-not-paid-text =
    Ihre Bestellung { $number } endete am { $when }, weil sie nicht
    bezahlt wurde. Es wurde nichts abgebucht, und die Waren liegen wieder im
    Regal. Bestellen Sie gern noch einmal:
