//! Deposits, withdrawals and transfers: shape → idempotency → look-ups → consent → state → limits.

use std::sync::Arc;

use bank_core::testing::pin;
use bank_core::{BankConfig, HolderProof, Policy, Refusal, TransferOrder};
use kit_core::{AccountNumber, MAX_MINOR, SecretText};

use crate::support::{
    DAY, PASSWORD, PIN, Person, ProbeHasher, Setup, WRONG, World, eur, key, refusal, registration, together, told, usd,
};

fn unknown() -> AccountNumber {
    AccountNumber::from_payload(9_999_999_999)
}

// ── Deposits ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn deposits_are_refused_in_the_documented_order() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 0), w.person("Ben", 0));
    w.bank.deposit(ada.id, &key("used"), ada.account, eur(500)).expect("deposits");
    w.change_account(ben.account, |a| a.closed = true);
    let check = |name: &str, who: &Person, to: AccountNumber, amount, expected: &str| {
        let result = w.bank.deposit(who.id, &key(name), to, amount);
        assert_eq!(told(&result), expected, "{name} {amount:?}");
    };
    // Each row has all the faults of the rows below it that can stand together.
    check("used", &ada, unknown(), usd(0), "amount-not-positive");
    check("used", &ada, unknown(), usd(-1), "amount-not-positive");
    check("used", &ada, unknown(), usd(MAX_MINOR + 1), "amount-too-large");
    check("used", &ada, unknown(), usd(1), "idempotency-key-reuse");
    check("unknown", &ada, unknown(), usd(1), "account-not-found");
    check("another's", &ada, ben.account, usd(1), "account-not-found");
    check("closed", &ben, ben.account, usd(1), "account-closed");
    check("currency", &ada, ada.account, usd(1), "currency-mismatch");
    check("fine", &ada, ada.account, eur(MAX_MINOR), "ok");
    assert_eq!(w.balance(&ada), (MAX_MINOR + 500, MAX_MINOR + 500));
    w.audit();
}

#[test]
fn the_operator_keeps_deposits_where_the_policy_says_so() {
    let policy = Policy { self_service_deposits: false, ..Policy::default() };
    let w = Setup { config: BankConfig { policy, ..BankConfig::default() }, ..Setup::default() }.open();
    let ada = w.person("Ada", 700);
    assert_eq!(
        refusal(w.bank.deposit(ada.id, &key("self"), ada.account, eur(1))),
        Refusal::DepositsByOperatorOnly,
        "shape comes first, then the policy"
    );
    assert_eq!(told(&w.bank.deposit(ada.id, &key("self"), ada.account, eur(0))), "amount-not-positive");
    let cash = bank_core::model::cash_account(kit_core::Currency::EUR);
    let by_operator = |name: &str, account| told(&w.bank.deposit_by_operator(&key(name), account, eur(1)));
    assert_eq!(by_operator("cash", cash), "account-not-found", "nobody deposits into the till itself");
    assert_eq!(by_operator("unknown", unknown()), "account-not-found");
    assert_eq!(by_operator("fine", ada.account), "ok");
    assert_eq!(w.balance(&ada), (701, 701));
}

#[test]
fn the_daily_limit_counts_self_service_of_one_day() {
    let policy = Policy { daily_deposits: [(kit_core::Currency::EUR, 1_000)].into(), ..Policy::default() };
    let w = Setup { config: BankConfig { policy, ..BankConfig::default() }, ..Setup::default() }.open();
    let ada = w.person("Ada", 5_000);
    let deposit = |name: &str, minor| w.bank.deposit(ada.id, &key(name), ada.account, eur(minor));
    let left = |minor| Refusal::DailyDepositLimit { left: eur(minor) };
    assert_eq!(refusal(deposit("above", 1_001)), left(1_000), "what the operator brings does not count");
    assert_eq!(told(&deposit("part", 600)), "ok");
    w.bank.deposit_by_operator(&key("between"), ada.account, eur(9_000)).expect("the operator may");
    assert_eq!(refusal(deposit("rest-and-1", 401)), left(400));
    assert_eq!(told(&deposit("rest", 400)), "ok");
    assert_eq!(refusal(deposit("one-more", 1)), left(0));
    w.pass(DAY);
    assert_eq!(refusal(deposit("one-more", 1)), left(0), "what was decided under a key stays decided");
    assert_eq!(told(&deposit("tomorrow", 1_000)), "ok");
    // The ledger's day never runs backwards: a clock set back opens no second yesterday.
    w.clock.set(crate::support::START);
    assert_eq!(refusal(deposit("yesterday", 1)), left(0));
    assert_eq!(w.balance(&ada).0, 5_000 + 9_000 + 2_000);
}

