//! Payees that customers save, and transfers looked at before they are made.

use bank_core::model::CaptureMode;
use bank_core::model::Flaw;
use bank_core::testing::pin;
use bank_core::{HolderProof, PreviewPayee, Refusal, TransferOrder, TransferPreview};
use kit_core::{AccountNumber, Currency, Money};

use crate::support::{MINUTE, PIN, Person, WRONG, World, eur, key, paid, refusal, told, usd};

#[test]
fn payees_are_saved_renamed_listed_and_removed() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 0), w.person("Ben", 0));
    let nobody = AccountNumber::from_payload(2_718_281_828);
    let bens = w.bank.save_payee(ada.id, " zoe ", ben.account).expect("saves");
    let nobodys = w.bank.save_payee(ada.id, "Yan", nobody).expect("asks nobody whether there is such an account");
    let names = |who: &Person| {
        let saved = w.bank.payees(who.id).expect("lists");
        saved.iter().map(|payee| payee.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&ada), ["Yan", "zoe"], "by name, in whatever case");
    assert_eq!(names(&ben), [""; 0]);

    let wrong = |name: &str, number| refusal(w.bank.save_payee(ada.id, name, number));
    assert_eq!(wrong("", nobody), Refusal::field("name", Flaw::Missing));
    assert_eq!(wrong("a\u{202E}b", nobody), Refusal::field("name", Flaw::NotPlain));
    assert_eq!(wrong(&"x".repeat(41), nobody), Refusal::field("name", Flaw::TooLong { max_chars: 40 }));
    assert_eq!(wrong("Me", ada.account), Refusal::field("account_number", Flaw::OwnAccount));
    assert_eq!(wrong("Again", ben.account), Refusal::PayeeSavedAlready { name: "zoe".into() });

    let renamed = w.bank.rename_payee(ada.id, bens.id, "Ben").expect("renames");
    assert_eq!((renamed.name.as_str(), renamed.number), ("Ben", ben.account));
    assert_eq!(w.bank.payee(ada.id, bens.id).expect("finds"), renamed);
    assert_eq!(told(&w.bank.payee(ben.id, bens.id)), "saved-payee-not-found", "it is Ada's");
    assert_eq!(told(&w.bank.rename_payee(ben.id, bens.id, "Mine")), "saved-payee-not-found");
    assert_eq!(told(&w.bank.remove_payee(ben.id, bens.id)), "saved-payee-not-found");
    w.bank.remove_payee(ada.id, nobodys.id).expect("removes");
    assert_eq!(told(&w.bank.remove_payee(ada.id, nobodys.id)), "saved-payee-not-found");
    // A payee outlives the account that it points at.
    w.bank.close_account(ben.id, ben.account, &HolderProof::WithPin(&pin(PIN))).expect("closes");
    assert_eq!(names(&ada), ["Ben"]);
}

#[test]
fn a_customer_saves_a_hundred_payees() {
    let w = World::new();
    let ada = w.person("Ada", 0);
    let save = |n: u64| w.bank.save_payee(ada.id, "Somebody", AccountNumber::from_payload(5_000_000_000 + n));
    for n in 0..100 {
        assert_eq!(told(&save(n)), "ok", "{n}");
    }
    assert_eq!(refusal(save(100)), Refusal::TooManyPayees { limit: 100 });
}

fn look(w: &World, who: &Person, to: AccountNumber, amount: Money) -> bank_core::Result<TransferPreview> {
    let order = TransferOrder { from: who.account, to, amount, reference: "rent", pin: None };
    w.bank.prepare_transfer(who.id, &order)
}

fn codes(preview: &TransferPreview) -> Vec<&'static str> {
    preview.refusals.iter().map(Refusal::code).collect()
}

