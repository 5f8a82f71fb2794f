# The words of the catalogue that comes with the shop. What an operator adds is shown as the catalogue says it.

# Categories
category-desktops = Desktops
category-docks = Docks
category-graphics-cards = Graphics cards
category-headsets = Headsets
category-keyboards = Keyboards
category-laptops = Laptops
category-memory = Memory
category-mice = Mice
category-monitors = Monitors
category-networking = Networking
category-processors = Processors
category-storage = Storage
category-webcams = Webcams

# What specifications are called
spec-ram = Memory
spec-storage = Storage
spec-screen-size = Screen size
spec-resolution = Resolution
spec-weight = Weight
spec-battery = Battery
spec-processor = Processor
spec-wifi = Wi-Fi
spec-usb-c-ports = USB-C ports
spec-refresh-rate = Refresh rate
spec-graphics = Graphics
spec-power-supply = Power supply
spec-volume = Volume
spec-ethernet = Ethernet
spec-panel = Panel
spec-brightness = Brightness
spec-response-time = Response time
spec-height-adjustable = Height adjustable
spec-usb-c-power = USB-C power
spec-layout = Layout
spec-switch = Key switches
spec-connection = Connection
spec-keys = Keys
spec-wireless = Wireless
spec-backlight = Backlight
spec-sensor = Sensor
spec-buttons = Buttons
spec-battery-life = Battery life
spec-capacity = Capacity
spec-kind = Type
spec-interface = Interface
spec-read-speed = Read speed
spec-write-speed = Write speed
spec-endurance = Endurance
spec-modules = Modules
spec-generation = Generation
spec-speed = Speed
spec-latency = Latency
spec-voltage = Voltage
spec-ecc = ECC memory
spec-video-memory = Video memory
spec-memory-type = Memory type
spec-boost-clock = Boost clock
spec-power-draw = Power draw
spec-length = Length
spec-outputs = Outputs
spec-slots = Slots
spec-cores = Cores
spec-threads = Threads
spec-base-clock = Base clock
spec-max-clock = Highest clock
spec-cache = Cache
spec-socket = Socket
spec-integrated-graphics = Integrated graphics
spec-throughput = Throughput
spec-ports = Ports
spec-managed = Managed
spec-poe-budget = PoE budget
spec-host-connection = Host connection
spec-displays = Displays
spec-cable-length = Cable length
spec-noise-cancelling = Noise cancelling
spec-frame-rate = Frame rate
spec-field-of-view = Field of view
spec-autofocus = Autofocus
spec-microphones = Microphones
spec-privacy-shutter = Privacy shutter

# Units that are words
unit-buttons = { $count ->
    [one] { $number } button
   *[other] { $number } buttons
}
unit-cores = { $count ->
    [one] { $number } core
   *[other] { $number } cores
}
unit-displays = { $count ->
    [one] { $number } display
   *[other] { $number } displays
}
unit-keys = { $count ->
    [one] { $number } key
   *[other] { $number } keys
}
unit-mics = { $count ->
    [one] { $number } microphone
   *[other] { $number } microphones
}
unit-modules = { $count ->
    [one] { $number } module
   *[other] { $number } modules
}
unit-ports = { $count ->
    [one] { $number } port
   *[other] { $number } ports
}
unit-slots = { $count ->
    [one] { $number } slot
   *[other] { $number } slots
}
unit-threads = { $count ->
    [one] { $number } thread
   *[other] { $number } threads
}
unit-deg = { $number }°
unit-in = { $number }″

# Values that are words
value-yes = yes
value-no = no
value-integrated-halvorn-graphics = Integrated Halvorn graphics
value-integrated-vantrell-graphics = Integrated Vantrell graphics
value-iso-german = ISO German
value-iso-nordic = ISO Nordic
value-numeric-keypad = Numeric keypad
value-linear-mechanical = Linear mechanical
value-linear-mechanical-hot-swap = Linear mechanical, hot-swap
value-magnetic-linear = Magnetic linear
value-membrane = Membrane
value-quiet-tactile-mechanical = Quiet tactile mechanical
value-scissor = Scissor
value-2-4-ghz-radio = 2.4 GHz radio
value-2-4-ghz-bluetooth-5-4-usb-c = 2.4 GHz, Bluetooth 5.4, USB-C
value-2-4-ghz-usb-c = 2.4 GHz, USB-C
value-3-5-mm-jack = 3.5 mm jack
value-bluetooth-5-4-2-4-ghz = Bluetooth 5.4, 2.4 GHz
value-bluetooth-5-4-usb-a-adapter = Bluetooth 5.4, USB-A adapter
value-usb-c-2-4-ghz-bluetooth-5-4 = USB-C, 2.4 GHz, Bluetooth 5.4
value-usb-c-usb-a-adapter = USB-C, USB-A adapter
value-access-point = Access point
value-mesh-system = Mesh system
value-network-card = Network card
value-portable-ssd = Portable SSD
value-gddr6-with-ecc = GDDR6 with ECC
value-gddr7-with-ecc = GDDR7 with ECC
product-retired = This product is no longer sold.
