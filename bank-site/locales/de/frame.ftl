# Around every page
site-name = Bank
site-description = Ein Bankkonto in einer Minute: einzahlen, mit PIN bezahlen und sehen, wohin das Geld ging.
nav-main = Hauptmenü
nav-accounts = Konten
nav-security = Sicherheit
nav-shop = Zum Shop
nav-log-in = Anmelden
nav-register = Konto eröffnen
nav-log-out = Abmelden
foot-api = API für Programme
error-accounts = Zu deinen Konten
error-home = Startseite
