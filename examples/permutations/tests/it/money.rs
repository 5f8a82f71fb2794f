//! Money between people who all move it at once.

use bank_core::{Error, Refusal};
use kit_core::sync::thread;

use crate::explore::explore;
use crate::world::{OPENING, PIN, World, at_once, eur, key};

#[test]
fn an_account_is_never_overdrawn() {
    explore(1_000, || {
        let world = World::new();
        // Any two of these fit into the account; all three do not.
        let calls: Vec<fn(&World) -> _> = vec![
            |world| world.transfer("the first", 400, PIN),
            |world| world.transfer("the second", 500, PIN),
            |world| world.transfer("the third", 450, PIN),
        ];
        let (mut paid, mut refused) = (0, 0);
        for (answer, minor) in at_once(&world, calls).into_iter().zip([400, 500, 450]) {
            match answer {
                Ok(_) => paid += minor,
                Err(Error::Refused { refusal: Refusal::InsufficientFunds { .. }, .. }) => refused += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(refused, 1, "the last of them finds too little");
        world.assert_paid(paid);
    });
}

#[test]
fn what_was_acknowledged_is_read_by_everyone() {
    explore(1_000, || {
        let world = World::new();
        let depositing: Vec<_> = [("one", 1), ("two", 2)]
            .into_iter()
            .map(|(name, minor)| {
                let world = world.clone();
                thread::spawn(move || {
                    let (id, account) = (world.ada.id, world.ada.account);
                    let receipt = world.bank.deposit(id, &key(name), account, eur(minor)).expect("deposits");
                    let read = world.balance(world.ada);
                    assert!(read >= receipt.balance_after.minor, "told {receipt:?}, then read {read}");
                })
            })
            .collect();
        depositing.into_iter().for_each(|thread| thread.join().expect("ends"));
        assert_eq!(world.balance(world.ada), OPENING + 3);
    });
}
