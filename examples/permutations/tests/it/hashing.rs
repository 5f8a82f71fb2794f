//! The hashing queue and the turns: one PIN of an account at a time, no more waiting than may, and nobody waits for ever.

use bank_core::Error;

use crate::explore::explore;
use crate::world::{PANICKING_PIN, PIN, World, at_once, key, panicked};

#[test]
fn right_pins_of_one_account_do_not_hinder_each_other() {
    explore(1_500, || {
        let world = World::new();
        // The hasher itself fails where two of one account meet.
        let calls: Vec<fn(&World) -> _> = vec![
            |world| world.transfer("the first", 1, PIN).map(drop),
            |world| world.transfer("the second", 2, PIN).map(drop),
            |world| world.transfer("the third", 3, PIN).map(drop),
        ];
        for answer in at_once(&world, calls) {
            answer.expect("nobody is told to wait for another one's provisional failure");
        }
        world.assert_paid(6);
    });
}

#[test]
fn accounts_whose_turns_overlap_all_get_theirs() {
    explore(1_500, || {
        let world = World::new();
        let by_bob: fn(&World) -> _ = |world| {
            let swapped = World { ada: world.bob, bob: world.ada, ..world.clone() };
            swapped.transfer("from Bob", 5, PIN).map(drop)
        };
        let by_bob_again: fn(&World) -> _ = |world| {
            let swapped = World { ada: world.bob, bob: world.ada, ..world.clone() };
            swapped.transfer("from Bob again", 5, PIN).map(drop)
        };
        let calls: Vec<fn(&World) -> _> = vec![
            |world| world.transfer("from Ada", 5, PIN).map(drop),
            by_bob,
            |world| world.transfer("from Ada again", 5, PIN).map(drop),
            by_bob_again,
        ];
        at_once(&world, calls).into_iter().for_each(|answer| answer.expect("paid"));
        world.assert_paid(0);
    });
}

#[test]
fn a_panic_gives_back_turn_and_place() {
    explore(1_500, || {
        let world = World::with_hash_queue(3);
        let calls: Vec<fn(&World) -> bool> = vec![
            |world| panicked(|| world.transfer("one that panics", 1, PANICKING_PIN)),
            |world| world.transfer("the second", 2, PIN).is_err(),
            |world| world.transfer("the third", 3, PIN).is_err(),
        ];
        assert_eq!(at_once(&world, calls), [true, false, false]);
        // All three places at once: none was lost.
        let calls: Vec<fn(&World) -> _> = vec![
            |world| world.transfer("the fourth", 4, PIN).map(drop),
            |world| world.transfer("the fifth", 5, PIN).map(drop),
            |world| world.transfer("the sixth", 6, PIN).map(drop),
        ];
        at_once(&world, calls).into_iter().for_each(|answer| answer.expect("there is a place for each"));
        world.assert_paid(20);
    });
}

#[test]
fn no_more_than_may_are_in_the_queue_and_who_is_turned_away_loses_nothing() {
    explore(1_500, || {
        let world = World::with_hash_queue(1);
        let by_bob: fn(&World) -> _ = |world| {
            let swapped = World { ada: world.bob, bob: world.ada, ..world.clone() };
            swapped.transfer("from Bob", 5, PIN).map(drop)
        };
        let calls: Vec<fn(&World) -> _> =
            vec![|world| world.transfer("from Ada", 10, PIN).map(drop), by_bob, |world| {
                let paid = world.bank.create_payment(world.merchant, &key("an order"), &world.request(30));
                paid.map(|answer| assert_eq!(answer.refusal, None))
            }];
        let mut paid = 0;
        for (answer, minor) in at_once(&world, calls).into_iter().zip([10, -5, 30]) {
            match answer {
                Ok(()) => paid += minor,
                Err(Error::Busy { .. }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_ne!(paid, 0, "somebody had the place");
        assert_eq!(world.hasher.most(), 1, "more were hashed at once than there are places");
        world.assert_paid(paid);
        world.transfer("one more", 1, PIN).expect("the place is free again");
    });
}
