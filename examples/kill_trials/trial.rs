//! One trial: both programs on a folder of their own, customers, deaths, recovery, and the count.

use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::book::Book;
use crate::client::{Call, Client};
use crate::count::{self, Counted};
use crate::customer::{CODE, Customer, Product, Shelf, TIMEOUT, is_open};
use crate::plan::{FirstDeath, Kill, Plan, Program};
use crate::scene::Scene;
use crate::site::{Programs, Site, free_port, is_fail_point};

/// The promise: from the start of a program that had died to its first healthy answer.
pub(crate) const RECOVERY: Duration = Duration::from_secs(2);
/// The promise: from the last start to the moment at which every order is decided.
const AGREEMENT: Duration = Duration::from_secs(60);
/// Between two looks at the open orders.
const LOOK: Duration = Duration::from_millis(25);

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

struct Trial<'a> {
    plan: &'a Plan,
    programs: &'a Programs,
    folder: &'a Path,
    ports: [u16; 2],
    api_key: String,
    bank: Client,
    shop: Client,
    scene: Scene<'a>,
}

/// Runs a trial in `folder`.
pub(crate) fn run(plan: &Plan, programs: &Programs, folder: &Path, sabotage: bool) -> Outcome {
    let book = Book::default();
    let mut outcome = Outcome::default();
    let lived = make_bank(plan, programs, folder, &mut outcome).and_then(|api_key| {
        let ports = [free_port()?, free_port()?];
        let scene = Scene::new(plan, programs, folder, sabotage, sites(plan, folder, ports, &api_key));
        let [bank, shop] = ports.map(|port| Client::new(port, TIMEOUT));
        let mut trial = Trial { plan, programs, folder, ports, api_key, bank, shop, scene };
        trial.scene.outcome = std::mem::take(&mut outcome);
        let lived = trial.live(&book);
        outcome = std::mem::take(&mut trial.scene.outcome);
        lived
    });
    outcome.violations.extend(lived.err());
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
                outcome.kills[Program::Bank as usize] += 1;
            }
        }
    }
    let output = command().output().map_err(failed)?;
    if !output.status.success() {
        return Err(format!("the bank cannot be made: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn sites(plan: &Plan, folder: &Path, [bank_port, shop_port]: [u16; 2], api_key: &str) -> [Site; 2] {
    let serve = |database: &str, port: u16, more: &[&str]| -> Vec<String> {
        let listen = format!("127.0.0.1:{port}");
        let arguments = ["serve", "--database", database, "--listen", &listen, "--log-filter", "warn"];
        arguments.iter().chain(more).map(|argument| (*argument).to_owned()).collect()
    };
    let bank = serve("bank.db", bank_port, &["--daily-deposit-limit", "100000"]);
    let mut shop = serve("shop.db", shop_port, &["--bank-url", &format!("http://127.0.0.1:{bank_port}")]);
    if !plan.own_settings {
        let short = ["--bank-deadline-seconds", "1", "--bank-lease-margin-seconds", "1"];
        shop.extend(short.map(str::to_owned));
    }
    if plan.short_reservation {
        shop.extend(["--reservation-seconds", "2"].map(str::to_owned));
    }
    let shop = Site::new(Program::Shop, shop_port, folder, shop).with_api_key(api_key.to_owned());
    [Site::new(Program::Bank, bank_port, folder, bank), shop]
}

impl Trial<'_> {
    fn live(&mut self, book: &Book) -> Result<(), String> {
        let shelf = loop {
            self.scene.wait()?;
            // It may have died since.
            match self.shelf()? {
                Some(shelf) => break shelf,
                None => self.scene.tick()?,
            }
        };
        // The operator's own program, beside the shop's.
        let few = ["discounts", "add", CODE, "--percent", "10", "--max-uses", "3", "--database", "shop.db"];
        self.runs(Program::Shop, &few)??;
        let (done, plan, ports) = (AtomicUsize::new(0), self.plan, self.ports);
        std::thread::scope(|scope| {
            for (me, steps) in plan.customers.iter().enumerate() {
                let (done, shelf) = (&done, &shelf);
                scope.spawn(move || {
                    // Counted also where it panics, so that nobody waits for it.
                    let _count = Count(done);
                    Customer::new(me, ports, book, shelf).live(steps);
                });
            }
            let watched = self.watch(book, &done);
            if watched.is_err() {
                book.close();
            }
            watched
        })?;
        self.scene.disarm()?;
        self.judge(book, &shelf)
    }

    /// While the customers are at it: deaths, restarts, and how long it takes until all is decided again.
    fn watch(&mut self, book: &Book, done: &AtomicUsize) -> Result<(), String> {
        let began = Instant::now();
        let (mut finished_at, mut looked_at) = (None, began);
        loop {
            self.scene.tick()?;
            if finished_at.is_none() && done.load(Ordering::Acquire) == self.plan.customers.len() {
                finished_at = Some(Instant::now());
            }
            self.scene.kill_when_due(book, finished_at);
            if !self.scene.all_up() || looked_at.elapsed() < LOOK {
                continue;
            }
            looked_at = Instant::now();
            if let (Some(restarted_at), None) = (self.scene.restarted_at, self.scene.outcome.agreement) {
                let decided = self.decided(book, restarted_at)?;
                self.scene.outcome.agreement = decided.then(|| restarted_at.elapsed());
            }
            if self.scene.pending {
                continue;
            }
            let restarted_at = self.scene.restarted_at.unwrap_or(began);
            if self.scene.outcome.agreement.is_none() && restarted_at.elapsed() > AGREEMENT {
                return Err(format!("an order is still undecided {AGREEMENT:?} after the last start"));
            }
            if let Some(finished_at) = finished_at {
                if self.decided(book, Instant::now())? {
                    return Ok(());
                }
                if finished_at.max(restarted_at).elapsed() > AGREEMENT {
                    return Err(format!("an order is still undecided {AGREEMENT:?} after the last request"));
                }
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

    /// What there is to buy; `None` where the shop does not answer.
    fn shelf(&self) -> Result<Option<Shelf>, String> {
        let products = |sort: &str| -> Option<Vec<Product>> {
            let reply = self.shop.send(&Call::get(format!("/products?sort={sort}&limit=100")))?;
            let product = |product: &serde_json::Value| {
                let (sku, stock) = (product["sku"].as_str()?.to_owned(), product["stock"].as_u64()?);
                (stock >= 8).then_some(Product { sku, stock })
            };
            Some(reply.body["products"].as_array()?.iter().filter_map(product).collect())
        };
        let (Some(mut cheap), Some(dear)) = (products("price"), products("price-descending")) else { return Ok(None) };
        cheap.truncate(4);
        match (cheap.len(), dear.into_iter().next()) {
            (4, Some(dear)) => Ok(Some(Shelf { cheap, dear })),
            _ => Err("the shop has too little to sell".to_owned()),
        }
    }

    /// The count: as the customers see it, then by the programs' own proofs, then in the files.
    fn judge(&mut self, book: &Book, shelf: &Shelf) -> Result<(), String> {
        let seen = count::seen_by_customers(book, &self.bank, &self.shop, shelf)?;
        self.scene.site(Program::Shop).stop()?;
        // The shop's own comparison with the bank.
        let bank_url = format!("http://127.0.0.1:{}", self.ports[0]);
        let reconcile = ["reconcile", "--database", "shop.db", "--bank-url", &bank_url];
        self.runs(Program::Shop, &reconcile)?.unwrap_or_else(|said| book.violation(said));
        self.scene.site(Program::Bank).stop()?;
        let check = ["check", "--database", "bank.db"];
        self.runs(Program::Bank, &check)?.unwrap_or_else(|said| book.violation(said));
        self.scene.outcome.counted = count::in_the_files(book, self.folder, &seen)?;
        Ok(())
    }

    /// Whether an operator's command succeeds; what it said where not.
    fn runs(&self, program: Program, arguments: &[&str]) -> Result<Result<(), String>, String> {
        let mut command = self.programs.command(program, self.folder);
        if program == Program::Shop {
            command.env("SHOP_BANK_API_KEY", &self.api_key);
        }
        let output = command.args(arguments).output().map_err(|error| format!("{}: {error}", program.name()))?;
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).trim().to_owned());
        let ended = format!("{} {} ended with {}: {}", program.name(), arguments[0], output.status, said.join(" "));
        Ok(if output.status.success() { Ok(()) } else { Err(ended) })
    }
}

struct Count<'a>(&'a AtomicUsize);

impl Drop for Count<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Release);
    }
}
