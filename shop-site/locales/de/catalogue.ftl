# The words of the catalogue that comes with the shop. What an operator adds is shown as the catalogue says it.

# Categories
category-desktops = Desktop-PCs
category-docks = Docks
category-graphics-cards = Grafikkarten
category-headsets = Headsets
category-keyboards = Tastaturen
category-laptops = Laptops
category-memory = Arbeitsspeicher
category-mice = Mäuse
category-monitors = Monitore
category-networking = Netzwerk
category-processors = Prozessoren
category-storage = Speicher
category-webcams = Webcams

# What specifications are called
spec-ram = Arbeitsspeicher
spec-storage = Speicher
spec-screen-size = Bildschirmgröße
spec-resolution = Auflösung
spec-weight = Gewicht
spec-battery = Akku
spec-processor = Prozessor
spec-wifi = WLAN
spec-usb-c-ports = USB-C-Anschlüsse
spec-refresh-rate = Bildwiederholrate
spec-graphics = Grafik
spec-power-supply = Netzteil
spec-volume = Volumen
spec-ethernet = Ethernet
spec-panel = Panel
spec-brightness = Helligkeit
spec-response-time = Reaktionszeit
spec-height-adjustable = Höhenverstellbar
spec-usb-c-power = USB-C-Ladeleistung
spec-layout = Layout
spec-switch = Tastenschalter
spec-connection = Verbindung
spec-keys = Tasten
spec-wireless = Kabellos
spec-backlight = Beleuchtung
spec-sensor = Sensor
spec-buttons = Tasten
spec-battery-life = Akkulaufzeit
spec-capacity = Kapazität
spec-kind = Bauart
spec-interface = Schnittstelle
spec-read-speed = Lesegeschwindigkeit
spec-write-speed = Schreibgeschwindigkeit
spec-endurance = Lebensdauer
spec-modules = Module
spec-generation = Generation
spec-speed = Geschwindigkeit
spec-latency = Latenz
spec-voltage = Spannung
spec-ecc = ECC-Speicher
spec-video-memory = Grafikspeicher
spec-memory-type = Speichertyp
spec-boost-clock = Boost-Takt
spec-power-draw = Leistungsaufnahme
spec-length = Länge
spec-outputs = Ausgänge
spec-slots = Steckplätze
spec-cores = Kerne
spec-threads = Threads
spec-base-clock = Basistakt
spec-max-clock = Höchster Takt
spec-cache = Cache
spec-socket = Sockel
spec-integrated-graphics = Integrierte Grafik
spec-throughput = Durchsatz
spec-ports = Anschlüsse
spec-managed = Verwaltbar
spec-poe-budget = PoE-Budget
spec-host-connection = Anschluss am Rechner
spec-displays = Bildschirme
spec-cable-length = Kabellänge
spec-noise-cancelling = Geräuschunterdrückung
spec-frame-rate = Bildrate
spec-field-of-view = Blickwinkel
spec-autofocus = Autofokus
spec-microphones = Mikrofone
spec-privacy-shutter = Sichtschutz

# Units that are words
unit-buttons = { $count ->
    [one] { $number } Taste
   *[other] { $number } Tasten
}
unit-cores = { $count ->
    [one] { $number } Kern
   *[other] { $number } Kerne
}
unit-displays = { $count ->
    [one] { $number } Bildschirm
   *[other] { $number } Bildschirme
}
unit-keys = { $count ->
    [one] { $number } Taste
   *[other] { $number } Tasten
}
unit-mics = { $count ->
    [one] { $number } Mikrofon
   *[other] { $number } Mikrofone
}
unit-modules = { $count ->
    [one] { $number } Modul
   *[other] { $number } Module
}
unit-ports = { $count ->
    [one] { $number } Anschluss
   *[other] { $number } Anschlüsse
}
unit-slots = { $count ->
    [one] { $number } Steckplatz
   *[other] { $number } Steckplätze
}
unit-threads = { $count ->
    [one] { $number } Thread
   *[other] { $number } Threads
}
unit-deg = { $number }°
unit-in = { $number }″

# Values that are words
value-yes = ja
value-no = nein
value-integrated-halvorn-graphics = Integrierte Halvorn-Grafik
value-integrated-vantrell-graphics = Integrierte Vantrell-Grafik
value-iso-german = ISO Deutsch
value-iso-nordic = ISO Nordisch
value-numeric-keypad = Ziffernblock
value-linear-mechanical = Mechanisch, linear
value-linear-mechanical-hot-swap = Mechanisch, linear, steckbar
value-magnetic-linear = Magnetisch, linear
value-membrane = Membran
value-quiet-tactile-mechanical = Mechanisch, taktil, leise
value-scissor = Scherenmechanik
value-2-4-ghz-radio = Funk 2,4 GHz
value-2-4-ghz-bluetooth-5-4-usb-c = 2,4 GHz, Bluetooth 5.4, USB-C
value-2-4-ghz-usb-c = 2,4 GHz, USB-C
value-3-5-mm-jack = 3,5-mm-Klinke
value-bluetooth-5-4-2-4-ghz = Bluetooth 5.4, 2,4 GHz
value-bluetooth-5-4-usb-a-adapter = Bluetooth 5.4, USB-A-Adapter
value-usb-c-2-4-ghz-bluetooth-5-4 = USB-C, 2,4 GHz, Bluetooth 5.4
value-usb-c-usb-a-adapter = USB-C, USB-A-Adapter
value-access-point = Access-Point
value-mesh-system = Mesh-System
value-network-card = Netzwerkkarte
value-portable-ssd = Externe SSD
value-gddr6-with-ecc = GDDR6 mit ECC
value-gddr7-with-ecc = GDDR7 mit ECC
product-retired = Dieses Produkt wird nicht mehr verkauft.
