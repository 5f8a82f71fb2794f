"""A purchase through both sites' APIs, with Python clients that openapi-python-client made of openapi/*.json.

It plays three parts: the customer, who opens an account at the bank; a merchant, who charges it; and a visitor of the shop,
who orders with it. Every answer is checked, so that the program is a test of both contracts as well.

    MERCHANT_KEY=… python purchase.py BANK_URL SHOP_URL

`bank-site create-merchant NAME` prints a merchant's key, `shop-site discounts add SPRING-10 --percent 10` makes the discount
code. `.ci/clients` makes the clients `bank_client` and `shop_client`, and runs this.
"""

import csv
import os
import sys
import uuid
import xml.etree.ElementTree
from decimal import Decimal
from http import HTTPStatus
from typing import TypeVar

from bank_client import AuthenticatedClient as BankClient
from bank_client import Client as AnonymousBankClient
from bank_client import types as bank
from bank_client.api.customers import register_customer
from bank_client.api.movements import deposit
from bank_client.api.payments import (
    capture_payment,
    create_payment,
    get_payment,
    list_payments,
    refund_payment,
    void_payment,
)
from bank_client.api.sessions import log_in
from bank_client.api.statements import download_camt_052, download_csv, download_ofx, download_pdf
from bank_client.models import (
    Advice,
    CaptureMode,
    Credentials,
    NewCapture,
    NewCustomer,
    NewDeposit,
    NewPayment,
    NewRefund,
    NewSession,
    Payment,
    PaymentPage,
    PaymentStatus,
    Problem,
    ProblemCode,
    Receipt,
    RegisteredCustomer,
)
from shop_client import Client as ShopClient
from shop_client import types as shop
from shop_client.api.carts import create_cart, set_cart_code, set_cart_line
from shop_client.api.catalogue import list_products
from shop_client.api.orders import cancel_order, get_order, place_order
from shop_client.models import (
    Cart,
    LineQuantity,
    ListProductsSpecifications,
    NewCart,
    NewCartCode,
    NewOrder,
    Order,
    OrderStatus,
    Product,
    ProductPage,
)
from shop_client.models import Problem as ShopProblem

PASSWORD, PIN, WRONG_PIN = "a short sentence is good", "804917", "804918"
CURRENCY = "EUR"

T = TypeVar("T")


def check(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)


def of_bank(response: bank.Response[T | Problem], status: HTTPStatus) -> T:
    """What the bank answered with this status. Any other answer raises, with its problem document."""
    answer = response.parsed
    if isinstance(answer, Problem):
        raise AssertionError(f"{answer.status} ({answer.code}): {answer.detail}")
    if answer is None or response.status_code != status:
        raise AssertionError(f"{response.status_code} instead of {status}: {response.content!r}")
    return answer


def of_shop(response: shop.Response[T | ShopProblem], status: HTTPStatus) -> T:
    """The same for the shop."""
    answer = response.parsed
    if isinstance(answer, ShopProblem):
        raise AssertionError(f"{answer.status} ({answer.code}): {answer.detail}")
    if answer is None or response.status_code != status:
        raise AssertionError(f"{response.status_code} instead of {status}: {response.content!r}")
    return answer


def new_key() -> str:
    """A name for one call that moves money. Keep it until the answer is there: the same call under it repeats nothing."""
    return str(uuid.uuid4())


def open_account(bank_url: str) -> tuple[BankClient, str]:
    """Registers a customer, signs them in and pays cash in. Returns the customer's client and their account's number."""
    anyone = AnonymousBankClient(base_url=bank_url)
    email = f"ada-{uuid.uuid4()}@example.org"
    registered: RegisteredCustomer = of_bank(
        register_customer.sync_detailed(
            client=anyone,
            body=NewCustomer(name="Ada Lovelace", email=email, password=PASSWORD, pin=PIN),
        ),
        HTTPStatus.CREATED,
    )
    check(registered.customer.email == email, "the customer's e-mail address")

    session: NewSession = of_bank(
        log_in.sync_detailed(client=anyone, body=Credentials(email=email, password=PASSWORD)),
        HTTPStatus.CREATED,
    )
    check(session.expires_at > registered.customer.created_at, "a session that begins")

    customer = BankClient(base_url=bank_url, token=session.token)
    number = registered.account.number
    receipt: Receipt = of_bank(
        deposit.sync_detailed(
            number,
            client=customer,
            idempotency_key=new_key(),
            body=NewDeposit(amount="2000.00", currency=CURRENCY),
        ),
        HTTPStatus.CREATED,
    )
    check(Decimal(receipt.balance_after) == Decimal("2000.00"), "the balance after the deposit")
    print(f"opened account {number} with {receipt.balance_after} {receipt.currency}")
    return customer, number


