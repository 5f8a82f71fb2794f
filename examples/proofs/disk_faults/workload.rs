//! The program under test: the real bank on its real store, in a process of its own whose calls to the disk are watched.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use bank_core::store::sqlite::SqliteStore;
use bank_core::testing::{PlainHasher, pin};
use bank_core::{Bank, BankConfig, BankParts, Registration};
use kit_core::{Env, Language, ManualClock, SecretText, Timestamp};
use kit_sqlite::testing::Tuning;

use crate::script::{BLOCK, FUNDING, Movement, PIN, World};
use crate::story::{Known, Story, Teller};

/// The database's name in the watched folder.
pub(crate) const DATABASE: &str = "bank.db";
/// Orders to the interposer are written to this name.
const CONTROL: &str = "control";
/// The order to fill a small disk, and the file that it is filled with.
pub(crate) const BALLAST: &str = "ballast";
/// A Sunday in November 2026. Time stands still, so that two runs write the same.
const NOW: Timestamp = Timestamp::from_micros(1_795_363_620_000_000);
const CUSTOMERS: usize = 3;

type Outcome = Result<(), Box<dyn Error>>;

/// What the program under test is to do.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Workload {
    /// The watched folder; [`Interposer::run`](crate::interposer::Interposer::run) fills it in.
    pub(crate) folder: std::path::PathBuf,
    /// The seed of its ids; another one in each process.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How often it opens the bank, works and closes it.
    #[arg(long, default_value_t = 1)]
    pub(crate) sessions: u32,
    /// Blocks of movements in each session.
    #[arg(long, default_value_t = 1)]
    pub(crate) blocks: u32,
    /// How many callers work at once.
    #[arg(long, default_value_t = 1)]
    pub(crate) threads: u32,
    /// Commits do not wait for the disk: the negative control.
    #[arg(long)]
    pub(crate) careless: bool,
    /// Pages in the write-ahead log before they are moved into the file.
    #[arg(long, default_value_t = 40)]
    pub(crate) checkpoint_pages: i64,
    /// An order that the interposer gets before the program begins.
    #[arg(skip)]
    pub(crate) first_order: Option<String>,
    /// An order to the interposer, given before the last session's work.
    #[arg(long)]
    pub(crate) order: Option<String>,
    /// Close the bank before the order and open it again after.
    #[arg(long)]
    pub(crate) reopen: bool,
    /// Lift the fault after that session, and do one more block.
    #[arg(long)]
    pub(crate) relieve: bool,
    /// End the process without closing anything.
    #[arg(long)]
    pub(crate) vanish: bool,
}

impl Workload {
    /// Opens, does one block, closes.
    pub(crate) fn new() -> Self {
        Self {
            folder: std::path::PathBuf::new(),
            seed: 1,
            sessions: 1,
            blocks: 1,
            threads: 1,
            careless: false,
            checkpoint_pages: 40,
            first_order: None,
            order: None,
            reopen: false,
            relieve: false,
            vanish: false,
        }
    }
}

/// Opens a bank on a file: the way every program does, tuned only where a proof asks for it.
pub(crate) fn open(database: &Path, seed: u64, tuning: Option<Tuning>, threads: u32) -> Result<Bank, Box<dyn Error>> {
    let store = match tuning {
        Some(tuning) => SqliteStore::open_tuned(database, tuning)?,
        None => SqliteStore::open(database)?,
    };
    let parts = BankParts {
        store: Arc::new(store),
        hasher: Arc::new(PlainHasher::default()),
        env: Env::with(Arc::new(ManualClock::at(NOW)), seed),
        config: BankConfig::default(),
    };
    Ok(if threads > 1 { Bank::open(parts)? } else { Bank::open_manual(parts)? })
}

struct Program {
    plan: Workload,
    teller: Teller,
    opened: u64,
}

/// Runs the program under test to its end.
pub(crate) fn run(plan: Workload) -> Outcome {
    let teller = Teller::open(&plan.folder)?;
    let before = Story::read(&plan.folder);
    let mut program = Program { plan, teller, opened: 0 };
    let mut bank = program.open_in_spite()?;
    let world = match before.world.merchant {
        Some(_) => {
            program.settle(&bank, &before);
            before.world
        }
        None => program.people(&bank)?,
    };
    let mut next = before.movements.keys().filter(|n| **n < FUNDING).max().map_or(0, |n| n / BLOCK + 1);
    for session in 1..=program.plan.sessions {
        let last = session == program.plan.sessions;
        if let (true, Some(order)) = (last, program.plan.order.clone()) {
            if program.plan.reopen {
                drop(bank);
                program.order(&order)?;
                bank = program.open_in_spite()?;
            } else {
                program.order(&order)?;
            }
        }
        program.work(&bank, &world, next..next + program.plan.blocks);
        next += program.plan.blocks;
        if !last {
            drop(bank);
            bank = program.open()?;
        }
    }
    if program.plan.relieve {
        program.relieve()?;
        program.teller.tell("relieved");
        program.work(&bank, &world, next..next + 1);
    }
    if program.plan.vanish {
        std::process::exit(0);
    }
    Ok(())
}

