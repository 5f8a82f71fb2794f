# Coming in: logging in, opening the first account, a forgotten password
login-title = Anmelden
login-first = Bitte melde dich erst an; dann geht es dort weiter, wo du hinwolltest.
login-email = E-Mail-Adresse
login-password = Passwort
login-send = Anmelden
login-new = Neu hier?
register-title = Konto eröffnen
register-lead = Vier Felder, eine Minute.
register-name = Dein Name
register-email = E-Mail-Adresse
register-email-hint = Zum Anmelden und für Nachrichten zu deiner Sicherheit. Für sonst nichts.
register-password = Passwort
register-password-hint = Zum Anmelden. Mindestens { $least } Zeichen; ein kurzer Satz ist gut.
register-pin = PIN deines ersten Kontos
register-pin-hint = Zum Bezahlen und Abheben. 6 bis 12 Ziffern, die niemand errät: kein Datum, nicht 123456.
register-send = Konto eröffnen
register-known = Du hast schon ein Konto?
