"""State for the fuzzer: what must be there before each operation can answer with a success, made through the APIs.

`bank_examples` and `shop_examples` return, for each operation id, values for its parameters and its body with which it
succeeds. Each operation that ends something has a thing of its own to end, so that no order of calls spoils another's.
"""

import email
import email.policy
import re
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import requests

PASSWORD, NEW_PASSWORD = "a short sentence is good", "another sentence is good"
PIN, NEW_PIN, WRONG_PIN = "804917", "739184", "000000"
CURRENCY = "EUR"

# What an operation is called with: parameters by name, and `body`.
Example = dict[str, Any]


@dataclass
class Api:
    """One site's API, called by one caller."""

    origin: str
    token: str | None = None

    def call(self, method: str, path: str, body: object = None, *, allowed: tuple[int, ...] = ()) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        response = requests.request(method, f"{self.origin}/api/v1{path}", json=body, headers=headers, timeout=30)
        if not response.ok and response.status_code not in allowed:
            raise RuntimeError(f"{method} {path}: {response.status_code} {response.text}")
        return response.json() if response.content else None

    def post(self, path: str, body: object = None, *, allowed: tuple[int, ...] = ()) -> Any:
        return self.call("POST", path, body, allowed=allowed)


@dataclass
class Customer:
    """A customer of the bank with a filled account, signed in."""

    api: Api
    email: str
    number: str

    @classmethod
    def register(cls, bank: str) -> "Customer":
        address = f"fuzz-{uuid.uuid4()}@example.org"
        registered = Api(bank).post("/customers", {"name": "Ada", "email": address, "password": PASSWORD, "pin": PIN})
        customer = cls(Api(bank, log_in(bank, address)), address, registered["account"]["number"])
        customer.deposit(customer.number)
        return customer

    def deposit(self, number: str, amount: str = "900000.00") -> Any:
        return self.api.post(f"/accounts/{number}/deposits", {"amount": amount, "currency": CURRENCY})

    def open_account(self) -> str:
        account = self.api.post("/accounts", {"name": "Savings", "pin": PIN, "currency": CURRENCY})
        return str(account["number"])


def log_in(bank: str, address: str, *passwords: str) -> str:
    """A token; the first of the passwords that fits is taken."""
    for password in passwords or (PASSWORD,):
        answer = Api(bank).post("/sessions", {"email": address, "password": password}, allowed=(401,))
        if "token" in answer:
            return str(answer["token"])
    raise RuntimeError(f"no password of {address} fits")


def reset_token(bank: str, mails: Path, address: str) -> str:
    """Asks for a new password, and reads the token out of the mail."""
    Api(bank).post("/password-resets", {"email": address})
    for _ in range(100):
        for file in sorted(mails.glob("*.eml"), reverse=True):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            found = re.search(r"token=([0-9a-f]+)", mail.get_content())
            if address in mail["To"] and found:
                return found[1]
        time.sleep(0.1)
    raise RuntimeError(f"no mail with a token for {address} in {mails}")


