# The page of an order: what is known, what to do now, what not to do.
order-title = Bestellung { $number }
order-placed = Bestellung { $number } vom { $date }
order-confirm-at-bank = Bei deiner Bank bestätigen
order-check-again = Noch einmal nachsehen
order-as-of = { $asked ->
    [0] Stand: { $now }.
    [one] Stand: { $now }; wir haben deine Bank bisher noch einmal gefragt.
   *[other] Stand: { $now }; wir haben deine Bank bisher noch { $asked }-mal gefragt.
}
order-looking = Diese Seite sieht von selbst wieder nach.
order-stopped-looking = Diese Seite sieht nicht mehr von selbst nach.
order-pay-again = Noch einmal bezahlen
order-pay = { $amount } bezahlen
order-deposit = Erst Geld einzahlen
order-what = Was du bestellt hast
order-line = { $quantity } × { $name }
order-history = Was bisher geschah
order-delivery = Lieferung
order-cancel = Bestellung stornieren
order-cancel-sure = Diese Bestellung stornieren?
order-cancel-yes = Ja, stornieren
order-cancel-no = Bestellung behalten
order-cancel-paid = Du bekommst dein Geld zurück.
order-cancel-unpaid = Es wurde nichts abgebucht.
order-keep-address = Heb die Adresse dieser Seite auf: Sie führt zu deiner Bestellung zurück, und wer sie hat, kann sie sehen.

