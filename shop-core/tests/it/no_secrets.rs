//! A PIN is nowhere in the database's files, and neither are an account number or a token.

use std::sync::Arc;

use shop_core::gateway::Answer;
use shop_core::store::sqlite::SqliteStore;

use crate::world::{KEYBOARD, PIN, World, account, eur, form, payment};

#[test]
fn the_files_hold_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("shop.db")).expect("a fresh file");
    let world = World::over(Arc::new(store));
    let cart = world.cart(&[(KEYBOARD, 1)]);
    world.bank.then(Answer::NotSent);
    let placed = world.shop.checkout(&cart, &form("form-key-1", eur(10_000))).expect("placed");
    world.shop.pay_again(&placed.token, &payment("form-key-2")).expect("paid");
    let (cart, order) = (cart.reveal(), placed.token.reveal());
    let raw = |text: &str| -> Vec<u8> {
        (0..32).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hexadecimal")).collect()
    };
    let secrets: [(&str, Vec<u8>); 7] = [
        ("the PIN", PIN.into()),
        ("the account number", account().digits().into()),
        ("the account number in groups", account().to_string().into()),
        ("the cart's token", raw(&cart)),
        ("the cart's token in hexadecimal", cart.into()),
        ("the order's token", raw(&order)),
        ("the order's token in hexadecimal", order.into()),
    ];
    let mut found_the_order = false;
    for entry in std::fs::read_dir(folder.path()).expect("the folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a file");
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        for (name, secret) in &secrets {
            assert!(!holds(secret), "{name} is in {}", path.display());
        }
        found_the_order |= holds(b"ada@example.org");
    }
    assert!(found_the_order, "the search would find a secret");
}
