# Mails. Nur Text; die Zeilen sind kurz, weil Mailprogramme sie nicht umbrechen.
mail-greeting = Hallo { $name },
mail-sign-off =
    Deine Bank

    Diese Mail hat ein Programm geschickt; Antworten darauf liest niemand.
mail-not-you =
    Wenn du das nicht warst, melde dich bitte sofort an, sieh unter
    „Sicherheit“ nach, was geschehen ist, und ändere Passwort und PIN:

mail-password-changed = Dein Passwort wurde geändert
mail-password-changed-text =
    das Passwort deines Zugangs bei uns wurde am { $when } geändert.
    Überall sonst bist du jetzt abgemeldet.

mail-pin-changed = Deine PIN wurde geändert
mail-pin-changed-text =
    die PIN deines Kontos { $account } wurde am { $when } geändert.
    Überall sonst bist du jetzt abgemeldet.

mail-pin-blocked = Deine PIN ist gesperrt
mail-pin-blocked-text =
    die PIN deines Kontos { $account } wurde zu oft falsch eingegeben,
    zuletzt am { $when }. Mit ihr kann niemand mehr bezahlen, bis du
    dich mit deinem Passwort anmeldest und eine neue PIN setzt.

mail-reset-asked = Wähle ein neues Passwort
mail-reset-asked-text =
    jemand hat angegeben, das Passwort deines Zugangs bei uns vergessen zu
    haben. Wenn du das warst, wähle hier ein neues:
mail-reset-asked-until =
    Der Link funktioniert einmal, bis { $until }.

    Wenn du das nicht warst, brauchst du nichts zu tun: Dein Passwort
    bleibt, wie es ist, und ohne diese Mail kann es niemand ändern.

mail-password-reset = Dein neues Passwort ist gesetzt
mail-password-reset-text =
    für deinen Zugang bei uns wurde am { $when } ein neues Passwort
    gesetzt, mit dem Link, den wir dir geschickt hatten. Du bist jetzt
    überall abgemeldet.

mail-account-closed = Dein Konto ist geschlossen
mail-account-closed-text =
    dein Konto { $account } wurde am { $when } geschlossen.
    Es kann nichts mehr darauf eingezahlt und nichts mehr davon bezahlt
    werden. Den Kontoauszug kannst du weiter lesen.
