//! Attempts whose process ended before their verdict: five in a row wait a minute, none ever blocks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bank_core::hashing::{Pepper, SecretHasher, Verdict};
use bank_core::model::{MerchantId, SessionKind, StoredHash, Tries};
use bank_core::rules::ladder::{self, Begin};
use bank_core::store::Store;
use bank_core::store::memory::MemoryStore;
use bank_core::store::sqlite::SqliteStore;
use bank_core::testing::PlainHasher;
use bank_core::{Bank, BankConfig, BankParts, Error, Refusal};
use kit_core::{AccountNumber, Env, ManualClock, SecretText, Timestamp, Uuid};

use crate::support::{DAY, MINUTE, PASSWORD, PIN, Person, START, Setup, WRONG, World, paid, told};

const SECOND: Duration = Duration::from_secs(1);

fn boot(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// A counter of `failures` that have their verdict, and attempts that process 1 left pending.
fn left(failures: u32, pending: &[Timestamp], interrupted: u32) -> Tries {
    let counted = failures + u32::try_from(pending.len()).expect("a few");
    Tries {
        failures: counted,
        blocked: counted >= ladder::TRIES,
        pending: pending.to_vec(),
        boot: Some(boot(1)),
        interrupted,
        ..Tries::default()
    }
}

#[test]
fn another_process_finds_pending_attempts_interrupted() {
    let at = START;
    // failures with a verdict, pending, interrupted before → failures, interrupted, wait until, by another process
    for (failures, pending, before, expected) in [
        (0, vec![], 0, (0, 0, None)),
        (2, vec![], 3, (2, 3, None)),
        (0, vec![at], 0, (0, 1, None)),
        (4, vec![at], 0, (4, 1, None)),
        (0, vec![at], 3, (0, 4, None)),
        (0, vec![at], 4, (0, 5, Some(at.plus(MINUTE)))),
        (0, vec![at], 5, (0, 6, None)),
        (3, vec![at], 9, (3, 10, Some(at.plus(MINUTE)))),
        (0, vec![at, at.plus(SECOND)], 3, (0, 5, Some(at.plus(SECOND + MINUTE)))),
        (0, vec![at, at.plus(SECOND)], 4, (0, 6, Some(at.plus(SECOND + MINUTE)))),
    ] {
        let counter = left(failures, &pending, before);
        assert_eq!(ladder::settle(&counter, boot(1)), counter, "its own process waits for the verdict");
        let settled = ladder::settle(&counter, boot(2));
        assert_eq!((settled.failures, settled.interrupted, settled.wait_until), expected, "{counter:?}");
        assert!(!settled.blocked && settled.pending.is_empty(), "{counter:?}");
    }
}

#[test]
fn an_interrupted_attempt_takes_its_wait_and_its_block_along() {
    let account = Tries {
        blocked: true,
        recent: (0..10).map(|n| START.plus(SECOND * n)).collect(),
        pending: vec![START.plus(SECOND * 9)],
        boot: Some(boot(1)),
        ..Tries::default()
    };
    let bucket = Tries { wait_until: Some(START.plus(5 * MINUTE)), ..left(3, &[START.plus(SECOND * 9)], 0) };
    let now = START.plus(SECOND * 10);
    assert_eq!(ladder::begin_pin(&bucket, &account, boot(1), now), Begin::Blocked, "until its verdict");
    let Begin::Try { bucket, account } = ladder::begin_pin(&bucket, &account, boot(2), now) else {
        panic!("nine failures do not block")
    };
    assert_eq!((bucket.failures, bucket.interrupted, account.recent.len()), (4, 1, 10));
    // A verdict ends the row of interrupted ones.
    let confirmed = ladder::confirm(&bucket, now);
    assert_eq!((confirmed.failures, confirmed.interrupted, confirmed.pending), (4, 0, vec![]));
}

#[test]
fn failures_with_a_verdict_stay_blocked_in_every_process() {
    let blocked = Tries { failures: 5, blocked: true, boot: Some(boot(1)), ..Tries::default() };
    assert_eq!(ladder::begin_pin(&blocked, &Tries::default(), boot(2), START.plus(DAY)), Begin::Blocked);
    // As an earlier version left it: which of them had a verdict is not known, so all had.
    let old = Tries { boot: None, ..blocked };
    assert_eq!(ladder::begin_pin(&old, &Tries::default(), boot(2), START.plus(DAY)), Begin::Blocked);
}

/// Ends the process in the middle of a hash, as long as its switch is on.
#[derive(Default)]
struct Dying {
    plain: PlainHasher,
    dies: AtomicBool,
}

impl SecretHasher for Dying {
    fn hash(&self, secret: &str, owner: &[u8], salt: [u8; 16]) -> StoredHash {
        self.plain.hash(secret, owner, salt)
    }

    fn verify(&self, secret: &str, owner: &[u8], stored: &StoredHash) -> Verdict {
        assert!(!self.dies.load(Ordering::SeqCst), "the process ends here");
        self.plain.verify(secret, owner, stored)
    }

    fn pepper(&self) -> &Pepper {
        self.plain.pepper()
    }
}

/// A bank that is opened anew on its store for each process.
struct Processes {
    world: World,
    hasher: Arc<Dying>,
    started: u64,
}

impl Processes {
    fn on(store: Arc<dyn Store>) -> Self {
        let hasher = Arc::new(Dying::default());
        let world = Setup { store, hasher: hasher.clone(), ..Setup::default() }.open();
        Self { world, hasher, started: 7 }
    }

    /// Ends the process in the middle of `attempt`, and starts the next.
    fn end_within(&mut self, attempt: impl FnOnce(&World)) {
        self.hasher.dies.store(true, Ordering::SeqCst);
        let ended = catch_unwind(AssertUnwindSafe(|| attempt(&self.world)));
        self.hasher.dies.store(false, Ordering::SeqCst);
        assert!(ended.is_err(), "the attempt got to its hash");
        self.started += 1;
        let env = Env::with(self.world.clock.clone(), self.started);
        let (store, hasher) = (Arc::clone(&self.world.store), self.hasher.clone());
        let parts = BankParts { store, hasher, env, config: BankConfig::default() };
        self.world.bank = Bank::open_manual(parts).expect("opens again");
    }
}

fn on_both_stores(check: impl Fn(Processes)) {
    check(Processes::on(Arc::new(MemoryStore::new())));
    let folder = tempfile::tempdir().expect("a folder");
    let path: &Path = &folder.path().join("bank.db");
    check(Processes::on(Arc::new(SqliteStore::open(path).expect("opens"))));
}

/// One attempt through a merchant, in words.
fn charge(w: &World, shop: MerchantId, name: &str, account: AccountNumber, digits: &str) -> String {
    let answer = w.pay(shop, name, account, 1, digits);
    match &answer {
        Err(Error::Refused { refusal: Refusal::PinThrottled { retry_after }, .. }) => {
            format!("pin-throttled {}", retry_after.as_secs())
        }
        _ => paid(&answer).to_owned(),
    }
}

/// Twenty attempts at `account`, each ended before its verdict, with a minute's wait after every five.
fn interrupt_twenty(p: &mut Processes, shop: MerchantId, account: AccountNumber) {
    for n in 1..=20 {
        p.end_within(|w| drop(charge(w, shop, &format!("ended-{n}"), account, PIN)));
        if n % 5 == 0 {
            assert_eq!(charge(&p.world, shop, &format!("early-{n}"), account, PIN), "pin-throttled 60");
            p.world.pass(MINUTE);
        }
    }
}

#[test]
fn the_right_pin_is_accepted_after_twenty_interrupted_attempts() {
    on_both_stores(|mut p| {
        let (ada, shop): (Person, _) = (p.world.person("Ada", 1_000), p.world.merchant("Shop"));
        interrupt_twenty(&mut p, shop, ada.account);
        assert!(!p.world.bank.account(ada.id, ada.account).expect("there").pin_blocked);
        assert_eq!(charge(&p.world, shop, "order", ada.account, PIN), "ok");
    });
}

#[test]
fn an_unknown_account_is_interrupted_alike() {
    on_both_stores(|mut p| {
        let shop = p.world.merchant("Shop");
        let nobody = AccountNumber::from_payload(9_999_999_999);
        interrupt_twenty(&mut p, shop, nobody);
        assert_eq!(charge(&p.world, shop, "order", nobody, PIN), "incorrect-pin");
    });
}

#[test]
fn wrong_pins_block_however_many_attempts_were_interrupted_between() {
    on_both_stores(|mut p| {
        let (ada, shop) = (p.world.person("Ada", 1_000), p.world.merchant("Shop"));
        for n in 1..=5 {
            p.end_within(|w| drop(charge(w, shop, &format!("ended-{n}"), ada.account, PIN)));
            assert_eq!(charge(&p.world, shop, &format!("wrong-{n}"), ada.account, WRONG), "incorrect-pin");
            p.world.pass(5 * MINUTE);
        }
        assert_eq!(charge(&p.world, shop, "order", ada.account, PIN), "pin-blocked");
    });
}

#[test]
fn passwords_are_interrupted_alike_for_known_and_unknown_addresses() {
    let password = SecretText::new(PASSWORD.into());
    on_both_stores(|mut p| {
        p.world.person("Ada", 0);
        for (email, expected) in [("ada@example.org", "ok"), ("nobody@example.org", "wrong-credentials")] {
            let log_in = |w: &World| told(&w.bank.log_in(email, &password, SessionKind::Api, "here"));
            for n in 1..=20 {
                p.end_within(|w| assert_eq!(log_in(w), "never answered"));
                if n % 5 == 0 {
                    assert_eq!(log_in(&p.world), "login-throttled", "{email}, {n}");
                    p.world.pass(MINUTE);
                }
            }
            assert_eq!(log_in(&p.world), expected, "{email}");
        }
    });
}

/// What a process of its own gets: the database, the account and the merchant, and the time by its clock.
const ENDING: &str = "BANK_ENDING_ATTEMPT";

/// Ends its process for good between the attempt's commit and its verdict.
struct Killing(PlainHasher);

impl SecretHasher for Killing {
    fn hash(&self, secret: &str, owner: &[u8], salt: [u8; 16]) -> StoredHash {
        self.0.hash(secret, owner, salt)
    }

    fn verify(&self, _: &str, _: &[u8], _: &StoredHash) -> Verdict {
        std::process::abort()
    }

    fn pepper(&self) -> &Pepper {
        self.0.pepper()
    }
}

#[test]
#[ignore = "a process of its own, started by the test below"]
fn a_process_that_ends_within_an_attempt() {
    let Ok(told) = std::env::var(ENDING) else { return };
    let parts: Vec<&str> = told.splitn(4, ' ').collect();
    let [number, merchant, micros, path] = parts[..] else { panic!("four parts: {told}") };
    let clock = Arc::new(ManualClock::at(Timestamp::from_micros(micros.parse().expect("a time"))));
    let world = World {
        bank: Bank::open_manual(BankParts {
            store: Arc::new(SqliteStore::open(Path::new(path)).expect("opens")),
            hasher: Arc::new(Killing(PlainHasher::default())),
            env: Env::with(clock.clone(), micros.parse().expect("a seed")),
            config: BankConfig::default(),
        })
        .expect("opens"),
        clock,
        store: Arc::new(MemoryStore::new()),
    };
    let merchant = MerchantId::from_uuid(Uuid::parse_str(merchant).expect("an id"));
    let account = AccountNumber::parse(number).expect("a number");
    panic!("it should have ended, but was told {}", charge(&world, merchant, micros, account, PIN));
}

#[test]
fn the_right_pin_is_accepted_after_twenty_processes_were_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bank.db");
    let w = Setup::sqlite(&path).open();
    let (ada, shop) = (w.person("Ada", 1_000), w.merchant("Shop"));
    drop(w);
    let open = |now: Timestamp| {
        let w = Setup::sqlite(&path).open();
        w.clock.advance(now.since(START));
        w
    };
    let mut now = START;
    for n in 1..=20 {
        now = now.plus(SECOND);
        let told = format!("{} {} {} {}", ada.account.digits(), shop.uuid(), now.micros(), path.display());
        let ended = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "interrupted::a_process_that_ends_within_an_attempt", "--ignored"])
            .env(ENDING, told)
            .output()
            .expect("starts");
        assert_eq!(ended.status.code(), None, "killed within attempt {n}: {}", String::from_utf8_lossy(&ended.stdout));
        if n % 5 == 0 {
            assert_eq!(charge(&open(now), shop, &format!("early-{n}"), ada.account, PIN), "pin-throttled 60");
            now = now.plus(MINUTE);
        }
    }
    assert_eq!(charge(&open(now), shop, "order", ada.account, PIN), "ok");
}
