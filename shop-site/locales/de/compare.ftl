# Produkte nebeneinander
compare-title = Produkte vergleichen
compare-tick = Vergleichen
compare-bar = Bis zu vier passen nebeneinander.
compare-do = Ausgewählte vergleichen
compare-lead = { $count ->
    [0] Die technischen Daten sind gleich.
    [one] Sie unterscheiden sich in einem Punkt.
   *[other] Sie unterscheiden sich in { $count } Punkten.
}
compare-stock = Verfügbarkeit
compare-change = Ändern
compare-different = Was sie unterscheidet
compare-same = Was gleich ist
compare-remove = Entfernen
compare-add = Noch eins dazunehmen
compare-more = Aus der ganzen Kategorie wählen
compare-empty = Noch nichts zu vergleichen
compare-empty-next = Setz in einer Liste bei zwei bis vier Produkten das Häkchen „Vergleichen“, dann siehst du sie nebeneinander.
compare-too-many = Du hast { $count } Produkte gewählt, { $max } passen nebeneinander. Bitte entferne welche.
