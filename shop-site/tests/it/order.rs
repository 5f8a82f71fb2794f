//! The order page: every state in plain words, paying again, cancelling.

use kit_web::testing::Browser;
use poem::Endpoint;
use shop_core::gateway::scripted::{CallKind, Step};
use shop_core::gateway::{Advice, Answer, Code};
use shop_core::{OrderSlice, OrderState};

use crate::world::{KEYBOARD, PIN, World, account, eur, hidden, order, send};

async fn pay_again<E: Endpoint>(browser: &mut Browser<'_, E>, path: &str) -> kit_web::testing::Answer {
    let page = browser.get(path).await;
    let fields = [("key", hidden(&page, "key")), ("account_number", account().digits()), ("pin", PIN.to_owned())];
    send(browser, path, &fields).await
}

#[tokio::test]
async fn a_declined_order_is_paid_again_under_a_new_key() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, "314159").await;
    let page = browser.get(&path).await;
    for words in ["Your order is not paid yet", "account number and PIN do not belong together", "Pay again"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert_eq!(world.charged(), eur(0));
    let key = hidden(&page, "key");
    assert_ne!(key, hidden(&browser.get(&path).await, "key"), "every form has a key of its own");
    assert_eq!(pay_again(&mut browser, &path).await.status, 303);
    assert!(browser.get(&path).await.text.contains("Thank you. Your order is paid."));
    assert_eq!((world.charged(), world.orders()), (eur(20_000), 1));
    // A form from before, sent late.
    let fields = [("key", key), ("account_number", account().digits()), ("pin", PIN.to_owned())];
    let late = send(&mut browser, &path, &fields).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("This order is paid already."), "{}", late.text);
    assert_eq!(world.charged(), eur(20_000));
}

#[tokio::test]
async fn what_a_decline_means_is_said_in_words() {
    for (code, advice, words) in [
        ("insufficient-funds", Advice::RetryLater, "there is not enough money in the account"),
        ("pin-blocked", Advice::DoNotRetry, "the PIN is blocked"),
        ("account-frozen", Advice::DoNotRetry, "the account is frozen"),
        ("never-heard-of", Advice::DoNotRetry, "Please use another account, or ask your bank."),
        ("use-hosted-approval", Advice::UseHostedApproval, "Paying by PIN is not possible here at present"),
    ] {
        let world = World::new();
        world.bank.then(Answer::Declined { code: Code::new(code), advice });
        let app = world.app();
        let mut browser = Browser::new(&app);
        let path = order(&mut browser, PIN).await;
        let page = browser.get(&path).await;
        assert!(page.text.contains(words) && page.text.contains("Nothing was charged."), "{code}: {}", page.text);
        let elsewhere = page.text.contains("another account");
        assert_eq!(elsewhere, code == "never-heard-of", "advice that helps: {code}: {}", page.text);
    }
}

#[tokio::test]
async fn a_bank_that_asks_for_patience_is_not_out_of_reach() {
    for (answer, words) in [
        (Answer::Throttled { retry_after: std::time::Duration::from_secs(30) }, "Your bank asks you to wait a little"),
        (Answer::Unauthorized, "Your bank does not take payments from us at present."),
    ] {
        let world = World::new();
        world.bank.then(answer.clone());
        let app = world.app();
        let mut browser = Browser::new(&app);
        let path = order(&mut browser, PIN).await;
        let page = browser.get(&path).await;
        assert!(page.text.contains(words) && page.text.contains("Nothing was charged."), "{answer:?}: {}", page.text);
        assert!(!page.text.contains("could not reach"), "{answer:?}: {}", page.text);
        assert_eq!(pay_again(&mut browser, &path).await.status, 303);
        assert_eq!(world.charged(), eur(20_000));
    }
}

#[tokio::test]
async fn a_refund_that_the_bank_refused_is_not_told_as_waiting() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, PIN).await;
    world.bank.then_on(CallKind::Refund, Answer::Rejected { code: Code::new("insufficient-funds") });
    browser.get(&path).await;
    let page = browser.submit(&path, &[("action", "cancel")]).await;
    for words in ["takes longer than usual", "needs our attention", "Your money is owed to you"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(!page.text.contains("waiting for its answer") && !page.text.contains("Check again"), "{}", page.text);
}

#[tokio::test]
async fn a_bank_out_of_reach_charges_nothing_and_is_tried_again() {
    let world = World::new();
    world.bank.then(Answer::NotSent);
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, PIN).await;
    let page = browser.get(&path).await;
    assert!(page.text.contains("We could not reach your bank just now. Nothing was charged."), "{}", page.text);
    assert_eq!(pay_again(&mut browser, &path).await.status, 303);
    assert_eq!(world.charged(), eur(20_000));
}

