//! Bugs of concurrency, each a few lines of the gate or the bank, and the test that must find it.

/// One bug.
pub(crate) struct Bug {
    /// What is wrong.
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    /// A passage that stands in the file once.
    pub(crate) right: &'static str,
    /// What stands there instead.
    pub(crate) wrong: &'static str,
    pub(crate) found_by: &'static str,
}

const GATE: &str = "kit/core/src/gate.rs";
const BANK: &str = "bank-core/src/bank.rs";
const PIN: &str = "bank-core/src/bank/pin.rs";
const TURNS: &str = "bank-core/src/bank/turns.rs";
const HASH_QUEUE: &str = "bank-core/src/bank/hash_queue.rs";

const fn bug(
    name: &'static str,
    file: &'static str,
    right: &'static str,
    wrong: &'static str,
    found_by: &'static str,
) -> Bug {
    Bug { name, file, right, wrong, found_by }
}

pub(crate) const BUGS: [Bug; 19] = [
    bug(
        "the posting thread sleeps without saying that one command wakes it",
        GATE,
        "            queue.wanted = 1;\n",
        "",
        "gate::every_receipt_is_answered_once_and_after_its_commit",
    ),
    bug(
        "whoever blocks on a receipt is not woken",
        GATE,
        "        self.filled.notify_all();\n",
        "",
        "gate::every_receipt_is_answered_once_and_after_its_commit",
    ),
    bug(
        "a waker is left under another lock than the replies were looked for",
        GATE,
        "                let before = state.waker.replace(",
        "                drop(state);\n                let mut state = self.slot.lock();\n                \
         let before = state.waker.replace(",
        "gate::every_receipt_is_answered_once_and_after_its_commit",
    ),
    bug(
        "a waker is dropped under the lock that the posting thread needs",
        GATE,
        "                drop(state);\n                drop(before);\n",
        "                drop(before);\n                drop(state);\n",
        "gate::the_last_handle_may_be_dropped_on_the_posting_thread",
    ),
    bug(
        "the posting thread leaves while commands wait",
        GATE,
        "        while queue.waiting.is_empty() {\n",
        "        if queue.closed {\n            return None;\n        }\n        while queue.waiting.is_empty() {\n",
        "gate::a_gate_that_is_dropped_still_posts_what_waits",
    ),
    bug(
        "a panic ends the posting thread",
        GATE,
        "catch_unwind(AssertUnwindSafe(|| self.post.post(commands)))",
        "Ok::<_, ()>(self.post.post(commands))",
        "gate::what_panics_or_fails_does_so_alone",
    ),
    bug(
        "a failed batch fails all of its commands",
        GATE,
        "if commands.len() > 1 =>",
        "if commands.len() > 1_000 =>",
        "gate::what_panics_or_fails_does_so_alone",
    ),
    bug(
        "a commit of unknown outcome is run again",
        GATE,
        "Err(StoreFailure::NotCommitted(_)) if",
        "Err(_) if",
        "gate::an_unknown_commit_is_told_as_such_and_never_run_again",
    ),
    bug(
        "room in the queue is looked for under one lock and taken under another",
        GATE,
        "        queue.waiting_commands = total;\n",
        "        drop(queue);\n        let mut queue = self.shared.lock();\n        \
         let total = queue.waiting_commands + commands.len();\n        queue.waiting_commands = total;\n",
        "gate::the_queue_never_holds_more_than_it_may",
    ),
    bug(
        "who comes last is served first",
        GATE,
        "queue.waiting.push_back(",
        "queue.waiting.push_front(",
        "gate::submissions_are_served_in_the_order_in_which_they_came",
    ),
    bug(
        "a key is not looked up again once it is marked",
        BANK,
        "let decided = self.decided_before(scope, key, facts)?;",
        "let decided: Option<Outcome> = None;",
        "keys::the_same_call_at_once_is_decided_once",
    ),
    bug(
        "a mark is looked for under one lock and set under another",
        BANK,
        "        if marks.insert((scope, key.clone())) {\n",
        "        let free = !marks.contains(&(scope, key.clone()));\n        drop(marks);\n        if free {\n            \
         self.inner.in_flight.lock().unwrap_or_else(PoisonError::into_inner).insert((scope, key.clone()));\n",
        "keys::a_wrong_pin_sent_at_once_costs_one_try",
    ),
    bug(
        "a panic leaves its key marked",
        BANK,
        "        let mut marks = self.bank.",
        "        if std::thread::panicking() {\n            return;\n        }\n        let mut marks = self.bank.",
        "keys::a_call_that_panics_leaves_its_key_to_be_used",
    ),
    bug(
        "a turn ends as soon as it is taken",
        PIN,
        "let _turn = self.inner.turns.take(number);",
        "let _ = self.inner.turns.take(number);",
        "hashing::right_pins_of_one_account_do_not_hinder_each_other",
    ),
    bug(
        "a turn is not given back by a panic",
        TURNS,
        "        self.shared.lock().remove(&self.account);\n",
        "        if std::thread::panicking() {\n            return;\n        }\n        \
         self.shared.lock().remove(&self.account);\n",
        "hashing::a_panic_gives_back_turn_and_place",
    ),
    bug(
        "the end of a turn wakes one waiter, who may wait for another account",
        TURNS,
        "self.shared.freed.notify_all();",
        "self.shared.freed.notify_one();",
        "hashing::accounts_whose_turns_overlap_all_get_theirs",
    ),
    bug(
        "whoever is woken takes the turn without looking",
        TURNS,
        "        while !busy.insert(account) {",
        "        if !busy.insert(account) {",
        "hashing::right_pins_of_one_account_do_not_hinder_each_other",
    ),
    bug(
        "a panic keeps its place in the hashing queue",
        HASH_QUEUE,
        "        taken.all -= 1;\n",
        "        taken.all -= usize::from(!std::thread::panicking());\n",
        "hashing::a_panic_gives_back_turn_and_place",
    ),
    bug(
        "a place in the hashing queue is looked for under one lock and taken under another",
        HASH_QUEUE,
        "        taken.all += 1;\n",
        "        drop(taken);\n        let mut taken = lock(&self.taken);\n        taken.all += 1;\n",
        "hashing::no_more_than_may_are_in_the_queue_and_who_is_turned_away_loses_nothing",
    ),
];
