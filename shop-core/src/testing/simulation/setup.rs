//! What every run begins with: a bank with customers and merchants, a shop with a few goods, and little of each.

use std::sync::Arc;

use bank_core::model::{CaptureMode, CustomerId, MerchantId};
use bank_core::testing::PlainHasher;
use bank_core::{Bank, BankConfig, BankParts, PaymentRequest, Registration};
use kit_core::testing::Dice;
use kit_core::{AccountNumber, Clock, Currency, Env, IdempotencyKey, Language, Money, Pin, SecretText, Token};

use crate::gateway::scripted::ScriptedGateway;
use crate::store::Store;
use crate::{Benefit, DiscountCode, DiscountTerms, ShippingMethods, Shop, ShopConfig, ShopParts, Sku};

/// What the bank knows the shop by.
#[derive(Debug, Clone)]
pub struct Merchant {
    /// Its id.
    pub id: MerchantId,
    /// The API key that it calls with, as it stands in the header.
    pub api_key: String,
}

/// A customer of both.
pub(super) struct Person {
    pub(super) id: CustomerId,
    pub(super) account: AccountNumber,
    pub(super) pin: Pin,
    pub(super) email: String,
}

/// Something to sell.
pub(super) struct Good {
    pub(super) sku: Sku,
    pub(super) price: i64,
    pub(super) stock: u32,
}

/// A discount code that customers know of.
pub(super) struct Code {
    pub(super) code: DiscountCode,
    /// How many orders may hold it.
    pub(super) most: Option<u32>,
    /// Whether each address may hold it once.
    pub(super) once: bool,
    /// In hundredths of a percent; else it is an amount.
    percent: Option<i64>,
    amount: i64,
    minimum: i64,
}

impl Code {
    /// What it takes off goods of this value, reckoned by other means than the shop's: decimals, which round to even.
    pub(super) fn takes_off(&self, goods: i64) -> i64 {
        use rust_decimal::Decimal;
        if goods < self.minimum {
            return 0;
        }
        let part = |percent| (Decimal::from(goods) * Decimal::new(percent, 4)).round();
        let part = self.percent.map_or(Decimal::from(self.amount), part);
        i64::try_from(part).unwrap_or(goods).min(goods)
    }
}

