//! Accounts in several currencies, between which nothing is exchanged.

use bank_core::model::Flaw;
use bank_core::model::{CaptureMode, PaymentState};
use bank_core::testing::pin;
use bank_core::{BankConfig, PaymentRequest, Policy, Refusal, TransferOrder};
use kit_core::{AccountNumber, Currency, Money};

use crate::support::{PIN, Person, Setup, World, eur, key, paid, refusal, told, usd};

fn opened(w: &World, who: &Person, currency: Currency) -> AccountNumber {
    w.bank.open_account(who.id, "Travel", currency, &pin(PIN)).expect("opens").number
}

#[test]
fn each_offered_currency_has_accounts_and_cash_of_its_own() {
    let w = World::new();
    let ada = w.person("Ada", 1_000);
    for (n, currency) in w.bank.config().offered().into_iter().enumerate() {
        let number = opened(&w, &ada, currency);
        let amount = Money::new(700, currency);
        let receipt = w.bank.deposit(ada.id, &key(&format!("in-{n}")), number, amount).expect("takes cash");
        assert_eq!(receipt.balance_after, amount);
        let taken = w.bank.withdraw(ada.id, &key(&format!("out-{n}")), number, Money::new(200, currency), &pin(PIN));
        assert_eq!(taken.expect("gives cash").balance_after, Money::new(500, currency));
    }
    // One account of Ada's and one cash account a currency, and Ada's first.
    let report = w.bank.check(|_| {}).expect("reads");
    assert_eq!((report.accounts, report.violations), (11, Vec::new()));
    let refused = refusal(w.bank.open_account(ada.id, "Coins", Currency::parse("XAU").expect("a code"), &pin(PIN)));
    let offered = "EUR, USD, GBP, CHF, JPY".to_owned();
    assert_eq!(refused, Refusal::field("currency", Flaw::CurrencyNotOffered { offered }));
}

#[test]
fn the_main_currency_is_always_offered_and_comes_first() {
    let check = |currency, currencies: &[Currency], offered: &[Currency]| {
        let config = BankConfig { currency, currencies: currencies.to_vec(), ..BankConfig::default() };
        assert_eq!(config.offered(), offered);
    };
    check(Currency::CHF, &[], &[Currency::CHF]);
    check(Currency::CHF, &[Currency::EUR, Currency::CHF, Currency::EUR], &[Currency::CHF, Currency::EUR]);
}

#[test]
fn nothing_is_exchanged() {
    let w = World::new();
    let (ada, ben, shop) = (w.person("Ada", 1_000), w.person("Ben", 1_000), w.merchant("Shop"));
    let dollars = opened(&w, &ada, Currency::USD);
    w.bank.deposit(ada.id, &key("dollars"), dollars, usd(1_000)).expect("takes cash");
    let digits = pin(PIN);
    let mut n = 0;
    let mut transfer = |from, to, amount| {
        n += 1;
        let order = TransferOrder { from, to, amount, reference: "", pin: Some(&digits) };
        refusal(w.bank.transfer(ada.id, &key(&format!("order-{n}")), &order))
    };
    let (in_euros, in_dollars) =
        (Refusal::CurrencyMismatch { account: Currency::EUR }, Refusal::CurrencyMismatch { account: Currency::USD });
    for to in [ada.account, ben.account] {
        assert_eq!(transfer(dollars, to, usd(100)), in_euros, "the payee keeps euros");
        assert_eq!(transfer(dollars, to, eur(100)), in_dollars, "the payer keeps dollars");
    }
    assert_eq!(told(&w.bank.deposit(ada.id, &key("euros"), dollars, eur(1))), "currency-mismatch");
    assert_eq!(told(&w.bank.withdraw(ada.id, &key("euros-out"), dollars, eur(1), &digits)), "currency-mismatch");
    // A merchant is paid in the currency that it settles in.
    for (name, account, amount) in [("o1", dollars, eur(100)), ("o2", dollars, usd(100)), ("o3", ada.account, usd(100))]
    {
        let (capture, reference) = (CaptureMode::Immediate, String::new());
        let request = PaymentRequest { account, pin: pin(PIN), amount, capture, reference };
        let answer = w.bank.create_payment(shop, &key(name), &request);
        assert_eq!(paid(&answer), "currency-mismatch", "{name}");
        assert_eq!(answer.expect("is kept").payment.state, PaymentState::Declined);
    }
    assert_eq!(w.balance(&ada), (1_000, 1_000));
    w.audit();
}