impl Program {
    fn open(&mut self) -> Result<Bank, Box<dyn Error>> {
        let plan = &self.plan;
        let tuning = Tuning { durable: !plan.careless, checkpoint_pages: plan.checkpoint_pages };
        self.opened += 1;
        let seed = plan.seed * 1_000 + self.opened;
        open(&plan.folder.join(DATABASE), seed, Some(tuning), plan.threads)
    }

    /// Opens under an armed fault. An opening that fails says so in one line, and works once the fault is lifted.
    fn open_in_spite(&mut self) -> Result<Bank, Box<dyn Error>> {
        match self.open() {
            Ok(bank) => Ok(bank),
            Err(error) => {
                self.teller.tell(&format!("closed {}", error.to_string().replace('\n', " / ")));
                self.relieve()?;
                self.open()
            }
        }
    }

    fn order(&self, order: &str) -> Outcome {
        if order == BALLAST {
            return self.fill();
        }
        Ok(std::fs::write(self.plan.folder.join(CONTROL), order)?)
    }

    /// Lifts every fault.
    fn relieve(&self) -> Outcome {
        self.order("disarm")?;
        self.order("room -1")?;
        match std::fs::remove_file(self.plan.folder.join(BALLAST)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Fills the disk, to the last byte.
    fn fill(&self) -> Outcome {
        let mut ballast = std::fs::File::create(self.plan.folder.join(BALLAST))?;
        for size in [4_096, 1] {
            while std::io::Write::write(&mut ballast, &vec![b'x'; size]).is_ok() {}
        }
        self.teller.tell("full");
        Ok(())
    }

    fn people(&self, bank: &Bank) -> Result<World, Box<dyn Error>> {
        let mut world = World::default();
        for name in ["ada", "grace", "linus"].into_iter().take(CUSTOMERS) {
            let registered = bank.register(&Registration {
                name: name.to_owned(),
                email: format!("{name}@example.org"),
                password: SecretText::new("a short sentence is good".to_owned()),
                pin: pin(PIN),
                language: Language::English,
                log_in: None,
            })?;
            let (id, number) = (registered.customer.id, registered.account.number);
            self.teller.tell(&format!("customer {id} {}", number.digits()));
            world.customers.push((id, number));
        }
        for n in FUNDING..FUNDING + CUSTOMERS as u32 {
            self.ask(bank, &world, n);
        }
        let merchant = bank.create_merchant("Shop")?.merchant;
        self.teller.tell(&format!("merchant {} {}", merchant.id, merchant.settlement.digits()));
        world.merchant = Some((merchant.id, merchant.settlement));
        Ok(world)
    }

    /// Asks again for everything that an earlier process was not told the end of.
    fn settle(&self, bank: &Bank, before: &Story) {
        for (n, known) in &before.movements {
            if !matches!(known, Known::Acknowledged(_)) {
                self.ask(bank, &before.world, *n);
            }
        }
    }

    fn work(&self, bank: &Bank, world: &World, blocks: std::ops::Range<u32>) {
        let threads = self.plan.threads;
        std::thread::scope(|scope| {
            for thread in 0..threads {
                let mine = blocks.clone().filter(move |block| block % threads == thread);
                let work = move || {
                    for n in mine.flat_map(|block| block * BLOCK..(block + 1) * BLOCK) {
                        self.ask(bank, world, n);
                    }
                };
                if threads == 1 { work() } else { drop(scope.spawn(work)) }
            }
        });
    }

    fn ask(&self, bank: &Bank, world: &World, n: u32) {
        let movement = Movement::nth(n, CUSTOMERS);
        self.teller.tell(&format!("asked {n}"));
        let answer = movement.ask(bank, world);
        self.teller.answered(n, &answer);
        if answer.is_err() {
            self.read(bank, world);
        }
    }

    /// Reads go on, whatever became of the writes: a balance and a statement.
    fn read(&self, bank: &Bank, world: &World) {
        for (customer, account) in &world.customers {
            match bank.overview(*customer, *account, None, 5) {
                Ok(seen) if !seen.page.entries.is_empty() => {}
                Ok(_) => self.teller.tell("unread an empty statement"),
                Err(error) => self.teller.tell(&format!("unread {error}")),
            }
        }
    }
}

/// How many customers there are: whoever numbers movements must know.
pub(crate) fn customers() -> usize {
    CUSTOMERS
}