/// What a run begins with.
pub(super) struct Setting {
    pub(super) people: Vec<Person>,
    pub(super) goods: Vec<Good>,
    pub(super) codes: Vec<Code>,
    /// How orders may be sent: its name, its price, from which value of goods on it costs nothing.
    pub(super) shipping: Vec<(&'static str, i64, i64)>,
    pub(super) shop: Merchant,
    pub(super) third_party: MerchantId,
    /// Movements that the setting itself made.
    pub(super) deposits: u64,
}

const PEOPLE: u64 = 3;

pub(super) fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

/// A PIN of twelve digits: so long that no id contains it by chance.
pub(super) fn pin(dice: &mut Dice) -> Pin {
    loop {
        let digits = 100_000_000_000 + dice.below(900_000_000_000);
        // The bank refuses PINs that are easily guessed; then another is drawn.
        if let Ok(pin) = Pin::parse(&digits.to_string()) {
            return pin;
        }
    }
}

pub(super) fn key(dice: &mut Dice) -> IdempotencyKey {
    let text = format!("key-{:016x}", dice.draw());
    IdempotencyKey::parse(&text).expect("twenty visible characters")
}

pub(super) fn token(dice: &mut Dice) -> Token {
    let mut bytes = [0; 32];
    for chunk in bytes.chunks_mut(8) {
        chunk.copy_from_slice(&dice.draw().to_le_bytes());
    }
    Token::from_bytes(bytes)
}

/// Prepares both stores while nothing breaks.
pub(super) fn prepare(
    dice: &mut Dice,
    clock: &Arc<dyn Clock>,
    bank_store: &Arc<dyn bank_core::store::Store>,
    shop_store: &Arc<dyn Store>,
) -> Setting {
    let bank = Bank::open_manual(BankParts {
        store: Arc::clone(bank_store),
        hasher: Arc::new(PlainHasher::default()),
        env: Env::with(Arc::clone(clock), dice.draw()),
        config: BankConfig::default(),
    })
    .expect("the bank opens");
    let mut deposits = 0;
    let people: Vec<Person> = (0..PEOPLE).map(|number| person(&bank, dice, number, &mut deposits)).collect();
    let api_key = token(dice);
    let merchant = bank.create_merchant_with_key("The shop", &api_key).expect("the shop is a merchant");
    let third_party = bank.create_merchant("A third party").expect("so is somebody else").merchant.id;
    // It has some money of its own, so that it could give back more than it took.
    for person in &people {
        let (account, pin, capture) = (person.account, person.pin.clone(), CaptureMode::Immediate);
        let sale = PaymentRequest { account, pin, amount: eur(500), capture, reference: "A sale".to_owned() };
        let sold = bank.create_payment(third_party, &key(dice), &sale).expect("an honest sale");
        assert_eq!(sold.refusal, None, "everybody begins with ten times as much");
    }
    let (goods, codes) = (goods(dice), codes(dice));
    stock(&goods, &codes, clock, dice, shop_store);
    let shipping = vec![("standard", 490, 10_000), ("express", 1_290, i64::MAX), ("pickup", 0, i64::MAX)];
    Setting {
        people,
        goods,
        codes,
        shipping,
        shop: Merchant { id: merchant.id, api_key: api_key.reveal() },
        third_party,
        deposits,
    }
}

fn person(bank: &Bank, dice: &mut Dice, number: u64, deposits: &mut u64) -> Person {
    let (registered, pin) = loop {
        let pin = pin(dice);
        let registration = Registration {
            name: format!("Customer {number}"),
            email: format!("customer{number}@example.org"),
            password: SecretText::new("a short sentence is good".to_owned()),
            pin: pin.clone(),
            language: Language::English,
            log_in: None,
        };
        if let Ok(registered) = bank.register(&registration) {
            break (registered, pin);
        }
    };
    let (id, account) = (registered.customer.id, registered.account.number);
    let amount = 5_000 + i64::try_from(dice.below(40_000)).unwrap_or(0);
    bank.deposit(id, &key(dice), account, eur(amount)).expect("a first deposit");
    *deposits += 1;
    Person { id, account, pin, email: format!("customer{number}@example.org") }
}

fn goods(dice: &mut Dice) -> Vec<Good> {
    let good = |number: usize| Good {
        sku: Sku::parse(&format!("SKU-{number}")).expect("a SKU"),
        price: 100 + i64::try_from(dice.below(6_000)).unwrap_or(0),
        stock: 1 + u32::try_from(dice.below(8)).unwrap_or(0),
    };
    (1..=3).map(good).collect()
}

/// One that few orders may hold, and one that each customer may use once.
fn codes(dice: &mut Dice) -> Vec<Code> {
    let few = Code {
        code: DiscountCode::parse("FEW").expect("a code"),
        most: Some(1 + u32::try_from(dice.below(2)).unwrap_or(0)),
        once: false,
        // Often all of it: with pickup such an order costs nothing.
        percent: Some(if dice.permille(300) { 10_000 } else { 50 + i64::try_from(dice.below(9_951)).unwrap_or(0) }),
        amount: 0,
        minimum: 0,
    };
    let once = Code {
        code: DiscountCode::parse("ONCE").expect("a code"),
        most: None,
        once: true,
        percent: None,
        amount: 300,
        minimum: 1_000,
    };
    vec![few, once]
}

/// As the setting's ways of shipping say.
pub(super) fn config() -> ShopConfig {
    let shipping = "standard:Standard:4.90:100:2-3;express:Express:12.90::1;pickup:Pickup:0::0:pickup";
    let shipping = ShippingMethods::parse(shipping, Currency::EUR).expect("three ways");
    ShopConfig { shipping, notify_operator: true, ..ShopConfig::default() }
}

fn stock(goods: &[Good], codes: &[Code], clock: &Arc<dyn Clock>, dice: &mut Dice, store: &Arc<dyn Store>) {
    let shop = Shop::open_without_thread(ShopParts {
        store: Arc::clone(store),
        gateway: Arc::new(ScriptedGateway::bank()),
        env: Env::with(Arc::clone(clock), dice.draw()),
        config: config(),
    })
    .expect("the shop opens");
    let mut csv = "sku,name,brand,category,price,stock,description,specifications\n".to_owned();
    for good in goods {
        let Good { sku, price, stock } = good;
        let (whole, cents) = (price / 100, price % 100);
        csv.push_str(&format!("{},Thing,Brand,things,{whole}.{cents:02},{stock},A thing.,weight=80 g\n", sku.as_str()));
    }
    shop.import(csv.as_bytes()).expect("the catalogue is imported");
    for code in codes {
        let percent = code.percent.and_then(|percent| u32::try_from(percent).ok());
        let terms = DiscountTerms {
            code: code.code.clone(),
            benefit: percent.map_or(Benefit::Fixed(eur(code.amount)), Benefit::Percent),
            minimum: (code.minimum > 0).then(|| eur(code.minimum)),
            valid_from: None,
            valid_until: None,
            max_uses: code.most,
            once_per_email: code.once,
            category: None,
        };
        shop.add_discount(terms).expect("a code");
    }
}
