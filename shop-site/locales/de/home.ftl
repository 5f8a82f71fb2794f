home-title = IT-Hardware
home-heading = IT-Hardware, klar beschrieben
home-lead = Du bezahlst mit Kontonummer und PIN. Neu hier?
home-categories = Kategorien
home-some = Einige unserer Produkte
home-all = Alle { $count } Produkte ansehen