#[test]
fn frozen_accounts_receive_and_do_not_pay() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 1_000), w.person("Ben", 1_000));
    w.bank.set_frozen(ada.account, true).expect("freezes");
    assert_eq!(told(&w.bank.deposit(ada.id, &key("in"), ada.account, eur(1))), "ok");
    assert_eq!(told(&w.transfer(&ben, "in", &ada, 1, PIN)), "ok");
    assert_eq!(told(&w.withdraw(&ada, "out", 1, PIN)), "account-frozen");
    assert_eq!(told(&w.withdraw(&ada, "guess", 1, WRONG)), "incorrect-pin", "who cannot prove it learns nothing");
    w.bank.set_frozen(ada.account, false).expect("thaws");
    assert_eq!(told(&w.withdraw(&ada, "out", 1, PIN)), "account-frozen", "that was the outcome of this key");
    assert_eq!(told(&w.withdraw(&ada, "again", 1, PIN)), "ok");
    assert_eq!(told(&w.bank.set_frozen(unknown(), true)), "account-not-found");
}

// ── Withdrawals ──────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn withdrawals_are_refused_in_the_documented_order() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 1_000), w.person("Ben", 1_000));
    let (cold, shut) = (w.person("Cold", 1_000), w.person("Shut", 0));
    w.withdraw(&ada, "used", 1, PIN).expect("withdraws");
    w.change_account(cold.account, |a| a.frozen = true);
    w.change_account(shut.account, |a| (a.closed, a.frozen) = (true, true));
    let check = |name: &str, who: &Person, from: AccountNumber, amount, digits: &str, expected: &str| {
        let result = w.bank.withdraw(who.id, &key(name), from, amount, &pin(digits));
        assert_eq!(told(&result), expected, "{name} {amount:?}");
    };
    check("used", &ada, unknown(), usd(0), WRONG, "amount-not-positive");
    check("used", &ada, unknown(), usd(MAX_MINOR + 1), WRONG, "amount-too-large");
    check("used", &ada, unknown(), usd(5_000), WRONG, "idempotency-key-reuse");
    check("unknown", &ada, unknown(), usd(5_000), WRONG, "account-not-found");
    check("another's", &ada, ben.account, usd(5_000), PIN, "account-not-found");
    check("wrong", &ada, ada.account, usd(5_000), WRONG, "incorrect-pin");
    check("closed", &shut, shut.account, usd(5_000), PIN, "account-closed");
    check("frozen", &cold, cold.account, usd(5_000), PIN, "account-frozen");
    check("currency", &ada, ada.account, usd(5_000), PIN, "currency-mismatch");
    check("funds", &ada, ada.account, eur(1_000), PIN, "insufficient-funds");
    check("fine", &ada, ada.account, eur(999), PIN, "ok");
    assert_eq!(refusal(w.withdraw(&ada, "one", 1, PIN)), Refusal::InsufficientFunds { shortfall: eur(1) });
    assert_eq!(w.balance(&ada), (0, 0));
    w.audit();
}

#[test]
fn an_amount_that_no_rule_takes_costs_no_try() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 1_000), w.person("Ben", 0));
    for n in 0..6 {
        assert_eq!(told(&w.withdraw(&ada, &format!("zero-{n}"), 0, WRONG)), "amount-not-positive");
        assert_eq!(told(&w.transfer(&ada, &format!("huge-{n}"), &ben, MAX_MINOR + 1, WRONG)), "amount-too-large");
        assert_eq!(told(&w.transfer(&ada, &format!("same-{n}"), &ada, 1, WRONG)), "same-account");
    }
    assert_eq!(refusal(w.withdraw(&ada, "wrong", 1, WRONG)), Refusal::IncorrectPin { tries_left: 4 });
}

