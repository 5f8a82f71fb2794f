//! The exhaustive model check within its smallest bounds; the example `model_check` goes further.

#[path = "../../../examples/model_check/model/mod.rs"]
mod model;

use model::{scenario, search};

#[test]
fn every_promise_is_kept_in_every_state() {
    let mut states = 0;
    for scenario in scenario::named("quick").expect("the bounds are known") {
        let report = search::search(scenario).unwrap_or_else(|counterexample| panic!("{counterexample}"));
        println!("{report}");
        states += report.states;
    }
    assert!(states > 10_000, "only {states} states: the bounds let nothing happen");
}

/// A bank that breaks its word, and the check must find what comes of that.
#[test]
fn a_broken_promise_is_found_and_told() {
    let scenario = scenario::named("what-if").expect("the bounds are known").remove(0);
    let told = search::search(scenario).err().expect("a bank without fences charges late").to_string();
    assert!(told.contains("A1 failed, so nothing was charged, and yet it was"), "{told}");
    assert!(told.contains("1. the customer sends the checkout of order A"), "{told}");
    assert!(told.contains("only now the bank hears purchase A1"), "{told}");
}
