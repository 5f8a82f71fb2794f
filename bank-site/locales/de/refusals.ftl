# What the bank says no to, by code, and what to do next.
refusal-amount-not-positive = Der Betrag muss größer als null sein.
refusal-amount-too-large = Der Betrag ist zu groß. Bitte gib einen kleineren ein.
refusal-same-account = Von diesem Konto kommt das Geld. Bitte wähle ein anderes.
refusal-wrong-credentials = E-Mail-Adresse oder Passwort stimmt nicht. Bitte versuche es noch einmal.
refusal-wrong-password = Das ist nicht dein jetziges Passwort. Bitte versuche es noch einmal.
refusal-deposits-by-operator-only = Einzahlungen nehmen hier die Mitarbeiter der Bank entgegen. Bitte bring dein Geld zu ihnen.
refusal-payee-not-found = Hier gibt es kein Konto mit dieser Nummer. Bitte frag noch einmal nach, von wem du sie hast.
refusal-email-taken = Mit dieser E-Mail-Adresse ist schon jemand bei uns. Wenn du das bist, melde dich stattdessen an.
refusal-too-many-accounts = Du hast schon { $limit } Konten; mehr lässt diese Bank nicht zu.
refusal-payee-saved-already = Diese Nummer hast du schon gespeichert, als „{ $name }“.
refusal-too-many-payees = Du hast schon { $limit } Empfänger gespeichert; mehr behalten wir nicht. Bitte entferne erst einen.
refusal-saved-payee-not-found = Einen solchen Empfänger hast du nicht gespeichert.
refusal-account-not-empty = Auf diesem Konto sind noch { $balance }. Überweise sie oder heb sie ab, dann kannst du es schließen.
refusal-account-has-holds = Ein Shop hat auf diesem Konto { $held } reserviert. Sobald das abgebucht oder freigegeben ist, kannst du es schließen.
refusal-idempotency-key-reuse = Dieses Formular wurde schon einmal mit anderen Werten abgeschickt, und das ist geschehen. Sieh dir erst dein Konto an; soll auch das hier geschehen, schick das Formular noch einmal ab.
refusal-in-flight = Wir arbeiten noch an genau diesem Formular. Bitte warte einen Moment und schick es noch einmal ab; es geschieht nur einmal.
refusal-insufficient-funds = Auf dem Konto ist nicht genug Geld: Es fehlen { $shortfall }. Gib einen kleineren Betrag ein, oder zahle erst etwas ein.
refusal-daily-deposit-limit = Das liegt über dem heutigen Limit für Einzahlungen. Gib höchstens { $left } ein, oder komm morgen wieder.
refusal-currency-mismatch = Die beiden Konten werden in verschiedenen Währungen geführt, und wir tauschen kein Geld. Bitte wähle ein Konto in derselben Währung.
refusal-account-frozen = Das Konto { $account_number } ist eingefroren: Geld darf ankommen, aber nicht abgehen. Bitte wende dich an die Bank.
refusal-account-frozen-unnamed = Das Konto ist eingefroren: Geld darf ankommen, aber nicht abgehen. Bitte wende dich an die Bank.
refusal-account-closed = Das Konto { $account_number } ist geschlossen. Bitte wähle ein anderes.
refusal-account-closed-unnamed = Das Konto ist geschlossen. Bitte wähle ein anderes.
refusal-pin-required = Um jemand anderem Geld zu schicken, gib bitte die PIN des Kontos ein.
refusal-incorrect-pin = { $tries_left ->
    [0] Diese PIN stimmt nicht. Sie ist jetzt für dieses Konto gesperrt; setze mit deinem Passwort unter „PIN ändern“ eine neue.
    [one] Diese PIN stimmt nicht. Du hast noch einen Versuch.
   *[other] Diese PIN stimmt nicht. Du hast noch { $tries_left } Versuche.
}
refusal-pin-blocked = Die PIN dieses Kontos ist nach zu vielen falschen Versuchen gesperrt. Setze mit deinem Passwort unter „PIN ändern“ eine neue.
refusal-pin-throttled = Zu viele falsche PINs. Bitte versuche es in { $wait } noch einmal.
refusal-login-throttled = Zu viele gescheiterte Anmeldungen. Bitte versuche es in { $wait } noch einmal.
refusal-reset-throttled = Das wurde schon mehrmals angefordert. Nimm die E-Mail, die zuletzt kam, oder versuche es in { $wait } noch einmal.
refusal-pin-after-reset = Dein Passwort wurde erst vor Kurzem per E-Mail neu gesetzt. Zu deinem Schutz lässt sich damit allein noch keine PIN ändern: Gib bitte die bisherige PIN ein, oder warte { $wait }.
refusal-reset-ended = Dieser Link wurde schon benutzt, oder seine Zeit ist um. Bitte lass dir einen neuen schicken.
refusal-busy = Bei der Bank ist gerade sehr viel los, und es ist nichts geschehen. Bitte schick das Formular in ein paar Sekunden noch einmal ab.
refusal-not-committed = Bei uns ist etwas schiefgegangen, und es ist nichts geschehen. Bitte versuche es später noch einmal.
refusal-commit-unknown = Bei uns ist etwas schiefgegangen, und wir können noch nicht sagen, ob es geschehen ist. Schick das Formular noch einmal ab: Es kann nicht zweimal geschehen.
refusal-form-incomplete = Dieses Formular war unvollständig, deshalb ist nichts geschehen. Bitte schick es noch einmal ab.

