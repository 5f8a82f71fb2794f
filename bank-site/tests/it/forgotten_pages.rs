//! The pages of a forgotten password.

use crate::bench::{Bench, PASSWORD};

const NEW: &str = "another sentence is good";

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_mailed_link_that_works_once() {
    let bench = Bench::new();
    bench.customer("ada@example.org").await;
    let mut browser = bench.browser();
    assert!(browser.get("/login").await.text.contains("href=\"/password/forgotten\""));
    browser.get("/password/forgotten").await;
    // A stranger's address is answered like a customer's.
    let known = browser.submit("/password/forgotten", &[("email", "ada@example.org")]).await;
    assert!(known.text.contains("a mail is on its way"), "{}", known.text);
    browser.get("/password/forgotten").await;
    let stranger = browser.submit("/password/forgotten", &[("email", "eve@example.org")]).await;
    assert_eq!((stranger.status, stranger.text.contains("a mail is on its way")), (200, true));

    let letters = bench.bank.letters(10).expect("letters");
    let reset = letters.iter().find_map(|letter| letter.reset.as_ref()).expect("a link");
    let token = reset.token.reveal();
    let page = browser.get(&format!("/password/new?token={token}")).await;
    assert!(page.text.contains(&format!("value=\"{}\"", token.as_str())), "{}", page.text);
    let page = browser.post("/password/new", &[("token", token.as_str()), ("new_password", "short")]).await;
    assert!(page.text.contains("id=\"new_password-error\""), "{}", page.text);
    let done = browser.submit("/password/new", &[("token", token.as_str()), ("new_password", NEW)]).await;
    assert!(done.text.contains("Your new password is set."), "{}", done.text);
    let again = browser.post("/password/new", &[("token", token.as_str()), ("new_password", PASSWORD)]).await;
    assert_eq!(again.status, 404);
    assert!(again.text.contains("used already") && again.text.contains("/password/forgotten"), "{}", again.text);
    let opened = browser.get(&format!("/password/new?token={token}")).await;
    assert!(opened.text.contains("used already") && !opened.text.contains("name=\"new_password\""), "{}", opened.text);
    bench.log_in("ada@example.org", NEW).await;
}

#[tokio::test]
async fn a_link_that_is_none_leads_to_a_new_one() {
    let bench = Bench::new();
    for path in ["/password/new", "/password/new?token=nonsense", &format!("/password/new?token={}", "0".repeat(64))] {
        let page = bench.browser().get(path).await;
        assert!(page.text.contains("href=\"/password/forgotten\""), "{}", page.text);
        assert!(!page.text.contains("name=\"new_password\""), "{}", page.text);
    }
}