#[test]
fn each_currency_has_its_own_daily_limit_for_deposits() {
    let daily_deposits = [(Currency::EUR, 1_000), (Currency::USD, 50)].into();
    let policy = Policy { daily_deposits, ..Policy::default() };
    let w = Setup { config: BankConfig { policy, ..BankConfig::default() }, ..Setup::default() }.open();
    let ada = w.person("Ada", 0);
    let (dollars, yen) = (opened(&w, &ada, Currency::USD), opened(&w, &ada, Currency::JPY));
    let mut n = 0;
    let mut deposit = |account, minor, currency| {
        n += 1;
        w.bank.deposit(ada.id, &key(&format!("cash-{n}")), account, Money::new(minor, currency))
    };
    assert_eq!(told(&deposit(ada.account, 1_000, Currency::EUR)), "ok");
    assert_eq!(refusal(deposit(ada.account, 1, Currency::EUR)), Refusal::DailyDepositLimit { left: eur(0) });
    assert_eq!(refusal(deposit(dollars, 51, Currency::USD)), Refusal::DailyDepositLimit { left: usd(50) });
    assert_eq!(told(&deposit(dollars, 50, Currency::USD)), "ok");
    assert_eq!(told(&deposit(yen, 5_000_000, Currency::JPY)), "ok", "no limit was set for it");
}

#[test]
fn new_currencies_have_the_decimals_of_iso_4217_and_old_databases_keep_theirs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bank.db");
    let xaf = Currency::parse("XAF").expect("a code");
    let offer = |limit: i64| {
        let policy = Policy { daily_deposits: [(xaf, limit)].into(), ..Policy::default() };
        let config = BankConfig { currencies: vec![Currency::EUR, xaf], policy, ..BankConfig::default() };
        Setup { config, ..Setup::sqlite(&path) }.open()
    };
    let (ada, number) = {
        let w = offer(2_000);
        let ada = w.person("Ada", 0);
        let number = opened(&w, &ada, xaf);
        w.bank.deposit(ada.id, &key("new"), number, Money::new(1_500, xaf)).expect("takes cash");
        assert_eq!((w.bank.currency("XAF"), w.bank.old_currencies()), (Ok(xaf), vec![]));
        (ada, number)
    };
    // What a version without the whole list of ISO 4217 would have written.
    let file = rusqlite::Connection::open(&path).expect("opens");
    file.execute_batch(
        "UPDATE accounts SET currency = 'XAF' WHERE currency = 'XAF0';
         DROP TRIGGER transfers_stand;
         UPDATE transfers SET currency = 'XAF' WHERE currency = 'XAF0';",
    )
    .expect("is changed");
    drop(file);
    let w = offer(2_000);
    let old = w.bank.currency("XAF").expect("a code");
    assert_eq!((old.decimals(), w.bank.old_currencies()), (2, vec![old]));
    assert_eq!(w.bank.currency("XOF").expect("a code").decimals(), 0, "not used so far");
    assert!(w.bank.config().offered().contains(&old) && !w.bank.config().offered().contains(&xaf));
    let account = w.bank.account(ada.id, number).expect("reads");
    assert_eq!(account.balance.posted, Money::new(1_500, old), "15.00, as it was written");
    // A limit of 2,000 francs is 2,000.00 here.
    assert_eq!(w.bank.config().policy.daily_deposits.get(&old), Some(&200_000));
    let mismatch = w.bank.deposit(ada.id, &key("wrong"), number, Money::new(1, xaf));
    assert_eq!(refusal(mismatch), Refusal::CurrencyMismatch { account: old });
    let further = opened(&w, &ada, old);
    w.bank.deposit(ada.id, &key("old"), further, Money::parse("20.50", old).expect("an amount")).expect("takes cash");
    assert_eq!(w.bank.check(|_| {}).expect("reads").violations, Vec::<String>::new());
}