#[test]
fn a_preview_tells_what_a_transfer_would_do_and_does_nothing() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 1_000), w.person("Ben", 0));
    let savings = w.bank.open_account(ada.id, "Savings", Currency::EUR, &pin(PIN)).expect("opens").number;
    let seen = look(&w, &ada, ben.account, eur(400)).expect("looks");
    assert_eq!((seen.payee.clone(), seen.to, seen.pin_needed), (PreviewPayee::Number, ben.account, true));
    assert_eq!((seen.available_after, seen.reference.as_str(), codes(&seen)), (Some(eur(600)), "rent", vec![]));
    assert!(!format!("{seen:?}").contains("Ben"), "nobody's name is told");

    let saved = w.bank.save_payee(ada.id, "Landlord", ben.account).expect("saves");
    assert_eq!(look(&w, &ada, ben.account, eur(400)).expect("looks").payee, PreviewPayee::Saved(saved));
    let own = look(&w, &ada, savings, eur(400)).expect("looks");
    assert_eq!((own.payee, own.pin_needed), (PreviewPayee::Own("Savings".into()), false));

    assert_eq!(w.balance(&ada), (1_000, 1_000), "nothing moved");
    assert_eq!(told(&w.transfer(&ada, "rent", &ben, 400, PIN)), "ok");
    w.audit();
}

#[test]
fn a_preview_says_what_is_known_to_speak_against_a_transfer() {
    let w = World::new();
    let (ada, ben, shop) = (w.person("Ada", 1_000), w.person("Ben", 0), w.merchant("Shop"));
    let nobody = AccountNumber::from_payload(2_718_281_828);
    let settlement = w.bank.merchants().expect("lists")[0].settlement;
    let check = |what: &str, to, amount, expected: &[&str]| {
        assert_eq!(codes(&look(&w, &ada, to, amount).expect(what)), expected, "{what}");
    };
    assert_eq!(told(&look(&w, &ada, ben.account, eur(0))), "amount-not-positive");
    assert_eq!(told(&look(&w, &ada, ada.account, eur(1))), "same-account");
    assert_eq!(told(&look(&w, &Person { id: ben.id, ..ada.clone() }, ben.account, eur(1))), "account-not-found");
    check("nobody", nobody, eur(1), &["payee-not-found"]);
    check("a merchant", settlement, eur(1), &["payee-not-found"]);
    assert_eq!(paid(&w.charge(shop, "hold", ada.account, 300, PIN, CaptureMode::Manual)), "ok");
    check("all that is available", ben.account, eur(700), &[]);
    let short = look(&w, &ada, ben.account, eur(701)).expect("looks");
    assert_eq!(short.refusals, [Refusal::InsufficientFunds { shortfall: eur(1) }]);
    assert_eq!(short.available_after, Some(eur(-1)));
    check("other money", ben.account, usd(1), &["currency-mismatch"]);
    assert_eq!(look(&w, &ada, ben.account, usd(1)).expect("looks").available_after, None);
    let dollars = w.bank.open_account(ada.id, "Travel", Currency::USD, &pin(PIN)).expect("opens").number;
    check("own dollars", dollars, eur(1), &["currency-mismatch"]);
    w.bank.close_account(ada.id, dollars, &HolderProof::WithPin(&pin(PIN))).expect("closes");
    check("own, closed", dollars, eur(1), &["account-closed"]);
    // Of somebody else's account it tells no more than a transfer without a PIN.
    w.bank.close_account(ben.id, ben.account, &HolderProof::WithPin(&pin(PIN))).expect("closes");
    check("another's, closed", ben.account, eur(1), &[]);
    w.bank.set_frozen(ada.account, true).expect("freezes");
    check("frozen and short", ben.account, eur(5_000), &["account-frozen", "insufficient-funds"]);
}

#[test]
fn a_preview_costs_no_try_and_knows_the_ladder() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 1_000), w.person("Ben", 0));
    let savings = w.bank.open_account(ada.id, "Savings", Currency::EUR, &pin(PIN)).expect("opens").number;
    let told_now = || codes(&look(&w, &ada, ben.account, eur(1)).expect("looks"));
    for n in 1..=5 {
        for _ in 0..10 {
            assert_eq!(told_now(), [""; 0]);
        }
        let refused = refusal(w.transfer(&ada, &format!("wrong-{n}"), &ben, 1, WRONG));
        assert_eq!(refused, Refusal::IncorrectPin { tries_left: 5 - n });
        if n == 3 || n == 4 {
            assert_eq!(told_now(), ["pin-throttled"]);
            w.pass(5 * MINUTE);
        }
    }
    assert_eq!(told_now(), ["pin-blocked"]);
    assert_eq!(codes(&look(&w, &ada, savings, eur(1)).expect("looks")), [""; 0], "between own accounts none is asked");
    assert_eq!(told(&w.bank.withdraw(ada.id, &key("out"), ada.account, eur(1), &pin(PIN))), "pin-blocked");
}
