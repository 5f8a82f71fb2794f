"""An invoice and a statement of running sites, with names in many scripts, as poppler draws and reads them.

A bank and a shop are started on an empty folder. A customer orders products and pays people whose names need nine
scripts; the invoice and the statement are fetched as a browser fetches them. Each name must be in the text that poppler
copies, and where poppler says that its words are there must be ink. At the end the negative control: without fonts the
names are boxes, which the log must say, and the copied text is the same. `.ci/documents` installs what this needs and
runs it.

    python sites.py target/debug/bank-site target/debug/shop-site
"""

import html
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request
import uuid

from PIL import Image

PASSWORD, PIN = "a short sentence is good", "804917"
BUYER, STREET, CITY, SELLER = "王小明", "市府路45號", "臺北市", "山田電機 shop"
PRODUCTS = ["マウス 静か", "لوحة مفاتيح", "कीबोर्ड बड़ा", "คีย์บอร์ด", "מקלדת שקטה", "Größe Łódź"]
PAYEES = ["محمد علي", "राम कृष्ण शर्मा", "김민수", "Дмитрий Иванов", "Νίκος"]
REFERENCE = "家賃 12月"
MISSING = "no font has this letter"
DPI = 144
WORD = r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'


class Site:
    """A program that serves on a free port, and its log."""

    def __init__(self, folder, program, *arguments, **environment):
        self.log = folder / f"{pathlib.Path(program).name}-{uuid.uuid4()}.log"
        command = [program, "serve", "--listen", "127.0.0.1:0", *arguments]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **environment}
            )
        line = self.process.stdout.readline()
        assert "is open at" in line, f"{command}: {self.log.read_text()}"
        self.origin = line.split()[-1]

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def fetch(self, path, token=None, body=None, method=None):
        request = urllib.request.Request(self.origin + path, method=method)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
            request.add_header("Idempotency-Key", str(uuid.uuid4()))
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def call(self, path, token=None, body=None, method=None):
        return json.loads(self.fetch(f"/api/v1{path}", token, body, method))


def money(amount):
    return {"amount": amount, "currency": "EUR"}


def customer(bank, name, email):
    new = {"name": name, "email": email, "password": PASSWORD, "pin": PIN}
    return bank.call("/customers", body=new)["account"]["number"]


def purchase(bank, shop):
    """What the buyer signs in with at the bank, the account, and the order's token."""
    email = "ming@example.org"
    number = customer(bank, BUYER, email)
    token = bank.call("/sessions", body={"email": email, "password": PASSWORD})["token"]
    bank.call(f"/accounts/{number}/deposits", token, money("5000.00"))
    for n, name in enumerate(PAYEES):
        other = customer(bank, name, f"payee-{n}@example.org")
        bank.call("/payees", token, {"name": name, "account_number": other})
        paid = {"from": number, "to": other, "reference": REFERENCE, "pin": PIN, **money(f"{n + 1}.00")}
        bank.call("/transfers", token, paid)
    cart = shop.call("/carts", method="POST")["id"]
    for n in range(len(PRODUCTS)):
        filled = shop.call(f"/carts/{cart}/lines/P-{n}", body={"quantity": 1}, method="PUT")
    order = {
        "cart": cart, "name": BUYER, "email": email, "street": STREET, "postal_code": "110", "city": CITY,
        "country": "Taiwan", "account_number": number, "pin": PIN, "expected_total": filled["total"], "currency": "EUR",
    }
    placed = shop.call("/orders", body=order)
    assert placed["status"] == "paid", placed
    return token, number, placed["token"]


def documents(folder, bank, shop, bought):
    token, number, order = bought
    invoice, statement = folder / "invoice.pdf", folder / "statement.pdf"
    invoice.write_bytes(shop.fetch(f"/orders/{order}/invoice.pdf"))
    statement.write_bytes(bank.fetch(f"/api/v1/accounts/{number}/statement.pdf", token))
    return {
        invoice: [SELLER, BUYER, STREET, CITY, *PRODUCTS],
        statement: [BUYER, SELLER, REFERENCE, *PAYEES],
    }


def plain(text):
    """Without the controls in which poppler wraps what is written from right to left."""
    return "".join(c for c in text if c not in "\u202a\u202b\u202c\u200e\u200f")


def copied(path):
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()
    return " ".join(plain(text).split())


def words(path, folder):
    """Each word that poppler finds, with the ink where it is: the darkest dots' share of its box."""
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", path, folder / path.stem], check=True)
    pages = [Image.open(page) for page in sorted(folder.glob(f"{path.stem}-*.pgm"))]
    layout = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True).stdout.decode()
    found = {}
    for page, part in zip(pages, layout.split("<page ")[1:], strict=True):
        for *corners, word in re.findall(WORD, part):
            box = page.crop([round(float(corner) * DPI / 72) for corner in corners])
            dark = sum(box.histogram()[:128]) / max(1, box.width * box.height)
            found[plain(html.unescape(word))] = dark
    return found


def check(path, names, folder):
    text, found = copied(path), words(path, folder)
    for name in names:
        assert name in text, f"{path.name}: {name} is not in {text!r}"
        for word in name.split():
            # Here poppler writes words from right to left as they look; and what it takes for one may have neighbours.
            inks = [ink for other, ink in found.items() if word in other or word[::-1] in other]
            assert inks and max(inks) > 0.02, f"{path.name}: no ink for {word}: {inks}"
    assert path.stat().st_size < 300_000, f"{path.name}: {path.stat().st_size} bytes: fonts are not subset"
    print(f"{path.name}: {len(names)} names, each copied and drawn")


def main(bank_program, shop_program):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        bank_data, shop_data = ["--database", folder / "bank.db"], ["--database", folder / "shop.db"]
        made = subprocess.run([bank_program, "create-merchant", SELLER, *bank_data], check=True, capture_output=True)
        key = made.stdout.decode().strip()
        rows = [f'P-{n},{name},Tern,parts,{n + 10}.00,9,Small,weight=1 kg' for n, name in enumerate(PRODUCTS)]
        catalogue = folder / "catalogue.csv"
        catalogue.write_text("\n".join(["sku,name,brand,category,price,stock,description,specifications", *rows, ""]))

        def serve(*settings):
            bank = Site(folder, bank_program, *bank_data, *settings)
            seller = ["--seller-name", SELLER, "--seller-address", "1 Example Street; Berlin"]
            settings = [*shop_data, "--bank-url", bank.origin, *seller, *settings]
            shop = Site(folder, shop_program, *settings, SHOP_BANK_API_KEY=key)
            return bank, shop

        bank, shop = serve()
        try:
            subprocess.run([shop_program, "import", catalogue, *shop_data], check=True, capture_output=True)
            bought = purchase(bank, shop)
            made = documents(folder, bank, shop, bought)
            for path, names in made.items():
                check(path, names, folder)
            with_fonts = [copied(path) for path in made]
            logs = bank.log.read_text() + shop.log.read_text()
            assert MISSING not in logs, logs
        finally:
            shop.stop(), bank.stop()
        (folder / "none").mkdir()
        bank, shop = serve("--fonts", folder / "none")
        try:
            boxes = [copied(path) for path in documents(folder, bank, shop, bought)]
            for site in [bank, shop]:
                assert MISSING in site.log.read_text(), f"{site.log.name} does not tell of the boxes"
            for names, text in zip(made.values(), boxes):
                assert all(name in text for name in names), f"without fonts: {text!r}"
            assert with_fonts[0] == boxes[0], "an invoice without fonts says the same"
        finally:
            shop.stop(), bank.stop()
    print("an invoice and a statement: text and ink are right")


main(*sys.argv[1:])