def charge_at_once(merchant: BankClient, number: str) -> None:
    """A purchase: the money is taken in the same call. Then the call is repeated, as after a timeout, and given back."""
    key = new_key()
    order = NewPayment(
        account_number=number, pin=PIN, amount="129.90", currency=CURRENCY, capture=CaptureMode.IMMEDIATE, reference="Ticket"
    )
    first = create_payment.sync_detailed(client=merchant, idempotency_key=key, body=order)
    paid: Payment = of_bank(first, HTTPStatus.CREATED)
    check(paid.status is PaymentStatus.CAPTURED and paid.captured == "129.90", "the money is taken")
    check("Location" in first.headers, "where the payment is found")
    check(first.headers.get("Idempotent-Replay", "false") == "false", "it is the first time")

    again = create_payment.sync_detailed(client=merchant, idempotency_key=key, body=order)
    check(of_bank(again, HTTPStatus.CREATED) == paid and again.content == first.content, "the same payment")
    check(again.headers["Idempotent-Replay"] == "true", "it says that it is a replay")

    refunded: Payment = of_bank(
        refund_payment.sync_detailed(
            paid.id, client=merchant, idempotency_key=new_key(), body=NewRefund(amount="29.90", currency=CURRENCY)
        ),
        HTTPStatus.OK,
    )
    check(refunded.refunded == "29.90" and refunded.captured == "129.90", "part of it is given back")
    print(f"charged {paid.captured} {paid.currency}, gave back {refunded.refunded}")


def hold_and_take_part(merchant: BankClient, number: str) -> None:
    """An authorization: the money is held, part of it is taken, the rest is let go."""
    held: Payment = of_bank(
        create_payment.sync_detailed(
            client=merchant,
            idempotency_key=new_key(),
            body=NewPayment(
                account_number=number, pin=PIN, amount="50.00", currency=CURRENCY, capture=CaptureMode.MANUAL, reference="Hotel"
            ),
        ),
        HTTPStatus.CREATED,
    )
    check(held.status is PaymentStatus.AUTHORIZED and held.captured == "0.00", "the money is held")
    # `expires_at` is absent where nothing expires: the type says so, and asks for this line.
    check(not isinstance(held.expires_at, bank.Unset) and held.expires_at > held.created_at, "the hold ends some day")

    # With `final` false more may follow: the rest stays held.
    part: Payment = of_bank(
        capture_payment.sync_detailed(
            held.id,
            client=merchant,
            idempotency_key=new_key(),
            body=NewCapture(amount="15.00", currency=CURRENCY, final=False),
        ),
        HTTPStatus.OK,
    )
    check(part.status is PaymentStatus.AUTHORIZED and part.captured == "15.00", "a part is taken, the rest held")

    # Letting go of what is gone already changes nothing and is no error.
    voided: Payment = of_bank(void_payment.sync_detailed(held.id, client=merchant), HTTPStatus.OK)
    check(voided.status is PaymentStatus.CAPTURED and voided.captured == "15.00", "the rest is free, the part stays")
    check(of_bank(void_payment.sync_detailed(held.id, client=merchant), HTTPStatus.OK) == voided, "the same answer twice")
    check(of_bank(get_payment.sync_detailed(held.id, client=merchant), HTTPStatus.OK) == voided, "what is found later")

    # Without a body, all of it is taken.
    whole: Payment = of_bank(
        create_payment.sync_detailed(
            client=merchant,
            idempotency_key=new_key(),
            body=NewPayment(
                account_number=number, pin=PIN, amount="20.00", currency=CURRENCY, capture=CaptureMode.MANUAL
            ),
        ),
        HTTPStatus.CREATED,
    )
    taken: Payment = of_bank(
        capture_payment.sync_detailed(whole.id, client=merchant, idempotency_key=new_key()), HTTPStatus.OK
    )
    check(taken.status is PaymentStatus.CAPTURED and taken.captured == "20.00", "all of it is taken")
    print(f"held {held.amount} {held.currency}, took {voided.captured}; held and took {taken.captured}")


def be_declined(merchant: BankClient, number: str) -> str:
    """A decline is a 402 with facts to act on. Returns the key, under which it is final."""
    key = new_key()
    response = create_payment.sync_detailed(
        client=merchant,
        idempotency_key=key,
        body=NewPayment(account_number=number, pin=WRONG_PIN, amount="5.00", currency=CURRENCY),
    )
    problem = response.parsed
    check(response.status_code == HTTPStatus.PAYMENT_REQUIRED, "a decline is a 402")
    if not isinstance(problem, Problem) or isinstance(problem.payment, bank.Unset):
        raise AssertionError("a decline is a problem with the payment")
    check(problem.code is ProblemCode.INCORRECT_PIN, "why")
    check(problem.advice is Advice.RETRY_WITH_NEW_PIN, "what the payer can do")
    check(problem.payment.status is PaymentStatus.DECLINED and problem.payment.captured == "0.00", "nothing is taken")
    print(f"declined: {problem.code}, {problem.advice}")
    return key


def look_back(merchant: BankClient, declined_key: str) -> None:
    """The merchant's payments: one by its key, as after a call without an answer, and all of a status, page by page."""
    found: PaymentPage = of_bank(
        list_payments.sync_detailed(client=merchant, idempotency_key=declined_key), HTTPStatus.OK
    )
    check([payment.idempotency_key for payment in found.payments] == [declined_key], "the payment under this key")
    check(isinstance(found.next_cursor, bank.Unset), "there is no other page")
    check(found.payments[0].status is PaymentStatus.DECLINED, "what became of it")

    captured: list[Payment] = []
    cursor: str | bank.Unset = bank.UNSET
    while True:
        page: PaymentPage = of_bank(
            list_payments.sync_detailed(client=merchant, status=PaymentStatus.CAPTURED, limit=2, cursor=cursor),
            HTTPStatus.OK,
        )
        check(len(page.payments) <= 2, "a page has at most so many")
        captured += page.payments
        if not page.next_cursor:
            break
        cursor = page.next_cursor
    check(len(captured) >= 3 and len({payment.id for payment in captured}) == len(captured), "each once")
    check(all(payment.status is PaymentStatus.CAPTURED for payment in captured), "no other status")
    print(f"listed {len(captured)} captured payments")


def choose_product(visitor: ShopClient) -> Product:
    """Narrows the catalogue down by what the shop itself says that it can be narrowed by."""
    everything: ProductPage = of_shop(list_products.sync_detailed(client=visitor, facets=True, limit=1), HTTPStatus.OK)
    if isinstance(everything.facets, shop.Unset):
        raise AssertionError("facets were asked for")
    brand = everything.facets.brands[0]
    check(len(everything.products) == 1 and everything.total > 1 and brand.count > 0, "a page, and what there is beside it")

    of_brand: ProductPage = of_shop(
        list_products.sync_detailed(client=visitor, brand=[brand.value], limit=100), HTTPStatus.OK
    )
    check(of_brand.total == brand.count == len(of_brand.products), "as many as the facet said")
    check({product.brand for product in of_brand.products} == {brand.value}, "this brand alone")

    # Every fact of a product is a filter, too; which there are depends on the goods.
    fact = next(fact for product in of_brand.products for fact in product.specifications)
    filters = ListProductsSpecifications()
    filters[fact.key] = fact.value
    alike: ProductPage = of_shop(list_products.sync_detailed(client=visitor, specifications=filters), HTTPStatus.OK)
    check(0 < alike.total < everything.total, f"fewer where {fact.key} is {fact.value}")

    affordable = (p for p in of_brand.products if p.stock >= 2 and Decimal(p.price) <= Decimal("400.00"))
    product = next(affordable, None)
    if product is None:
        raise AssertionError("nothing to buy")
    return product