order-unpaid = Deine Bestellung ist noch nicht bezahlt
order-unpaid-known = Wir heben die Ware bis { $until } für dich auf.
order-unpaid-next = Bezahle bis dahin unten, oder storniere die Bestellung. Tust du nichts davon, endet sie von selbst und kostet nichts.
order-late = Deine Bestellung wurde nicht rechtzeitig bezahlt
order-late-known = Wir haben die Ware bis { $until } für dich aufgehoben, und bis dahin hat niemand bezahlt. Es wurde nichts abgebucht.
order-late-next = Sie kann nicht mehr bezahlt werden und endet gleich von selbst. Du kannst gern neu bestellen.
order-checking = Wir fragen bei deiner Bank nach. Bezahle nicht noch einmal.
order-checking-known = Deine Bank hat uns noch nicht gesagt, ob die Zahlung geklappt hat. Wir fragen weiter nach, bis sie es tut; so lange heben wir die Ware für dich auf.
order-checking-next = Du musst nichts tun. Wir fragen von selbst nach und wissen meist binnen einer Minute Bescheid, sobald wir deine Bank erreichen.
order-checking-never = Bezahle nicht noch einmal, und bestelle nicht dasselbe noch einmal: Hat die Zahlung doch geklappt, würdest du doppelt bezahlen.
order-approval = Bitte bestätige die Zahlung bei deiner Bank
order-approval-known = Deine Bank wartet bis { $until } auf deine Bestätigung.
order-approval-next = Bestätige sie dort oder lehne sie ab und komm zurück: Wir fragen von selbst nach und wissen meist binnen einer Minute Bescheid.
order-approval-next-alone = Öffne die Website deiner Bank wie sonst auch, und bestätige die Zahlung dort oder lehne sie ab. Wir fragen von selbst nach und wissen meist binnen einer Minute Bescheid.
order-approval-never = Bezahle diese Bestellung nicht ein zweites Mal. Bestätigst du die Zahlung nicht, wird sie zurückgezogen und nichts abgebucht.
order-paid = Danke! Deine Bestellung ist bezahlt.
order-paid-known = Wir bereiten sie für dich vor.
order-paid-next = Du musst nichts tun. Bis sie unser Lager verlässt, kannst du stornieren und bekommst dein Geld zurück.
order-shipped = Dein Paket ist unterwegs
order-shipped-known = Es hat unser Lager verlassen.
order-ready = Deine Bestellung liegt bereit
order-ready-known = Sie wartet bei uns auf dich.
order-ready-next = Bitte hol sie bei uns ab. Zum Stornieren ist es hier zu spät.
order-shipped-next = Du musst nichts tun. Zum Stornieren ist es hier zu spät.
order-refunding = Deine Bestellung ist storniert; dein Geld ist auf dem Rückweg
order-refunding-known = Wir haben deine Bank gebeten und warten auf ihre Antwort.
order-refunding-next = Du musst nichts tun. Wir fragen von selbst nach, bis das Geld zurück ist; meist dauert es keine Minute.
order-refund-delayed = Deine Bestellung ist storniert; die Rückzahlung dauert länger als sonst
order-refund-delayed-known = Die Antwort deiner Bank müssen wir uns ansehen; wir melden uns. Wir schulden dir dein Geld, bis es wieder auf deinem Konto ist.
order-refund-delayed-next = Du musst nichts tun und auch nicht noch einmal stornieren: Wir wissen Bescheid und kümmern uns.
order-cancelled = Deine Bestellung ist storniert
order-cancelled-refunded = Du hast dein Geld zurückbekommen.
order-cancelled-uncharged = Es wurde nichts abgebucht.
order-cancelled-next = Es ist nichts mehr zu tun. Du kannst gern neu bestellen.
order-ended-next = Die Bestellung ist beendet, und die Ware steht wieder im Regal. Du kannst gern neu bestellen.
order-ended-timed-out = Die Zahlung hat zu lange gedauert. Es wurde nichts abgebucht.
order-ended-timed-out-known = Deine Bank hat keine klare Antwort gegeben, deshalb haben wir die Zahlung zurückgezogen. Deine Bank hat bestätigt, dass sie nichts abgebucht hat und es auch später nicht tut.
order-ended-not-confirmed = Die Zahlung wurde nicht bestätigt. Es wurde nichts abgebucht.
order-ended-not-confirmed-known = Die Zahlung wurde auf der Seite deiner Bank nicht rechtzeitig bestätigt oder dort abgelehnt. Sie ist zurückgezogen, und deine Bank hat bestätigt, dass sie nichts abgebucht hat.
order-ended-declined = Deine Bank hat die Zahlung abgelehnt. Es wurde nichts abgebucht.
order-ended-declined-known = Die Antwort deiner Bank kam spät bei uns an, und sie war ein Nein.
order-ended-not-paid = Deine Bestellung wurde nicht rechtzeitig bezahlt. Es wurde nichts abgebucht.
order-ended-not-paid-known = Wir haben die Ware bis { $until } für dich aufgehoben, und bis dahin hat niemand bezahlt.

event-placed = Du hast bestellt, und wir haben die Ware für dich zurückgelegt.
event-payment-started = Eine Zahlung begann.
event-payment-unknown = Deine Bank gab keine klare Antwort; wir begannen nachzufragen.
event-approval-requested = Deine Bank bat dich, die Zahlung zu bestätigen.
event-paid = Deine Bank hat das Geld abgebucht: Die Bestellung ist bezahlt.
event-payment-failed = Die Zahlung hat nicht geklappt; es wurde nichts abgebucht.
event-not-paid = Die Bestellung endete unbezahlt, und die Ware kam zurück ins Regal.
event-shipped = Die Bestellung verließ unser Lager.
event-refund-started = Die Bestellung wurde storniert, und wir begannen, dein Geld zurückzugeben.
event-refund-refused = Dein Geld konnte noch nicht zurückgegeben werden; unsere Leute wissen Bescheid.
event-refunded = Du hast dein Geld zurückbekommen.
event-cancelled = Die Stornierung ist endgültig, und die Ware kam zurück ins Regal.

ahead-paid = Die Bezahlung
ahead-shipped = Das Paket verlässt unser Lager
ahead-fetched = Du holst es bei uns ab
ahead-refunded = Dein Geld ist wieder auf deinem Konto
