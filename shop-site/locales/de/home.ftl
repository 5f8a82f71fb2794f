home-title = IT-Hardware
home-heading = Hardware, die alles von sich erzählt.
home-lead = Was sie gut kann, was nicht und was sie kostet. Die Anschlüsse sind da gezeichnet, wo sie sitzen.
home-stock = { $count ->
    [one] Ein Produkt aus unserem Regal
   *[other] { $count } Produkte aus unseren Regalen
}
home-categories = Finde dich zurecht
home-some = Aus dem Regal gegriffen
home-all = { $count ->
    [one] Das Produkt ansehen
   *[other] Alle { $count } Produkte ansehen
}
home-why = Worauf du zählen kannst
home-plain = Klar beschrieben
home-plain-more = Jeder Text sagt, was ein Gerät gut kann und was nicht.
home-compare = Nebeneinander
home-compare-more = Stell bis zu vier nebeneinander. Was sie unterscheidet, steht oben.
home-shipping = Bald bei dir
home-delivery = Kommt in { $days } Werktagen.
home-delivery-free = Ab { $from } kostenlos.
home-pay = Im Nu bezahlt
home-pay-more = Mit Kontonummer und PIN.