// ── Transfers ────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn transfers_are_refused_in_the_documented_order() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 1_000), w.person("Ben", 1_000));
    let (cold, shut) = (w.person("Cold", 1_000), w.person("Shut", 0));
    let shop = w.merchant("Shop");
    let settlement = w.bank.merchants().expect("lists").iter().find(|m| m.id == shop).expect("there").settlement;
    w.transfer(&ada, "used", &ben, 1, PIN).expect("transfers");
    w.change_account(cold.account, |a| a.frozen = true);
    w.change_account(shut.account, |a| a.closed = true);
    let (wrong, right, long) = (pin(WRONG), pin(PIN), "x".repeat(141));
    let check = |name: &str, who: &Person, order: TransferOrder<'_>, expected: &str| {
        let result = w.bank.transfer(who.id, &key(name), &order);
        assert_eq!(told(&result), expected, "{name} {:?}", order.amount);
    };
    // All faults at once; each row takes away the one that the row above it named.
    let all = TransferOrder { from: unknown(), to: unknown(), amount: usd(0), reference: &long, pin: Some(&wrong) };
    check("used", &ada, all, "amount-not-positive");
    let all = TransferOrder { amount: usd(5_000), ..all };
    check("used", &ada, all, "invalid-fields");
    check("used", &ada, TransferOrder { reference: "two\nlines", ..all }, "invalid-fields");
    let all = TransferOrder { reference: "rent", ..all };
    check("used", &ada, all, "same-account");
    let all = TransferOrder { to: AccountNumber::from_payload(9_999_999_998), ..all };
    check("used", &ada, all, "idempotency-key-reuse");
    check("unknown", &ada, all, "account-not-found");
    check("another's", &ada, TransferOrder { from: ben.account, ..all }, "account-not-found");
    let all = TransferOrder { from: ada.account, ..all };
    check("payee", &ada, all, "payee-not-found");
    check("merchant", &ada, TransferOrder { to: settlement, ..all }, "payee-not-found");
    let all = TransferOrder { to: shut.account, ..all };
    check("no-pin", &ada, TransferOrder { pin: None, ..all }, "pin-required");
    check("wrong", &ada, all, "incorrect-pin");
    let all = TransferOrder { pin: Some(&right), ..all };
    check("frozen", &cold, TransferOrder { from: cold.account, ..all }, "account-frozen");
    check("closed", &ada, all, "account-closed");
    let all = TransferOrder { to: ben.account, ..all };
    check("currency", &ada, all, "currency-mismatch");
    check("funds", &ada, TransferOrder { amount: eur(1_000), ..all }, "insufficient-funds");
    check("fine", &ada, TransferOrder { amount: eur(999), ..all }, "ok");
    assert_eq!((w.balance(&ada), w.balance(&ben)), ((0, 0), (2_000, 2_000)));
    w.audit();
}

#[test]
fn own_accounts_need_no_pin_and_others_do() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 1_000), w.person("Ben", 0));
    let savings =
        w.bank.open_account(ada.id, "Savings", kit_core::Currency::EUR, &pin("1357924")).expect("opens").number;
    let order = |to| TransferOrder { from: ada.account, to, amount: eur(10), reference: "", pin: None };
    assert_eq!(told(&w.bank.transfer(ada.id, &key("own"), &order(savings))), "ok");
    assert_eq!(told(&w.bank.transfer(ada.id, &key("other"), &order(ben.account))), "pin-required");
    // The form comes back with a PIN, and the same key.
    assert_eq!(told(&w.transfer(&ada, "other", &ben, 10, PIN)), "ok");
    assert_eq!((w.balance(&ada).0, w.balance(&ben).0), (980, 10));
}

#[test]
fn a_proof_made_with_an_old_pin_is_worth_nothing() {
    let hasher = Arc::new(ProbeHasher::default());
    let w = Setup { hasher: hasher.clone(), ..Setup::default() }.open();
    let (ada, ben) = (w.person("Ada", 1_000), w.person("Ben", 0));
    // While the old PIN is being hashed, the customer sets a new one.
    let (bank, session, account) = (w.bank.clone(), ada.session.clone(), ada.account);
    hasher.during_next(move || {
        let password = SecretText::new(PASSWORD.into());
        bank.change_pin(&session, account, &HolderProof::WithPassword(&password), &pin("1357924")).expect("changes");
    });
    assert_eq!(refusal(w.transfer(&ada, "race", &ben, 10, PIN)), Refusal::IncorrectPin { tries_left: 5 });
    assert_eq!(told(&w.transfer(&ada, "old", &ben, 10, PIN)), "incorrect-pin");
    assert_eq!(told(&w.transfer(&ada, "new", &ben, 10, "1357924")), "ok");
    assert_eq!(w.balance(&ben), (10, 10));
}

