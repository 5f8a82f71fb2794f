# Cart and checkout
checkout-name = Name
checkout-email = E-Mail-Adresse
checkout-street = Straße und Hausnummer
checkout-postal-code = Postleitzahl
checkout-city = Ort
checkout-country = Land
checkout-account = Kontonummer
checkout-account-hint = 12 Ziffern, wie deine Bank sie anzeigt.
checkout-pin = PIN
checkout-pin-hint = Wir geben sie an deine Bank weiter und behalten sie nie.
stock-in = Auf Lager
stock-few = Nur noch { $units } da
stock-too-few = Nur noch { $units } da: bitte nimm weniger
stock-out = Ausverkauft
