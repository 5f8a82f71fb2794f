# A forgotten password: asking for a link, and setting a new one by it
forgotten-title = Passwort vergessen?
forgotten-lead = Nenn uns deine E-Mail-Adresse, und wir schicken dir einen Link, mit dem du ein neues wählst. Dein Geld und deine PINs bleiben, wie sie sind.
forgotten-send = Link schicken
forgotten-asked = Wenn jemand mit dieser Adresse bei uns ist, ist eine E-Mail dorthin unterwegs.
forgotten-asked-next = Der Link darin gilt einmal und 30 Minuten lang. Nach ein paar Minuten noch nichts da? Sieh im Spam-Ordner nach und prüfe die Adresse, die du eingegeben hast.
forgotten-back = Zurück zur Anmeldung
reset-title = Ein neues Passwort
reset-lead = Wähle ein neues Passwort. Überall sonst bist du dann abgemeldet.
reset-password = Neues Passwort
reset-send = Dieses Passwort nehmen
reset-done = Dein neues Passwort ist gesetzt. Du kannst dich jetzt damit anmelden.
reset-ended = Dieser Link wurde schon benutzt, oder seine 30 Minuten sind um. Lass dir einen neuen schicken; das geht schnell.
reset-again = Neuen Link schicken
login-forgotten = Passwort vergessen?
