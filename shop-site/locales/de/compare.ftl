# Produkte nebeneinander
compare-tick = Vergleichen
compare-bar = Bis zu vier passen nebeneinander.
compare-do = Ausgewählte vergleichen