# Fields
field-missing = Bitte füll dieses Feld aus.
field-missing-name = Bitte gib einen Namen ein.
field-too-long = Bitte nimm höchstens { $max_chars } Zeichen.
field-not-plain-text = Bitte schreib eine Zeile einfachen Text.
field-not-an-email = Bitte gib eine E-Mail-Adresse ein, zum Beispiel ada@example.org.
field-password-too-short = Bitte wähle ein Passwort mit mindestens { $min_chars } Zeichen; ein kurzer Satz ist gut.
field-password-guessable = Dieses Passwort wird mit als Erstes geraten. Bitte wähle ein anderes.
field-not-a-pin = Eine PIN hat 6 bis 12 Ziffern.
field-pin-repeats = Bitte wähle eine PIN, die nicht dieselben Ziffern wiederholt.
field-pin-counts = Bitte wähle eine PIN, die nicht einfach hoch- oder herunterzählt.
field-pin-is-date = Bitte wähle eine PIN, die kein Datum ist.
field-pin-in-account-number = Bitte wähle eine PIN, die nicht in der Kontonummer steht.
field-not-an-amount = Ein Betrag besteht aus Ziffern und einem Komma, zum Beispiel 129,90.
field-too-many-decimals = { $allowed ->
    [0] Beträge in dieser Währung haben keine Nachkommastellen.
   *[other] Beträge in dieser Währung haben { $allowed } Nachkommastellen.
}
field-amount-too-large = Der Betrag ist zu groß. Bitte gib einen kleineren ein.
field-not-a-currency = Bitte wähle eine Währung aus der Liste.
field-currency-not-offered = In dieser Währung führen wir keine Konten. Bitte wähle eine von diesen: { $offered }.
field-not-an-account-number = Eine Kontonummer hat 12 Ziffern.
field-check-digits = Diese Kontonummer ist vertippt. Bitte vergleiche sie Ziffer für Ziffer.
field-own-account = Das ist eins deiner eigenen Konten. Dorthin kannst du überweisen, ohne es zu speichern.
field-not-a-language = Bitte wähle eine Sprache aus der Liste.

# Pages about what is not there
problem-account-not-found = Ein solches Konto hast du nicht
problem-account-not-found-next = Vielleicht bist du unter einem anderen Namen angemeldet, oder die Nummer ist vertippt.
problem-session-not-found = Diese Sitzung ist schon beendet
problem-session-not-found-next = Es ist nichts mehr zu tun.
problem-not-logged-in = Bitte melde dich an
problem-not-logged-in-next = Deine Sitzung ist zu Ende. Melde dich wieder an, um weiterzumachen.
problem-saved-payee-not-found = Einen solchen Empfänger hast du nicht gespeichert
problem-saved-payee-not-found-next = Vielleicht hast du ihn schon entfernt.
