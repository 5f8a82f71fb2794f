//! One trial: both programs on a folder of their own, customers, deaths, recovery, and the count.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::book::{Book, MovementKind, Told};
use crate::client::{Call, Client};
use crate::count::{self, Counted};
use crate::customer::{Customer, Product, Shelf, TIMEOUT, is_open};
use crate::plan::{Again, FirstDeath, Kill, Plan, Program};
use crate::site::{Programs, Site, free_port, is_fail_point};

/// The promises.
pub(crate) const RECOVERY: Duration = Duration::from_secs(2);
pub(crate) const AGREEMENT: Duration = Duration::from_secs(60);

/// Between two looks at the programs.
const TICK: Duration = Duration::from_millis(3);
/// Between two looks at the open orders.
const LOOK: Duration = Duration::from_millis(25);
/// A trial that takes longer is stuck.
const TRIAL: Duration = Duration::from_secs(240);
/// How long a fail point of the sweep is waited for when the customers have finished.
const SWEEPS: Duration = Duration::from_secs(12);

/// What came of a trial.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) violations: Vec<String>,
    /// Fail points at which a program died.
    pub(crate) hits: Vec<(Program, &'static str)>,
    /// How often each was killed from outside: bank, shop.
    pub(crate) kills: [u32; 2],
    pub(crate) recoveries: Vec<Duration>,
    pub(crate) agreement: Option<Duration>,
    pub(crate) unanswered: usize,
    pub(crate) requests: usize,
    pub(crate) counted: Counted,
}

enum State {
    Down { until: Instant },
    Starting { since: Instant, kill_at: Option<Instant> },
    Up { kill_at: Option<Instant> },
}

struct Place {
    site: Site,
    state: State,
    starts: u32,
}

struct Trial<'a> {
    plan: &'a Plan,
    programs: &'a Programs,
    folder: &'a Path,
    sabotage: bool,
    book: Book,
    outcome: Outcome,
    places: [Place; 2],
    /// The first death is still to come.
    pending: bool,
    due_at: Option<Instant>,
    again: Option<Again>,
    /// The last start of a program that had died.
    restarted_at: Option<Instant>,
    looked_at: Instant,
    /// The length of the bank's log when all customers had money, and how many orders were paid then.
    mark: Option<(u64, usize)>,
    bank: Client,
    shop: Client,
}

/// Runs a trial in `folder`. An `Err` is a violation like the others; it ends the trial.
pub(crate) fn run(plan: &Plan, programs: &Programs, folder: &Path, sabotage: bool) -> Outcome {
    let mut outcome = Outcome::default();
    let key = match make_bank(plan, programs, folder, &mut outcome) {
        Ok(key) => key,
        Err(violation) => {
            outcome.violations.push(violation);
            return outcome;
        }
    };
    let ports = free_port().and_then(|bank| Ok((bank, free_port()?)));
    let (bank_port, shop_port) = match ports {
        Ok(ports) => ports,
        Err(violation) => {
            outcome.violations.push(violation);
            return outcome;
        }
    };
    let mut trial = Trial::new(plan, programs, folder, sabotage, outcome, (bank_port, shop_port), key);
    if let Err(violation) = trial.live() {
        trial.outcome.violations.push(violation);
    }
    trial.places.iter_mut().for_each(|place| place.site.kill());
    let Trial { mut outcome, book, .. } = trial;
    outcome.violations.append(&mut book.pages().violations);
    (outcome.requests, outcome.unanswered) = (book.requests(), book.unanswered());
    outcome
}

