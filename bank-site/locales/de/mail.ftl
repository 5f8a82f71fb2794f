# Mails. Nur Text; die Zeilen sind kurz, weil Mailprogramme sie nicht umbrechen.
mail-greeting = Guten Tag, { $name },
mail-sign-off =
    Ihre Bank

    Diese Mail hat ein Programm geschickt; Antworten darauf liest niemand.
mail-not-you =
    Wenn Sie das nicht waren, melden Sie sich bitte sofort an, sehen Sie
    unter „Sicherheit“ nach, was geschehen ist, und ändern Sie Passwort
    und PIN:

mail-password-changed = Ihr Passwort wurde geändert
mail-password-changed-text =
    das Passwort Ihres Zugangs bei uns wurde am { $when } geändert.
    Alle anderen Sitzungen sind beendet.

mail-pin-changed = Ihre PIN wurde geändert
mail-pin-changed-text =
    die PIN Ihres Kontos { $account } wurde am { $when } geändert.
    Alle anderen Sitzungen sind beendet.

mail-pin-blocked = Ihre PIN ist gesperrt
mail-pin-blocked-text =
    die PIN Ihres Kontos { $account } wurde zu oft falsch eingegeben,
    zuletzt am { $when }. Mit ihr kann nicht mehr bezahlt werden, bis
    Sie sich mit Ihrem Passwort anmelden und eine neue PIN festlegen.

mail-reset-asked = Neues Passwort festlegen
mail-reset-asked-text =
    jemand hat angegeben, das Passwort Ihres Zugangs bei uns vergessen zu
    haben. Wenn Sie das waren, legen Sie hier ein neues fest:
mail-reset-asked-until =
    Der Link funktioniert einmal, bis { $until }.

    Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr Passwort
    bleibt, wie es ist, und ohne diese Mail kann es niemand ändern.

mail-password-reset = Ihr neues Passwort ist festgelegt
mail-password-reset-text =
    für Ihren Zugang bei uns wurde am { $when } ein neues Passwort
    festgelegt, mit dem Link, den wir Ihnen geschickt hatten. Alle Ihre
    Sitzungen sind beendet.
