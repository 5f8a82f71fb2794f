# Mails. Nur Text; die Zeilen sind kurz, weil Mailprogramme sie nicht umbrechen.
mail-greeting = Hallo { $name },
mail-see-order = Hier siehst du, wie weit sie ist, und kannst sie stornieren, solange sie nicht verschickt ist:
mail-sign-off =
    Dein Shop

    Diese Mail hat ein Programm geschickt; Antworten darauf liest niemand.
mail-line = { $units } × { $product }: { $total }
mail-discount = Rabatt { $code }: −{ $amount }
mail-shipping = Versand, { $method }: { $price }
mail-total = Gesamtbetrag einschließlich Umsatzsteuer: { $total }
mail-goes-to = Wir liefern an:

mail-paid = Deine Bestellung { $number } ist bestätigt
mail-paid-text =
    vielen Dank für deine Bestellung { $number }. Sie ist bezahlt, und
    wir bereiten sie vor:

mail-free-text =
    vielen Dank für deine Bestellung { $number }. Es ist nichts zu
    bezahlen, und wir bereiten sie vor:

mail-shipped = Deine Bestellung { $number } ist unterwegs
mail-shipped-text = dein Paket ist am { $when } auf den Weg gegangen:

mail-ready = Deine Bestellung { $number } liegt bereit
mail-ready-text =
    deine Bestellung liegt seit { $when }
    zum Abholen bereit:

mail-cancelled = Deine Bestellung { $number } ist storniert
mail-cancelled-text =
    deine Bestellung { $number } wurde am { $when } storniert, bevor
    etwas abgebucht wurde.
mail-refunded-text =
    deine Bestellung { $number } wurde am { $when } storniert. Der
    ganze Betrag, { $total }, ist zurück auf dem Konto, von dem er kam.

mail-new-order = Neue Bestellung { $number }: { $total }
mail-new-order-text =
    Die Bestellung { $number } wurde am { $when } bezahlt.
    Ansehen: shop-site show { $number }
mail-new-order-note = Anmerkung des Kunden: { $note }

mail-not-paid = Deine Bestellung { $number } wurde nicht bezahlt
mail-not-paid-text =
    deine Bestellung { $number } endete am { $when }, weil sie nicht
    bezahlt wurde. Es wurde nichts abgebucht, und die Waren liegen wieder im
    Regal. Bestell gern noch einmal:
