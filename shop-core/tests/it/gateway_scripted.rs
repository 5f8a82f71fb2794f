//! The scripted gateway: its bank passes the conformance suite, broken banks fail it, and steps do what they say.

mod broken;
mod script;

use std::sync::atomic::{AtomicU64, Ordering};

use kit_core::{AccountNumber, Currency, IdempotencyKey, Money, Pin};
use shop_core::gateway::scripted::ScriptedGateway;
use shop_core::gateway::{Expected, PaymentGateway, PaymentRequest};
use shop_core::testing::gateway::{Fixture, PAYER_NEEDS_MINOR, POOR_HAS_LESS_THAN_MINOR, run_all};

/// A scripted bank with two accounts, behind a gateway that may bend the calls.
struct Town<G> {
    gateway: G,
    keys: AtomicU64,
}

/// The bank of a [`Town`], wherever in its gateway it stands.
trait HasBank: PaymentGateway {
    fn bank(&self) -> &ScriptedGateway;
}

impl HasBank for ScriptedGateway {
    fn bank(&self) -> &ScriptedGateway {
        self
    }
}

impl<G: HasBank> Town<G> {
    fn new(gateway: G) -> Self {
        let money = |minor| Money::new(minor, Currency::EUR);
        gateway.bank().open_account(payer(), &pin("271828"), money(PAYER_NEEDS_MINOR));
        gateway.bank().open_account(poor(), &pin("314159"), money(POOR_HAS_LESS_THAN_MINOR - 1));
        Self { gateway, keys: AtomicU64::new(0) }
    }
}

impl<G: HasBank> Fixture for Town<G> {
    fn gateway(&self) -> &dyn PaymentGateway {
        &self.gateway
    }

    fn payer(&self) -> (AccountNumber, Pin) {
        (payer(), pin("271828"))
    }

    fn poor(&self) -> (AccountNumber, Pin) {
        (poor(), pin("314159"))
    }

    fn currency(&self) -> Currency {
        Currency::EUR
    }

    fn fresh_key(&self) -> IdempotencyKey {
        key(self.keys.fetch_add(1, Ordering::SeqCst))
    }

    fn balance(&self, account: AccountNumber) -> Option<Money> {
        self.gateway.bank().balance(account)
    }
}

fn payer() -> AccountNumber {
    AccountNumber::from_payload(2_400_000_001)
}

fn poor() -> AccountNumber {
    AccountNumber::from_payload(2_400_000_002)
}

fn pin(digits: &str) -> Pin {
    Pin::parse(digits).expect("a PIN")
}

fn key(number: u64) -> IdempotencyKey {
    IdempotencyKey::parse(&format!("key-{number:08}")).expect("a key")
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn request(number: u64, minor: i64) -> PaymentRequest {
    let reference = "Order 1".to_owned();
    PaymentRequest { key: key(number), account: payer(), pin: pin("271828"), amount: eur(minor), reference }
}

fn expected(number: u64, minor: i64) -> Expected {
    Expected { key: key(number), amount: eur(minor) }
}

#[test]
fn the_honest_bank_conforms() {
    let town = Town::new(ScriptedGateway::bank());
    run_all(&town);
    assert!(town.gateway.list_payments(None).expect("this gateway has a list").next.is_some());
    // What left the payer is what the merchant has.
    let spent = PAYER_NEEDS_MINOR - town.balance(payer()).expect("an account").minor;
    assert_eq!(town.gateway.received(Currency::EUR), eur(spent));
}
