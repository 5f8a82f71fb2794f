//! The gateway conformance suite against a real bank in the same process.

use std::sync::Arc;

use bank_core::model::CustomerId;
use bank_core::store::memory::MemoryStore;
use bank_core::testing::{PlainHasher, pin};
use bank_core::{Bank, BankConfig, BankParts, Registration};
use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, Language, Money, Pin, SecretText};
use shop_core::gateway::PaymentGateway;
use shop_core::gateway::in_process::InProcessGateway;
use shop_core::testing::gateway::{CASES, Fixture, PAYER_NEEDS_MINOR, run_all};

const PIN: &str = "804917";

struct RealBank {
    bank: Bank,
    gateway: InProcessGateway,
    env: Env,
    payer: (CustomerId, AccountNumber),
    poor: (CustomerId, AccountNumber),
}

impl RealBank {
    fn new() -> Self {
        let env = Env::system();
        let bank = Bank::open(BankParts {
            store: Arc::new(MemoryStore::new()),
            hasher: Arc::new(PlainHasher::default()),
            env: env.clone(),
            config: BankConfig::default(),
        })
        .unwrap_or_else(|e| panic!("the bank opens: {e}"));
        let customer = |email: &str, minor| {
            let new = bank
                .register(&Registration {
                    name: "A Payer".to_owned(),
                    email: email.to_owned(),
                    password: SecretText::new("a short sentence is good".to_owned()),
                    pin: pin(PIN),
                    language: Language::English,
                    log_in: None,
                })
                .expect("registers");
            let key = IdempotencyKey::from_uuid(env.uuid());
            let amount = Money::new(minor, Currency::EUR);
            bank.deposit(new.customer.id, &key, new.account.number, amount).expect("deposits");
            (new.customer.id, new.account.number)
        };
        let (payer, poor) = (customer("payer@example.org", PAYER_NEEDS_MINOR), customer("poor@example.org", 100));
        let merchant = bank.create_merchant("The shop").unwrap_or_else(|e| panic!("the merchant: {e}")).merchant;
        let gateway = InProcessGateway::new(bank.clone(), merchant.id);
        Self { bank, gateway, env, payer, poor }
    }
}

impl Fixture for RealBank {
    fn gateway(&self) -> &dyn PaymentGateway {
        &self.gateway
    }

    fn payer(&self) -> (AccountNumber, Pin) {
        (self.payer.1, pin(PIN))
    }

    fn poor(&self) -> (AccountNumber, Pin) {
        (self.poor.1, pin(PIN))
    }

    fn currency(&self) -> Currency {
        Currency::EUR
    }

    fn fresh_key(&self) -> IdempotencyKey {
        IdempotencyKey::from_uuid(self.env.uuid())
    }

    fn balance(&self, account: AccountNumber) -> Option<Money> {
        let of = |customer| self.bank.account(customer, account).ok().map(|a| a.balance.available);
        of(self.payer.0).or_else(|| of(self.poor.0))
    }
}

#[test]
fn conforms_and_the_ledger_is_sound_afterwards() {
    let fixture = RealBank::new();
    run_all(&fixture);
    let listed = fixture.gateway.list_payments(None).expect("this gateway has a list").payments.len();
    assert!(listed > 20, "{listed}");
    let report = fixture.bank.check(|_| {}).expect("the store answers");
    assert_eq!(report.violations, Vec::<String>::new());
    assert!(report.payments > 20, "the suite left its payments behind");
}

/// Each case also stands alone, so that a failure names it.
#[test]
fn each_case_conforms_on_a_fresh_bank() {
    for (name, case) in CASES {
        println!("{name}");
        case(&RealBank::new());
    }
}
