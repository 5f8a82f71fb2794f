//! Closing an account for ever, and renaming one.

use bank_core::command::{Close, Command, Consent, Deposit, DepositBy, Payee};
use bank_core::model::{CaptureMode, EventKind, MailId, TransferId};
use bank_core::testing::{pin, proof};
use bank_core::{BankConfig, HolderProof, Policy, Refusal, TransferOrder};
use kit_core::{AccountNumber, Currency, Env, Money, SecretText};

use crate::support::{
    DAY, PASSWORD, PIN, Person, Setup, WRONG, World, eur, key, paid, refusal, replied, together, told,
};

fn close(w: &World, who: &Person, number: AccountNumber, digits: &str) -> bank_core::Result<bank_core::AccountView> {
    w.bank.close_account(who.id, number, &HolderProof::WithPin(&pin(digits)))
}

#[test]
fn closing_is_refused_in_the_documented_order() {
    let w = World::new();
    let (ada, ben, shop) = (w.person("Ada", 500), w.person("Ben", 0), w.merchant("Shop"));
    let check = |what: &str, number, digits, code| assert_eq!(told(&close(&w, &ada, number, digits)), code, "{what}");
    check("another's", ben.account, PIN, "account-not-found");
    check("nobody's", AccountNumber::from_payload(2_718_281_828), PIN, "account-not-found");
    let authorized = w.charge(shop, "hold", ada.account, 200, PIN, CaptureMode::Manual);
    assert_eq!(paid(&authorized), "ok");
    w.bank.set_frozen(ada.account, true).expect("freezes");
    check("wrong PIN", ada.account, WRONG, "incorrect-pin");
    check("frozen", ada.account, PIN, "account-frozen");
    w.bank.set_frozen(ada.account, false).expect("thaws");
    assert_eq!(refusal(close(&w, &ada, ada.account, PIN)), Refusal::AccountHasHolds { held: eur(200) });
    w.bank.void_payment(shop, authorized.expect("is there").payment.id).expect("voids");
    assert_eq!(refusal(close(&w, &ada, ada.account, PIN)), Refusal::AccountNotEmpty { balance: eur(500) });
    assert_eq!(told(&w.withdraw(&ada, "all", 500, PIN)), "ok");
    assert!(close(&w, &ada, ada.account, PIN).expect("closes").closed);
    w.audit();
}

#[test]
fn a_hold_whose_time_has_ended_keeps_no_account_open() {
    let w = World::new();
    let (ada, ben, shop) = (w.person("Ada", 500), w.person("Ben", 0), w.merchant("Shop"));
    assert_eq!(paid(&w.charge(shop, "hold", ada.account, 500, PIN, CaptureMode::Manual)), "ok");
    w.pass(7 * DAY);
    assert_eq!(told(&w.transfer(&ada, "all", &ben, 500, PIN)), "ok");
    assert!(close(&w, &ada, ada.account, PIN).expect("closes").closed);
    w.audit();
}

#[test]
fn closed_is_final_and_told_once() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 0), w.person("Ben", 500));
    let by_password = HolderProof::WithPassword(&SecretText::new("not the password".into()));
    assert_eq!(told(&w.bank.close_account(ada.id, ada.account, &by_password)), "wrong-password");
    let password = SecretText::new(PASSWORD.into());
    for _ in 0..2 {
        let closed = w.bank.close_account(ada.id, ada.account, &HolderProof::WithPassword(&password));
        assert!(closed.expect("the second time as the first").closed);
    }
    let events = w.bank.security_events(ada.id, None, 200).expect("lists").events;
    assert_eq!(events.iter().filter(|e| e.kind == EventKind::AccountClosed).count(), 1);
    assert_eq!(events[0].account, Some(ada.account));
    assert_eq!(told(&w.bank.deposit(ada.id, &key("cash"), ada.account, eur(1))), "account-closed");
    assert_eq!(told(&w.bank.deposit_by_operator(&key("cash"), ada.account, eur(1))), "account-closed");
    assert_eq!(told(&w.transfer(&ben, "rent", &ada, 1, PIN)), "account-closed");
    assert_eq!(told(&w.withdraw(&ada, "out", 1, PIN)), "account-closed");
    assert!(w.bank.account(ada.id, ada.account).expect("stays to be read").closed);
    w.audit();
}

#[test]
fn a_refund_to_a_closed_account_is_refused_for_good() {
    let w = World::new();
    let (ada, ben, shop) = (w.person("Ada", 500), w.person("Ben", 500), w.merchant("Shop"));
    let payment = w.pay(shop, "order", ada.account, 500, PIN).expect("pays").payment.id;
    assert!(close(&w, &ada, ada.account, PIN).expect("closes").closed);
    for again in [false, true] {
        let answer = w.bank.refund_payment(shop, &key("refund"), payment, eur(200)).expect("is answered");
        assert_eq!(
            (answer.refusal, answer.replayed),
            (Some(Refusal::AccountClosed { account: Some(ada.account) }), again)
        );
        assert_eq!((answer.payment.captured, answer.payment.refunded), (500, 0));
    }
    // Also where the merchant is short: more money would not help.
    let all = w.pay(shop, "order-2", ben.account, 500, PIN).expect("pays").payment.id;
    let settlement = w.bank.merchants().expect("lists")[0].settlement;
    w.change_account(settlement, |account| account.debits_pending = 1_000);
    let refused = w.bank.refund_payment(shop, &key("refund-2"), payment, eur(200)).expect("is answered");
    assert_eq!(refused.refusal, Some(Refusal::AccountClosed { account: Some(ada.account) }));
    assert_eq!(told(&w.bank.refund_payment(shop, &key("refund-3"), all, eur(200))), "settlement-short");
    w.change_account(settlement, |account| account.debits_pending = 0);
    w.audit();
}

