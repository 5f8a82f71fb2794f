//! What customers see of all their accounts and of themselves.

use bank_core::model::{CaptureMode, EventKind};
use bank_core::testing::pin;
use bank_core::{Balance, Counterparty, ProfileChange, TransferOrder};
use kit_core::{Currency, Language, Money};

use crate::support::{DAY, PIN, WRONG, World, eur, key, paid, told, usd};

#[test]
fn the_dashboard_shows_all_accounts_at_one_moment() {
    let w = World::new();
    let (ada, ben, shop) = (w.person("Ada", 1_000), w.person("Ben", 400), w.merchant("Shop"));
    let open = |name, currency| {
        w.pass(crate::support::MINUTE);
        w.bank.open_account(ada.id, name, currency, &pin(PIN)).expect("opens").number
    };
    let (savings, dollars) = (open("Savings", Currency::EUR), open("Travel", Currency::USD));
    w.bank.deposit(ada.id, &key("dollars"), dollars, usd(50)).expect("takes cash");
    let order = TransferOrder { from: ada.account, to: savings, amount: eur(300), reference: "", pin: None };
    w.bank.transfer(ada.id, &key("save"), &order).expect("moves");
    w.transfer(&ben, "owed", &ada, 100, PIN).expect("moves");
    assert_eq!(paid(&w.charge(shop, "later", ada.account, 60, PIN, CaptureMode::Manual)), "ok");
    w.pass(DAY);
    assert_eq!(paid(&w.charge(shop, "order", savings, 40, PIN, CaptureMode::Manual)), "ok");

    let seen = w.bank.dashboard(ada.id, 4).expect("looks");
    let euros = |minor| Money::new(minor, Currency::EUR);
    assert_eq!(seen.accounts.iter().map(|a| a.number).collect::<Vec<_>>(), [ada.account, savings, dollars]);
    let of_euros = Balance { posted: euros(1_100), held: euros(100), available: euros(1_000) };
    let of_dollars = Balance { posted: usd(50), held: usd(0), available: usd(50) };
    assert_eq!(seen.totals, [of_euros, of_dollars]);
    let holds: Vec<_> = seen.holds.iter().map(|h| (h.account, h.hold.amount, h.hold.left)).collect();
    assert_eq!(holds, [(ada.account, eur(60), 6 * DAY), (savings, eur(40), 7 * DAY)], "what ends first first");
    assert!(seen.holds.iter().all(|h| h.hold.merchant == "Shop"));
    let mut lines: Vec<_> = seen.latest.iter().map(|l| (l.account, l.entry.amount, l.entry.balance_after)).collect();
    lines[1..3].sort_by_key(|(_, amount, _)| amount.minor);
    let expected = [
        (ada.account, eur(100), eur(800)),
        (ada.account, eur(-300), eur(700)),
        (savings, eur(300), eur(300)),
        (dollars, usd(50), usd(50)),
    ];
    assert_eq!(lines, expected, "newest first, a transfer of one's own on both sides");
    assert_eq!(seen.latest[0].entry.counterparty, Counterparty::Payer { name: "Ben".into(), tail: ben.account.tail() });
    assert_eq!(seen.latest[3].entry.counterparty, Counterparty::Cash);
    assert_eq!(w.bank.dashboard(ada.id, 0).expect("looks").latest, []);

    w.pass(6 * DAY);
    let later = w.bank.dashboard(ada.id, 0).expect("looks");
    assert_eq!(later.holds.len(), 1, "one has ended by itself");
    assert_eq!((later.totals[0].held, later.holds[0].hold.left), (eur(40), DAY));
}

#[test]
fn a_customer_changes_name_and_language() {
    let w = World::new();
    let ada = w.person("Ada", 0);
    let change = |change| w.bank.change_profile(ada.id, change);
    let german = change(ProfileChange { language: Some(Language::German), ..ProfileChange::default() });
    assert_eq!(german.expect("changes").language, Language::German);
    assert_eq!(told(&change(ProfileChange { name: Some(" "), ..ProfileChange::default() })), "invalid-fields");
    for _ in 0..2 {
        let named = change(ProfileChange { name: Some(" Ada Byron "), ..ProfileChange::default() }).expect("changes");
        assert_eq!((named.name.as_str(), named.language), ("Ada Byron", Language::German), "what is left out stays");
    }
    let events = w.bank.security_events(ada.id, None, 200).expect("lists").events;
    assert_eq!(events.iter().filter(|e| e.kind == EventKind::NameChanged).count(), 1, "the same name is no change");
    let signed_in = w.bank.log_in(
        "ada@example.org",
        &crate::support::registration("Ada").password,
        bank_core::model::SessionKind::Api,
        "here",
    );
    let token = signed_in.expect("logs in").token;
    let me = w.bank.authenticate(&token, bank_core::model::SessionKind::Api).expect("knows").customer;
    assert_eq!((me.name.as_str(), me.language), ("Ada Byron", Language::German));
}

#[test]
fn a_germans_first_account_has_a_german_name() {
    let w = World::new();
    let new = bank_core::Registration { language: Language::German, ..crate::support::registration("Grete") };
    let made = w.bank.register(&new).expect("registers");
    assert_eq!((made.customer.language, made.account.name.as_str()), (Language::German, "Girokonto"));
}

#[test]
fn security_events_are_paged_and_told_apart() {
    let w = World::new();
    let (ada, ben, shop) = (w.person("Ada", 1_000), w.person("Ben", 0), w.merchant("Shop"));
    let savings = w.bank.open_account(ada.id, "Savings", Currency::EUR, &pin(PIN)).expect("opens").number;
    assert_eq!(paid(&w.pay(shop, "order", ada.account, 1, WRONG)), "incorrect-pin");
    assert_eq!(told(&w.bank.withdraw(ada.id, &key("out"), savings, eur(1), &pin(WRONG))), "incorrect-pin");
    let log = |before, limit| w.bank.security_events(ada.id, before, limit).expect("lists");
    let all = log(None, 200);
    let told_apart: Vec<_> =
        all.events.iter().map(|e| (e.kind, e.account_name.as_deref(), e.merchant.as_deref())).collect();
    let expected = [
        (EventKind::PinFailed, Some("Savings"), None),
        (EventKind::PinFailed, Some("Current account"), Some("Shop")),
        (EventKind::AccountOpened, Some("Savings"), None),
        (EventKind::LoggedIn, None, None),
        (EventKind::Registered, None, None),
    ];
    assert_eq!((told_apart, all.next), (expected.to_vec(), None));
    let (mut paged, mut before) = (Vec::new(), None);
    loop {
        let page = log(before, 2);
        paged.extend(page.events);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(paged, all.events, "page by page, each once");
    assert!(w.bank.security_events(ben.id, None, 200).expect("lists").events.iter().all(|e| e.account.is_none()));
}