#[tokio::test]
async fn an_unknown_outcome_is_checked_until_it_is_known() {
    for (lost, words, charged, stock) in [
        (Step::LoseReply, "Thank you. Your order is paid.", 20_000, 3),
        (Step::LoseRequest, "The payment timed out. Nothing was charged.", 0, 5),
    ] {
        let world = World::new();
        world.bank.then_on(CallKind::Purchase, lost);
        world.bank.then_on(CallKind::Void, Answer::Unknown);
        let app = world.app();
        let mut browser = Browser::new(&app);
        let path = order(&mut browser, PIN).await;
        let checking = |page: &kit_web::testing::Answer| {
            assert!(page.text.contains("We are checking with your bank. Do not pay again."), "{}", page.text);
            assert!(page.text.contains(&format!("href=\"{path}\">Check again</a>")));
            assert!(!page.text.contains("name=\"pin\""), "there is no way to pay twice");
            assert!(!page.text.contains("Cancel this order"));
        };
        checking(&browser.get(&path).await);
        world.advance(60);
        world.shop.sweep().unwrap();
        checking(&browser.get(&path).await);
        world.advance(60);
        world.shop.sweep().unwrap();
        let page = browser.get(&path).await;
        assert!(page.text.contains(words), "{}", page.text);
        assert!(!page.text.contains("Check again"));
        assert_eq!((world.charged(), world.stock(KEYBOARD)), (eur(charged), stock));
    }
}

#[tokio::test]
async fn a_forged_second_payment_while_checking_is_refused() {
    let world = World::new();
    world.bank.then(Step::LoseReply);
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, PIN).await;
    browser.get("/products/KB-1").await;
    let fields = [("key", "forged-key-1".to_owned()), ("account_number", account().digits()), ("pin", PIN.to_owned())];
    let answer = send(&mut browser, &path, &fields).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("Do not pay again."), "{}", answer.text);
    assert_eq!(world.charged(), eur(20_000), "the first one, whose answer was lost");
}

#[tokio::test]
async fn an_unpaid_order_is_cancelled_at_once_and_a_paid_one_given_back() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    let unpaid = order(&mut browser, "314159").await;
    browser.get(&unpaid).await;
    let page = browser.submit(&unpaid, &[("action", "cancel")]).await;
    assert!(
        page.text.contains("Your order is cancelled") && page.text.contains("Nothing was charged."),
        "{}",
        page.text
    );
    assert_eq!(world.stock(KEYBOARD), 5);

    let paid = order(&mut browser, PIN).await;
    world.bank.then_on(CallKind::Refund, Answer::Unknown);
    browser.get(&paid).await;
    let page = browser.submit(&paid, &[("action", "cancel")]).await;
    assert!(page.text.contains("your money is on its way back"), "{}", page.text);
    assert_eq!(world.stock(KEYBOARD), 3, "the stock returns when the cancellation is final");
    world.advance(60);
    world.shop.sweep().unwrap();
    let page = browser.get(&paid).await;
    assert!(page.text.contains("Your money was given back."), "{}", page.text);
    assert_eq!((world.charged(), world.stock(KEYBOARD)), (eur(0), 5));
}

#[tokio::test]
async fn a_shipped_order_is_on_its_way() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, PIN).await;
    browser.get(&path).await;
    let orders = world.shop.orders(&OrderSlice { limit: 1, ..OrderSlice::default() }).unwrap();
    assert_eq!(orders[0].state, OrderState::Paid);
    world.shop.ship(orders[0].number).unwrap();
    let late = browser.post(&path, &[("action", "cancel")]).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("This order has left our warehouse already."), "{}", late.text);
    let page = browser.get(&path).await;
    assert!(page.text.contains("Your parcel is on its way") && !page.text.contains("Cancel this order"));
}

#[tokio::test]
async fn an_approval_leads_to_the_banks_page_and_nowhere_else() {
    for (url, linked) in [("https://bank.example/approve/7", true), ("javascript:alert(1)", false)] {
        let world = World::new();
        let expires_at =
            kit_core::Timestamp::from_micros(1_795_363_620_000_000).plus(std::time::Duration::from_secs(600));
        world.bank.then(Answer::RequiresAction { url: url.to_owned(), expires_at });
        let app = world.app();
        let mut browser = Browser::new(&app);
        let path = order(&mut browser, PIN).await;
        let page = browser.get(&path).await;
        assert!(page.text.contains("Please confirm the payment at your bank"), "{}", page.text);
        assert_eq!(page.text.contains(&format!("href=\"{url}\"")), linked, "{}", page.text);
    }
}

#[tokio::test]
async fn a_reservation_that_runs_out_ends_the_order() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, "314159").await;
    world.advance(31 * 60);
    world.shop.sweep().unwrap();
    let page = browser.get(&path).await;
    assert!(page.text.contains("Your order was not paid in time. Nothing was charged."), "{}", page.text);
    assert!(!page.text.contains("name=\"pin\""));
    assert_eq!(world.stock(KEYBOARD), 5);
}