def bank_examples(
    bank: str, merchant: Api, mails: Path, customer: Customer, ending: dict[str, Customer]
) -> dict[str, Example]:
    """For the bank. `ending`: whose password, PIN or session the operation of that name ends."""
    number = customer.number
    second, empty = customer.open_account(), customer.open_account()
    # What is empty can be closed, by any call of closeAccount: these two have to stay.
    deposited, _ = customer.deposit(number), customer.deposit(second, "1000.00")
    saved, removed = (
        customer.api.post("/payees", {"name": "Friend", "account_number": Customer.register(bank).number})["id"]
        for _ in range(2)
    )
    stranger, unsaved, forgetful = (Customer.register(bank) for _ in range(3))
    # A session which nobody uses.
    log_in(bank, ending["endSession"].email)
    sessions = ending["endSession"].api.call("GET", "/me/sessions")["sessions"]
    spare = next(session["id"] for session in sessions if not session["current"])
    today = datetime.now(timezone.utc).date()
    days = {"from": str(today - timedelta(days=7)), "to": str(today)}
    money = {"amount": "1.00", "currency": CURRENCY}

    def pay(**more: str) -> str:
        charge = {"account_number": number, "pin": PIN, "amount": "5.00", "currency": CURRENCY, "reference": "Fuzz"}
        return str(merchant.post("/payments", charge | more)["id"])

    def hold() -> str:
        return pay(capture="manual")

    return {
        "listAccounts": {},
        "openAccount": {"body": {"name": "Savings", "pin": PIN, "currency": "USD"}},
        "getAccount": {"number": number},
        "renameAccount": {"number": number, "body": {"name": "Household"}},
        "listBalances": {"number": number, **days},
        "closeAccount": {"number": empty, "body": {"pin": PIN}},
        "deposit": {"number": second, "body": money},
        "listEntries": {"number": number, "limit": 10, "direction": "in"},
        "getEntry": {"number": number, "id": deposited["id"]},
        "changePin": {"number": ending["changePin"].number, "body": {"password": PASSWORD, "new_pin": NEW_PIN}},
        "listSpending": {"number": number, **days},
        "downloadCamt053": {"number": number, **days},
        "downloadCsv": {"number": number, **days},
        "downloadOfx": {"number": number, **days},
        "downloadPdf": {"number": number, **days},
        "withdraw": {"number": number, "body": money | {"pin": PIN}},
        "registerCustomer": {
            "body": {"name": "Grace", "email": f"fuzz-{uuid.uuid4()}@example.org", "password": PASSWORD, "pin": PIN}
        },
        "getDashboard": {"limit": 5},
        "getMe": {},
        "changeProfile": {"body": {"name": "Ada Lovelace", "language": "de"}},
        "changePassword": {"body": {"current_password": PASSWORD, "new_password": NEW_PASSWORD}},
        "listSecurityEvents": {"limit": 5},
        "listSessions": {},
        "getSession": {"id": customer.api.call("GET", "/me/sessions")["sessions"][0]["id"]},
        "endSession": {"id": spare},
        "requestPasswordReset": {"body": {"email": stranger.email}},
        "resetPassword": {
            "body": {"reset_token": reset_token(bank, mails, forgetful.email), "new_password": NEW_PASSWORD}
        },
        "listPayees": {},
        "savePayee": {"body": {"name": "Shop", "account_number": unsaved.number}},
        "removePayee": {"id": removed},
        "getPayee": {"id": saved},
        "renamePayee": {"id": saved, "body": {"name": "Old friend"}},
        "listPayments": {"limit": 10},
        "createPayment": {"body": money | {"account_number": number, "pin": PIN, "capture": "manual", "reference": "Fuzz"}},
        "voidPaymentByKey": {"body": {"idempotency_key": str(uuid.uuid4())}},
        "getPayment": {"id": pay()},
        "capturePayment": {"id": hold(), "body": money | {"final": False}},
        "refundPayment": {"id": pay(), "body": money},
        "voidPayment": {"id": hold()},
        "logIn": {"body": {"email": customer.email, "password": PASSWORD}},
        "logOut": {},
        "transfer": {"body": money | {"from": number, "to": second, "reference": "Fuzz"}},
        "previewTransfer": {"body": money | {"from": number, "to": second}},
    }


def shop_examples(shop: str, bank: str) -> dict[str, Example]:
    """For the shop; who pays is a customer of the bank."""
    api, payer = Api(shop), Customer.register(bank)
    products = api.call("GET", "/products?limit=100&in_stock=true&sort=price")["products"]
    cheap = [product for product in products if product["stock"] >= 5]
    sku, other = cheap[0]["sku"], cheap[1]["sku"]
    address = {"name": "Ada", "email": payer.email, "street": "Byron Street 1", "postal_code": "10115", "city": "Berlin"}

    def cart(*, code: bool = False) -> str:
        made = str(api.post("/carts")["id"])
        api.call("PUT", f"/carts/{made}/lines/{other}", {"quantity": 1})
        if code:
            api.call("PUT", f"/carts/{made}/code", {"code": "SPRING-10"})
        return made

    def to_order() -> Example:
        made = cart()
        total = api.call("GET", f"/carts/{made}")["total"]
        return address | {
            "cart": made,
            "expected_total": total,
            "currency": CURRENCY,
            "account_number": payer.number,
            "pin": PIN,
        }

    def order() -> Any:
        return api.post("/orders", to_order())

    def declined() -> Any:
        """An order that was not paid, and can be paid again."""
        return api.post("/orders", to_order() | {"pin": WRONG_PIN}, allowed=(402,))["order"]

    kept, taken_back = order(), order()
    api.post(f"/orders/{taken_back['token']}/cancel")
    return {
        "createCart": {},
        "getCart": {"cart": cart()},
        "removeCartCode": {"cart": cart(code=True)},
        "setCartCode": {"cart": cart(), "body": {"code": "SPRING-10"}},
        "removeCartLine": {"cart": cart(), "sku": other},
        "setCartLine": {"cart": cart(), "sku": sku, "body": {"quantity": 2}},
        "listShippingOffers": {"cart": cart()},
        "listCategories": {},
        "placeOrder": {"body": to_order()},
        "findOrder": {"body": {"number": kept["number"], "email": payer.email}},
        "getOrder": {"token": kept["token"]},
        "cancelOrder": {"token": order()["token"]},
        "getOrderCreditNote": {"token": taken_back["token"]},
        "getOrderInvoice": {"token": kept["token"]},
        "payOrderAgain": {"token": declined()["token"], "body": {"account_number": payer.number, "pin": PIN}},
        "listProducts": {"category": cheap[0]["category"], "brand": [cheap[0]["brand"]], "facets": True, "limit": 10},
        "compareProducts": {"sku": [sku, other]},
        "suggestProducts": {"q": cheap[0]["name"][:4], "limit": 5},
        "getProduct": {"sku": sku},
        "listRelatedProducts": {"sku": sku, "limit": 5},
    }