/// The operator's first command: makes the bank's data and the shop's key. Where it dies, it is run again.
fn make_bank(plan: &Plan, programs: &Programs, folder: &Path, outcome: &mut Outcome) -> Result<String, String> {
    let command = || {
        let mut command = programs.command(Program::Bank, folder);
        command.args(["create-merchant", "The shop", "--database", "bank.db"]);
        command
    };
    let failed = |error: std::io::Error| format!("cannot start the bank's program: {error}");
    if let Kill::MakingBank { death } = plan.kill {
        let mut first = command();
        first.stdout(Stdio::null()).stderr(Stdio::null());
        match death {
            FirstDeath::AtPoint(point) => {
                let status = first.env("FAIL_POINT", format!("{point}:1")).status().map_err(failed)?;
                if !is_fail_point(status) {
                    return Err(format!("the bank's first command ended with {status}, not at {point}"));
                }
                outcome.hits.push((Program::Bank, point));
            }
            FirstDeath::After(time) => {
                let mut child = first.spawn().map_err(failed)?;
                std::thread::sleep(time);
                // Where it was faster it is done.
                let _ = child.kill();
                child.wait().map_err(failed)?;
                outcome.kills[0] += 1;
            }
        }
    }
    let output = command().output().map_err(failed)?;
    if !output.status.success() {
        return Err(format!("the bank cannot be made: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

impl<'a> Trial<'a> {
    fn new(
        plan: &'a Plan,
        programs: &'a Programs,
        folder: &'a Path,
        sabotage: bool,
        outcome: Outcome,
        (bank_port, shop_port): (u16, u16),
        key: String,
    ) -> Self {
        let listen = |port| format!("127.0.0.1:{port}");
        let bank_arguments = ["serve", "--database", "bank.db", "--listen", &listen(bank_port), "--log-filter", "warn"];
        let mut bank_arguments = bank_arguments.map(str::to_owned).to_vec();
        bank_arguments.extend(["--daily-deposit-limit", "100000"].map(str::to_owned));
        let bank_url = format!("http://127.0.0.1:{bank_port}");
        let shop_arguments = ["serve", "--database", "shop.db", "--listen", &listen(shop_port), "--log-filter", "warn"];
        let mut shop_arguments = shop_arguments.map(str::to_owned).to_vec();
        shop_arguments.extend(["--bank-url", &bank_url].map(str::to_owned));
        if !plan.own_settings {
            let short = ["--bank-deadline-seconds", "1", "--bank-lease-margin-seconds", "1"];
            shop_arguments.extend(short.map(str::to_owned));
        }
        if plan.short_reservation {
            shop_arguments.extend(["--reservation-seconds", "2"].map(str::to_owned));
        }
        let place = |site| Place { site, state: State::Down { until: Instant::now() }, starts: 0 };
        let bank = Site::new(Program::Bank, bank_port, folder, bank_arguments);
        let shop = Site::new(Program::Shop, shop_port, folder, shop_arguments).with_api_key(key);
        Self {
            plan,
            programs,
            folder,
            sabotage,
            book: Book::default(),
            outcome,
            places: [place(bank), place(shop)],
            pending: sabotage || !matches!(plan.kill, Kill::MakingBank { .. }),
            due_at: None,
            again: plan.again.filter(|_| !sabotage),
            restarted_at: None,
            looked_at: Instant::now(),
            mark: None,
            bank: Client::new(bank_port, TIMEOUT),
            shop: Client::new(shop_port, TIMEOUT),
        }
    }

    fn live(&mut self) -> Result<(), String> {
        let began = Instant::now();
        while !self.all_up() {
            self.tick(began)?;
        }
        let shelf = self.shelf()?;
        let done = AtomicUsize::new(0);
        // The book is shared with the customers while the trial goes on with the rest of itself.
        let book = std::mem::take(&mut self.book);
        let ports = (self.places[0].site.port, self.places[1].site.port);
        let plan = self.plan;
        let lived = std::thread::scope(|scope| {
            for (me, steps) in plan.customers.iter().enumerate() {
                let (book, shelf, done) = (&book, &shelf, &done);
                scope.spawn(move || {
                    // Counted also where it panics, so that nobody waits for it.
                    let _count = Count(done);
                    Customer::new(me, ports.0, ports.1, book, shelf).live(steps);
                });
            }
            let lived = self.watch(began, &book, &done);
            if lived.is_err() {
                book.close();
            }
            lived
        });
        self.book = book;
        lived?;
        self.disarm(began)?;
        self.judge(&shelf)
    }

    /// While the customers are at it: deaths, restarts, and how long it takes until all is decided again.
    fn watch(&mut self, began: Instant, book: &Book, done: &AtomicUsize) -> Result<(), String> {
        let mut finished_at = None;
        loop {
            self.tick(began)?;
            self.kill_when_due(book, finished_at);
            if finished_at.is_none() && done.load(Ordering::Acquire) == self.plan.customers.len() {
                finished_at = Some(Instant::now());
            }
            if !self.all_up() || self.looked_at.elapsed() < LOOK {
                continue;
            }
            self.looked_at = Instant::now();
            let restarted_at = self.restarted_at.unwrap_or(began);
            if self.outcome.agreement.is_none() && self.decided(book, restarted_at)? {
                self.outcome.agreement = self.restarted_at.map(|at| at.elapsed());
            }
            let Some(finished_at) = finished_at else { continue };
            if !self.pending && self.decided(book, Instant::now())? {
                return Ok(());
            }
            let since = finished_at.max(restarted_at);
            if !self.pending && since.elapsed() > AGREEMENT {
                return Err(format!("an order is still undecided {AGREEMENT:?} after the last start"));
            }
        }
    }

    /// Looks after both programs once.
    fn tick(&mut self, began: Instant) -> Result<(), String> {
        if began.elapsed() > TRIAL {
            return Err(format!("the trial did not end within {TRIAL:?}"));
        }
        for at in 0..self.places.len() {
            self.tend(at)?;
        }
        std::thread::sleep(TICK);
        Ok(())
    }

    fn all_up(&self) -> bool {
        self.places.iter().all(|place| matches!(place.state, State::Up { .. }))
    }

    fn tend(&mut self, at: usize) -> Result<(), String> {
        let place = &mut self.places[at];
        let program = place.site.program;
        if let Some(status) = place.site.died().map_err(|error| error.to_string())? {
            let armed = place.site.armed.take();
            match armed {
                Some((point, _)) if is_fail_point(status) => {
                    self.outcome.hits.push((program, point));
                    let first = matches!(self.plan.kill, Kill::AtPoint { program: p, point: at, .. } if (p, at) == (program, point));
                    self.pending &= !first;
                }
                _ => return Err(format!("{} ended by itself with {status}", program.name())),
            }
            self.went_down(at);
            return Ok(());
        }
        let place = &mut self.places[at];
        match place.state {
            State::Down { until } if Instant::now() >= until => self.start(at),
            State::Down { .. } => Ok(()),
            State::Starting { kill_at: Some(when), .. } | State::Up { kill_at: Some(when) } if Instant::now() >= when => {
                self.kill(at);
                Ok(())
            }
            State::Starting { since, kill_at } => {
                if place.site.is_healthy() {
                    let took = since.elapsed();
                    place.state = State::Up { kill_at };
                    if place.starts > 1 {
                        self.outcome.recoveries.push(took);
                    }
                    if took > RECOVERY && place.starts > 1 {
                        let slow = format!("{} took {took:?} to start again", program.name());
                        self.outcome.violations.push(slow);
                    }
                } else if since.elapsed() > 15 * RECOVERY {
                    return Err(format!("{} does not start", program.name()));
                }
                Ok(())
            }
            State::Up { .. } => Ok(()),
        }
    }

    fn start(&mut self, at: usize) -> Result<(), String> {
        let program = self.places[at].site.program;
        let again = self.places[at].starts > 0;
        let mut armed = None;
        let mut kill_at = None;
        let now = Instant::now();
        if again {
            self.restarted_at = Some(now);
            self.outcome.agreement = None;
            if let Some(more) = self.again.take_if(|more| more.program == program) {
                match more.how {
                    FirstDeath::AtPoint(point) => armed = Some((point, 1)),
                    FirstDeath::After(time) => kill_at = Some(now + time),
                }
            }
        } else if let Kill::AtPoint { program: whose, point, hit } = self.plan.kill
            && whose == program
            && !self.sabotage
        {
            armed = Some((point, hit));
        }
        let place = &mut self.places[at];
        place.starts += 1;
        place.state = State::Starting { since: now, kill_at };
        place.site.start(self.programs, armed).map_err(|error| format!("cannot start {}: {error}", program.name()))
    }

    fn kill(&mut self, at: usize) {
        self.places[at].site.kill();
        self.places[at].site.armed = None;
        self.outcome.kills[at] += 1;
        self.went_down(at);
    }

    fn went_down(&mut self, at: usize) {
        self.places[at].state = State::Down { until: Instant::now() + self.plan.down[at] };
    }

    fn kill_when_due(&mut self, book: &Book, finished_at: Option<Instant>) {
        if !self.pending {
            return;
        }
        if self.sabotage {
            self.sabotage(book);
            return;
        }
        match &self.plan.kill {
            Kill::AtRequest { whom, request, after } => {
                let whom = whom.clone();
                if self.due_at.is_none() && (book.requests() >= *request || finished_at.is_some()) {
                    self.due_at = Some(Instant::now() + *after);
                }
                if self.due_at.is_some_and(|due| Instant::now() >= due) {
                    self.pending = false;
                    whom.into_iter().for_each(|program| self.kill(program as usize));
                }
            }
            // Where the point is not met, this is a trial of a death after the last request.
            Kill::AtPoint { program, point, .. } => {
                let patience = if point.starts_with("sweep.") { SWEEPS } else { Duration::ZERO };
                let program = *program as usize;
                if finished_at.is_some_and(|at| at.elapsed() > patience) && self.all_up() {
                    self.pending = false;
                    self.kill(program);
                }
            }
            Kill::MakingBank { .. } => self.pending = false,
        }
    }

    /// Kills the bank and cuts its log back to where it was when all customers had their money: what a disk does that
    /// lies about having written. Everything that was acknowledged since is lost, and must be found out.
    fn sabotage(&mut self, book: &Book) {
        let log = self.folder.join("bank.db-wal");
        if self.mark.is_none() {
            let pages = book.pages();
            let deposited = |me| {
                let mut movements = pages.movements.iter();
                movements.any(|m| m.customer == me && m.kind == MovementKind::Deposit && matches!(m.told, Told::Done(_)))
            };
            if (0..self.plan.customers.len()).all(deposited) {
                let paid = pages.purchases.iter().filter(|purchase| purchase.told_paid).count();
                self.mark = fs::metadata(&log).ok().map(|log| (log.len(), paid));
            }
        }
        if let Some((length, paid)) = self.mark
            && book.paid() >= paid + 3
        {
            self.pending = false;
            self.kill(Program::Bank as usize);
            let cut = fs::OpenOptions::new().write(true).open(&log).and_then(|log| log.set_len(length));
            if let Err(error) = cut.and_then(|()| fs::remove_file(self.folder.join("bank.db-shm"))) {
                book.violation(format!("the sabotage failed: {error}"));
            }
        }
    }

    /// Whether all orders that were asked for before `when` are decided: the shop says so, or knows nothing of them and
    /// nobody is still asking.
    fn decided(&self, book: &Book, when: Instant) -> Result<bool, String> {
        let asked: Vec<(String, bool)> = {
            let pages = book.pages();
            pages.purchases.iter().filter(|p| p.asked_at <= when).map(|p| (p.token.clone(), p.settled)).collect()
        };
        for (token, settled) in asked {
            let Some(reply) = self.shop.send(&Call::get(format!("/orders/{token}"))) else { return Ok(false) };
            let decided = match reply.status {
                200 => !is_open(reply.text("status")),
                404 => settled,
                500.. => false,
                status => return Err(format!("looking at an order was answered {status}: {}", reply.body)),
            };
            if !decided {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A program that has not met its fail point could meet it during the count: it is killed and started without.
    fn disarm(&mut self, began: Instant) -> Result<(), String> {
        for at in 0..self.places.len() {
            let place = &self.places[at];
            if place.site.armed.is_some() || matches!(place.state, State::Up { kill_at: Some(_) }) {
                self.kill(at);
            }
        }
        // What is started from here on is not measured as the end of the disagreement: there is none.
        let agreement = self.outcome.agreement;
        while !self.all_up() {
            self.tick(began)?;
        }
        self.outcome.agreement = agreement;
        Ok(())
    }

    fn shelf(&self) -> Result<Shelf, String> {
        let reply = self.shop.send(&Call::get("/products?sort=price&limit=100")).ok_or("the shop shows no products")?;
        let list = reply.body["products"].as_array().ok_or("the shop shows no products")?;
        let mut products = list.iter().filter_map(|product| {
            let stock = product["stock"].as_u64()?;
            (stock >= 8).then(|| Product { sku: product["sku"].as_str().unwrap_or_default().to_owned(), stock })
        });
        let cheap: Vec<Product> = products.by_ref().take(4).collect();
        let reply = self.shop.send(&Call::get("/products?sort=price-descending&limit=100")).ok_or("no products")?;
        let list = reply.body["products"].as_array().ok_or("the shop shows no products")?;
        let dear = list.iter().find_map(|product| {
            let stock = product["stock"].as_u64()?;
            (stock >= 8).then(|| Product { sku: product["sku"].as_str().unwrap_or_default().to_owned(), stock })
        });
        match (cheap.len(), dear) {
            (4, Some(dear)) => Ok(Shelf { cheap, dear }),
            _ => Err("the shop has too little to sell".to_owned()),
        }
    }

    /// The count: as the customers see it, then by the programs' own proofs, then in the files.
    fn judge(&mut self, shelf: &Shelf) -> Result<(), String> {
        let seen = count::seen_by_customers(&self.book, &self.bank, &self.shop, shelf)?;
        self.places[1].site.stop()?;
        self.reconcile()?;
        self.places[0].site.stop()?;
        self.prove(Program::Bank, &["check", "--database", "bank.db"])?;
        self.outcome.counted = count::in_the_files(&self.book, self.folder, &seen)?;
        Ok(())
    }

    /// The shop's own comparison with the bank, where this version of it has one.
    fn reconcile(&mut self) -> Result<(), String> {
        let mut help = self.programs.command(Program::Shop, self.folder);
        let known = help.args(["reconcile", "--help"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !known.map_err(|error| error.to_string())?.success() {
            return Ok(());
        }
        let bank = format!("http://127.0.0.1:{}", self.places[0].site.port);
        self.prove(Program::Shop, &["reconcile", "--database", "shop.db", "--bank-url", &bank])
    }

    fn prove(&mut self, program: Program, arguments: &[&str]) -> Result<(), String> {
        let mut command: Command = self.programs.command(program, self.folder);
        if let (Program::Shop, Some(key)) = (program, self.places[1].site.api_key()) {
            command.env("SHOP_BANK_API_KEY", key);
        }
        let output = command.args(arguments).output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).trim().to_owned());
            let what = format!("{} {} ended with {}", program.name(), arguments[0], output.status);
            self.book.violation(format!("{what}: {}", said.join(" ")));
        }
        Ok(())
    }
}

struct Count<'a>(&'a AtomicUsize);

impl Drop for Count<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Release);
    }
}