#[test]
fn closed_accounts_do_not_count_and_the_last_one_may_be_closed() {
    let policy = Policy { accounts_per_customer: 1, ..Policy::default() };
    let w = Setup { config: BankConfig { policy, ..BankConfig::default() }, ..Setup::default() }.open();
    let ada = w.person("Ada", 0);
    let open = || w.bank.open_account(ada.id, "Savings", Currency::EUR, &pin(PIN));
    assert_eq!(told(&open()), "too-many-accounts");
    close(&w, &ada, ada.account, PIN).expect("closes");
    assert_eq!(told(&open()), "ok");
    assert_eq!(told(&open()), "too-many-accounts");
}

/// In one batch as in several: what comes before the closing is seen by it, and what comes after finds it closed.
#[test]
fn closing_is_ordered_with_money() {
    let w = World::new();
    let ada = w.person("Ada", 0);
    let env = Env::system();
    let found = bank_core::store::StoreExt::view(&*w.store, |tx| Ok(tx.account(ada.account)?));
    let account = found.expect("reads").expect("is there");
    let closing = |consent| {
        Command::Close(Close { customer: ada.id, account: ada.account, consent, mail: MailId::from_uuid(env.uuid()) })
    };
    let by_pin = || Consent::Pin(proof(&account, Payee::Closing, Money::zero(Currency::EUR)));
    let cash = |name: &str| {
        Command::Deposit(Deposit {
            id: TransferId::from_uuid(env.uuid()),
            by: DepositBy::Operator,
            key: key(name),
            account: ada.account,
            amount: eur(1),
        })
    };
    let words = |commands| w.batch(commands).iter().map(replied).collect::<Vec<_>>();
    assert_eq!(words(vec![cash("first"), closing(by_pin())]), ["ok", "account-not-empty"]);
    // A proof for something else, and a PIN that was changed meanwhile, are none.
    for other in [proof(&account, Payee::Cash, Money::zero(Currency::EUR)), proof(&account, Payee::Closing, eur(1))] {
        assert_eq!(words(vec![closing(Consent::Pin(other))]), ["incorrect-pin"]);
    }
    assert_eq!(told(&w.withdraw(&ada, "out", 1, PIN)), "ok");
    assert_eq!(words(vec![closing(by_pin()), cash("late"), closing(by_pin())]), ["ok", "account-closed", "ok"]);
    w.audit();
}

/// A closing and deposits that arrive together, on real threads: either the money is there and the account open, or the
/// account is closed and the money never came.
#[test]
fn no_deposit_slips_into_a_closing_account() {
    let folder = tempfile::tempdir().expect("a folder");
    let w = Setup { manual: false, ..Setup::sqlite(&folder.path().join("bank.db")) }.open();
    for round in 0..12 {
        let ada = w.person(&format!("Ada{round}"), 0);
        let outcomes = together(4, |i| match i {
            0 => told(&close(&w, &ada, ada.account, PIN)),
            i => told(&w.bank.deposit(ada.id, &key(&format!("cash-{i}")), ada.account, eur(100))),
        });
        let paid_in = outcomes[1..].iter().filter(|told| **told == "ok").count();
        let late = outcomes[1..].iter().filter(|told| **told == "account-closed").count();
        let seen = w.bank.account(ada.id, ada.account).expect("reads");
        match outcomes[0] {
            "ok" => assert_eq!((paid_in, late, seen.closed, seen.balance.posted), (0, 3, true, eur(0)), "{outcomes:?}"),
            "account-not-empty" => assert_eq!((paid_in, late, seen.closed), (3, 0, false), "{outcomes:?}"),
            other => panic!("{other}: {outcomes:?}"),
        }
    }
    w.audit();
}

#[test]
fn an_account_is_renamed_by_its_customer() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 100), w.person("Ben", 0));
    let rename = |who: &Person, name: &str| w.bank.rename_account(who.id, ada.account, name);
    assert_eq!(told(&rename(&ben, "Mine")), "account-not-found");
    for name in ["", " ", "a\nb", &"x".repeat(41)] {
        assert_eq!(told(&rename(&ada, name)), "invalid-fields", "{name:?}");
    }
    let renamed = rename(&ada, " Household ").expect("renames");
    assert_eq!((renamed.name.as_str(), renamed.balance.posted), ("Household", eur(100)));
    let order = TransferOrder { from: ada.account, to: ada.account, amount: eur(1), reference: "", pin: None };
    assert_eq!(told(&w.bank.transfer(ada.id, &key("self"), &order)), "same-account");
    w.audit();
}