def order(visitor: ShopClient, number: str) -> None:
    """Fills a cart, orders what is in it, and cancels the order."""
    product = choose_product(visitor)
    cart: NewCart = of_shop(create_cart.sync_detailed(client=visitor), HTTPStatus.CREATED)
    filled: Cart = of_shop(
        set_cart_line.sync_detailed(cart.id, product.sku, client=visitor, body=LineQuantity(quantity=2)), HTTPStatus.OK
    )
    check(filled.units == 2 and Decimal(filled.goods) == 2 * Decimal(product.price), "two units")
    cheaper: Cart = of_shop(
        set_cart_code.sync_detailed(cart.id, client=visitor, body=NewCartCode(code="spring-10")), HTTPStatus.OK
    )
    if isinstance(cheaper.code, shop.Unset) or isinstance(cheaper.code.amount, shop.Unset):
        raise AssertionError("the code takes something off")
    check(cheaper.code.code == "SPRING-10" and Decimal(cheaper.code.amount) * 10 == Decimal(cheaper.goods), "a tenth")

    # The total that was shown is sent along: if a price changed meanwhile, nothing is ordered.
    response = place_order.sync_detailed(
        client=visitor,
        idempotency_key=new_key(),
        body=NewOrder(
            cart=cart.id,
            expected_total=cheaper.total,
            currency=cheaper.currency,
            account_number=number,
            pin=PIN,
            name="Ada Lovelace",
            email="ada@example.org",
            street="Byron Street 1",
            postal_code="10115",
            city="Berlin",
        ),
    )
    # 202 would mean that nobody knows yet whether the bank took the money: `get_order` tells later.
    placed: Order = of_shop(response, HTTPStatus.CREATED)
    check(placed.status is OrderStatus.PAID and placed.total == cheaper.total, "it is paid")
    check("Location" in response.headers, "where the order is found")

    found: Order = of_shop(get_order.sync_detailed(placed.token, client=visitor), HTTPStatus.OK)
    check(found.number == placed.number and found.may_cancel, "it is found, and may be cancelled")
    cancelled: Order = of_shop(cancel_order.sync_detailed(placed.token, client=visitor), HTTPStatus.OK)
    # `REFUNDING` would mean that the bank cannot be reached just now; the shop goes on trying.
    check(cancelled.status is OrderStatus.CANCELLED and cancelled.has_credit_note, "its money is given back")
    print(f"ordered {placed.number} for {placed.total} {placed.currency} and cancelled it: {cancelled.status}")


def read_statements(customer: BankClient, number: str) -> None:
    """The statement in the forms that have today, of the account's whole life."""
    table = of_bank(download_csv.sync_detailed(number, client=customer), HTTPStatus.OK)
    rows = list(csv.DictReader(table.splitlines()))
    check(rows[0]["kind"] == "deposit" and Decimal(rows[0]["amount"]) == Decimal("2000.00"), "it begins with the deposit")
    check(sum(Decimal(row["amount"]) for row in rows) == Decimal(rows[-1]["balance_after"]), "its sum is its balance")

    ofx = of_bank(download_ofx.sync_detailed(number, client=customer), HTTPStatus.OK).payload.read()
    check(b"<OFX>" in ofx and number.encode() in ofx, "an OFX document of this account")

    camt = of_bank(download_camt_052.sync_detailed(number, client=customer), HTTPStatus.OK).payload.read()
    root = xml.etree.ElementTree.fromstring(camt)
    entries = [element for element in root.iter() if element.tag.endswith("}Ntry")]
    check("camt.052" in root.tag and len(entries) == len(rows), "the same entries in camt.052")

    pdf = of_bank(download_pdf.sync_detailed(number, client=customer), HTTPStatus.OK).payload.read()
    check(pdf.startswith(b"%PDF-"), "a PDF document")
    print(f"read {len(rows)} entries as CSV and camt.052, and the OFX and PDF documents")


def main() -> None:
    match sys.argv[1:]:
        case [bank_site, shop_site] if "MERCHANT_KEY" in os.environ:
            bank_url, shop_url = f"{bank_site}/api/v1", f"{shop_site}/api/v1"
        case _:
            sys.exit("usage: MERCHANT_KEY=… purchase.py BANK_URL SHOP_URL")
    customer, number = open_account(bank_url)
    merchant = BankClient(base_url=bank_url, token=os.environ["MERCHANT_KEY"])
    charge_at_once(merchant, number)
    hold_and_take_part(merchant, number)
    declined = be_declined(merchant, number)
    look_back(merchant, declined)
    order(ShopClient(base_url=shop_url), number)
    read_statements(customer, number)


if __name__ == "__main__":
    main()
