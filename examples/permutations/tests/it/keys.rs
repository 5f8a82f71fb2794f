//! Idempotency keys: whoever sends the same call at the same time, it is decided once, hashed once, tried once.

use bank_core::{Error, Receipt, Refusal, Result};

use crate::explore::explore;
use crate::world::{PANICKING_PIN, PIN, World, at_once, key, panicked};

/// The receipts among the answers; the others were told that the same call is being worked on.
fn receipts(answers: Vec<Result<Receipt>>) -> Vec<Receipt> {
    answers
        .into_iter()
        .filter_map(|answer| match answer {
            Ok(receipt) => Some(receipt),
            Err(Error::Refused { refusal: Refusal::InFlight, .. }) => None,
            Err(other) => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn the_same_call_at_once_is_decided_once() {
    explore(1_500, || {
        let world = World::new();
        let call: fn(&World) -> _ = |world| world.transfer("a transfer", 10, PIN);
        let receipts = receipts(at_once(&world, vec![call; 3]));
        let first: Vec<_> = receipts.iter().filter(|receipt| !receipt.replayed).collect();
        assert_eq!(first.len(), 1, "one of them decides");
        assert!(receipts.iter().all(|receipt| receipt.transfer == first[0].transfer), "the others repeat it");
        assert_eq!(world.hasher.verified(), 1, "one PIN is hashed");
        assert!(world.transfer("a transfer", 10, PIN).expect("decided").replayed, "nothing stays marked");
        world.assert_paid(10);
    });
}

#[test]
fn a_wrong_pin_sent_at_once_costs_one_try() {
    explore(1_500, || {
        let world = World::new();
        let call: fn(&World) -> _ = |world| world.transfer("a transfer", 10, "273849");
        for answer in at_once(&world, vec![call; 3]) {
            match answer {
                Err(Error::Refused {
                    refusal: Refusal::IncorrectPin { tries_left: 4 } | Refusal::InFlight, ..
                }) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(world.hasher.verified(), 1, "one PIN is hashed");
        world.assert_paid(0);
    });
}

#[test]
fn other_facts_under_one_key_never_both_happen() {
    explore(1_500, || {
        let world = World::new();
        let calls: Vec<fn(&World) -> _> =
            vec![|world| world.transfer("a transfer", 10, PIN), |world| world.transfer("a transfer", 20, PIN)];
        let mut paid = 0;
        for (answer, minor) in at_once(&world, calls).into_iter().zip([10, 20]) {
            match answer {
                Ok(_) => paid += minor,
                Err(Error::Refused { refusal: Refusal::InFlight | Refusal::KeyReused { .. }, .. }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert!(paid == 10 || paid == 20, "{paid} was paid under one key");
        world.assert_paid(paid);
    });
}

#[test]
fn a_call_that_panics_leaves_its_key_to_be_used() {
    explore(1_000, || {
        let world = World::new();
        let calls: Vec<fn(&World) -> bool> =
            vec![|world| panicked(|| world.transfer("a transfer", 10, PANICKING_PIN)), |world| {
                let answer = world.transfer("a transfer", 10, PIN);
                assert!(matches!(answer, Ok(_) | Err(Error::Refused { refusal: Refusal::InFlight, .. })), "{answer:?}");
                false
            }];
        at_once(&world, calls);
        world.transfer("a transfer", 10, PIN).expect("the key is free, or its transfer is repeated");
        world.assert_paid(10);
    });
}

#[test]
fn a_payment_and_the_voiding_of_its_key_agree_on_what_happened() {
    explore(1_500, || {
        let world = World::new();
        let calls: Vec<fn(&World) -> bool> = vec![
            |world| match world.bank.create_payment(world.merchant, &key("an order"), &world.request(30)) {
                Ok(answer) => answer.refusal.is_none(),
                Err(Error::Refused { refusal: Refusal::Voided, .. }) => false,
                Err(other) => panic!("{other:?}"),
            },
            // A sweep: the answer says whether it was captured. If it says no, it never will be.
            |world| {
                let answer = world.bank.void_key(world.merchant, &key("an order")).expect("answered");
                answer.refusal == Some(Refusal::AlreadyCaptured)
            },
        ];
        let told = at_once(&world, calls);
        assert_eq!(told[0], told[1], "the shop was told two things");
        world.assert_paid(if told[1] { 30 } else { 0 });
    });
}
