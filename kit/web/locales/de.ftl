# What every site says alike.
skip-to-content = Zum Inhalt springen
language-choose = Sprache
field-optional = (freiwillig)
field-error = Fehler:
field-show = Anzeigen
field-hide = Verbergen
errors-heading = Bitte prüfe dieses Formular
errors-lead = Es ist nichts geschehen.
pages-previous = Vorherige Seite
pages-next = Nächste Seite
pages-of = Seite { $page } von { $pages }
close = Schließen

# Times that people wait.
wait-seconds = { $count ->
    [one] einer Sekunde
   *[other] { $count } Sekunden
}
wait-minutes = { $count ->
    [one] einer Minute
   *[other] { $count } Minuten
}
wait-hours = { $count ->
    [one] einer Stunde
   *[other] { $count } Stunden
}
wait-days = { $count ->
    [one] einem Tag
   *[other] { $count } Tagen
}

# Calendar
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember
date-long = { $day }. { $month } { $year }
date-month = { $month } { $year }
date-time = { $date }, { $time }

# What went wrong outside a form: titles and what to do next, by code.
problem-try-again = Bitte versuche es in { $wait } noch einmal.
problem-invalid-request = Diese Anfrage war nicht lesbar
problem-invalid-request-next = Bitte geh zurück, lade die Seite neu und versuche es noch einmal.
problem-unauthenticated = Bitte melde dich an
problem-unauthenticated-next = Nach der Anmeldung öffnet sich diese Seite.
problem-not-found = Hier ist nichts
problem-not-found-next = Vielleicht ist die Adresse vertippt, oder es gibt nicht mehr, wohin sie führte.
problem-method-not-allowed = Das geht hier nicht
problem-method-not-allowed-next = Bitte nutze die Links und Knöpfe der Seite.
problem-payload-too-large = Das war zu viel
problem-payload-too-large-next = Bitte schick weniger auf einmal.
problem-unsupported-media-type = Diese Anfrage war nicht lesbar
problem-unsupported-media-type-next = Bitte geh zurück, lade die Seite neu und versuche es noch einmal.
problem-internal = Bei uns ist etwas schiefgegangen
problem-internal-next = Es ist protokolliert, und wir kümmern uns darum. Bitte versuche es später noch einmal.
problem-busy = Gerade ist sehr viel los
problem-busy-next = Es ist nichts geschehen. Bitte versuche es gleich noch einmal.
problem-deadline = Das hat zu lange gedauert
problem-deadline-next = Vielleicht geschieht es noch. Sieh erst nach, bevor du es noch einmal abschickst.
problem-csrf-foreign = Dieses Formular wurde nicht angenommen
problem-csrf-foreign-next = Es kam von einer fremden Website, deshalb ist nichts geschehen. Öffne die Seite hier und schick es noch einmal ab.
foot-zone = Zeitzone: { $zone }
form-again = Deine Sitzung in diesem Browser war abgelaufen, deshalb ist nichts geschehen. Prüfe das Formular und schick es noch einmal ab. Wenn diese Meldung wiederkommt, erlaube Cookies für diese Website.
problem-csrf-stale = Dieses Formular war zu alt
problem-csrf-stale-next = Vielleicht hast du dich seitdem an- oder abgemeldet. Es ist nichts geschehen. Geh zurück, lade die Seite neu und schick es noch einmal ab.
problem-csrf-no-cookie = Dein Browser hat unser Cookie nicht zurückgeschickt
problem-csrf-no-cookie-next = Es ist nichts geschehen. Erlaube Cookies für diese Website und versuche es noch einmal.
problem-forbidden = Das ist nicht erlaubt
problem-forbidden-next = Du bist angemeldet, aber das hier gehört jemand anderem.
problem-request-timeout = Deine Anfrage kam zu langsam an
problem-request-timeout-next = Es ist nichts geschehen. Bitte prüfe deine Verbindung und versuche es noch einmal.
problem-unavailable = Etwas, das wir brauchen, geht gerade nicht
problem-unavailable-next = Es ist nichts geschehen. Bitte versuche es später noch einmal.
problem-outcome-unknown = Wir können noch nicht sagen, ob es geschehen ist
problem-outcome-unknown-next = Sieh erst nach. Wenn du dasselbe Formular noch einmal abschickst, geschieht es trotzdem nur einmal.
