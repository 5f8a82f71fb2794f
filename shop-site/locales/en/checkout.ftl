# Cart and checkout
checkout-name = Name
checkout-email = E-mail address
checkout-street = Street and house number
checkout-postal-code = Postal code
checkout-city = Town
checkout-country = Country
checkout-account = Account number
checkout-account-hint = 12 digits, as your bank shows it.
checkout-pin = PIN
checkout-pin-hint = We pass it on to your bank and never keep it.
stock-in = In stock
stock-few = Only { $units } left
stock-too-few = Only { $units } left: please take fewer
stock-out = Sold out