// ── Idempotency ──────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_same_key_gives_the_original_outcome_or_names_what_differs() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 1_000), w.person("Ben", 0));
    let first = w.transfer(&ada, "transfer", &ben, 100, PIN).expect("transfers");
    let again = w.transfer(&ada, "transfer", &ben, 100, WRONG).expect("a replay asks for no PIN");
    assert_eq!((again.transfer.clone(), again.balance_after, again.replayed), (first.transfer, eur(900), true));
    let field = |result: bank_core::Result<bank_core::Receipt>| match refusal(result) {
        Refusal::KeyReused { field } => field,
        other => panic!("expected a reused key, got {other:?}"),
    };
    assert_eq!(field(w.transfer(&ada, "transfer", &ben, 101, PIN)), "amount");
    let cleo = w.person("Cleo", 0);
    assert_eq!(field(w.transfer(&ada, "transfer", &cleo, 100, PIN)), "to");
    assert_eq!(field(w.withdraw(&ada, "transfer", 100, PIN)), "operation");
    assert_eq!(field(w.bank.deposit(ada.id, &key("transfer"), ada.account, eur(100))), "operation");
    let (right, other) = (pin(PIN), "gift");
    let order =
        TransferOrder { from: ada.account, to: ben.account, amount: eur(100), reference: other, pin: Some(&right) };
    assert_eq!(field(w.bank.transfer(ada.id, &key("transfer"), &order)), "reference");
    assert_eq!(told(&w.transfer(&ben, "transfer", &ada, 100, PIN)), "ok", "another customer's keys are others");
    // A refusal that was decided stays, whatever has come in since.
    assert_eq!(told(&w.withdraw(&ada, "too-much", 5_000, PIN)), "insufficient-funds");
    w.bank.deposit(ada.id, &key("salary"), ada.account, eur(9_000)).expect("deposits");
    assert_eq!(told(&w.withdraw(&ada, "too-much", 5_000, PIN)), "insufficient-funds");
    w.audit();
}

// ── Many at once ─────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn parallel_withdrawals_never_overdraw() {
    let folder = tempfile::tempdir().expect("a folder");
    for setup in [Setup::default(), Setup::sqlite(&folder.path().join("bank.db"))] {
        let w = Setup { manual: false, ..setup }.open();
        let ada = w.person("Ada", 1_000);
        let results = together(64, |i| told(&w.withdraw(&ada, &format!("w-{i}"), 30, PIN)));
        let done = results.iter().filter(|r| **r == "ok").count();
        let short = results.iter().filter(|r| **r == "insufficient-funds").count();
        // 33 times 30 fit into 1,000. Right PINs that arrive together wait for each other, not for a minute.
        assert_eq!((done, short), (33, 31), "{results:?}");
        assert_eq!(w.balance(&ada), (10, 10));
        w.audit();
    }
}

#[test]
fn parallel_double_spends_of_own_transfers_leave_the_sum() {
    let w = Setup { manual: false, ..Setup::default() }.open();
    let ada = w.person("Ada", 1_000);
    let savings =
        w.bank.open_account(ada.id, "Savings", kit_core::Currency::EUR, &pin("1357924")).expect("opens").number;
    let order = TransferOrder { from: ada.account, to: savings, amount: eur(30), reference: "", pin: None };
    let results = together(64, |i| told(&w.bank.transfer(ada.id, &key(&format!("t-{i}")), &order)));
    assert_eq!(results.iter().filter(|r| **r == "ok").count(), 33);
    assert_eq!(results.iter().filter(|r| **r == "insufficient-funds").count(), 31);
    assert_eq!(w.balance(&ada), (10, 10));
    w.audit();
}

#[test]
fn one_of_many_racing_registrations_gets_the_address() {
    let w = Setup { manual: false, ..Setup::default() }.open();
    let results = together(16, |_| told(&w.bank.register(&registration("Ada"))));
    assert_eq!(results.iter().filter(|r| **r == "ok").count(), 1);
    assert_eq!(results.iter().filter(|r| **r == "email-taken").count(), 15);
}
