//! The two programs of a trial: who is up, who dies next, who is started again.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::book::{Book, MovementKind, Told};
use crate::plan::{Again, FirstDeath, Kill, Plan, Program};
use crate::site::{Programs, Site};
use crate::trial::{Outcome, RECOVERY};

/// Between two looks at the programs.
const TICK: Duration = Duration::from_millis(4);
/// A trial that takes longer is stuck.
const TRIAL: Duration = Duration::from_secs(240);
/// How long a fail point of what the programs do in rounds, the sweep and the courier, is waited for when the customers
/// have finished.
const ROUNDS: Duration = Duration::from_secs(12);

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

pub(crate) struct Scene<'a> {
    plan: &'a Plan,
    programs: &'a Programs,
    folder: &'a Path,
    sabotage: bool,
    began: Instant,
    /// Bank, shop.
    places: [Place; 2],
    /// The first death is still to come.
    pub(crate) pending: bool,
    due_at: Option<Instant>,
    again: Option<Again>,
    /// The last start of a program that had died.
    pub(crate) restarted_at: Option<Instant>,
    /// The length of the bank's log when all customers had money, and how many orders were paid then.
    mark: Option<(u64, usize)>,
    pub(crate) outcome: Outcome,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        programs: &'a Programs,
        folder: &'a Path,
        sabotage: bool,
        sites: [Site; 2],
    ) -> Self {
        let place = |site| Place { site, state: State::Down { until: Instant::now() }, starts: 0 };
        Self {
            plan,
            programs,
            folder,
            sabotage,
            began: Instant::now(),
            places: sites.map(place),
            pending: sabotage || !matches!(plan.kill, Kill::MakingBank { .. }),
            due_at: None,
            again: plan.again.filter(|_| !sabotage),
            restarted_at: None,
            mark: None,
            outcome: Outcome::default(),
        }
    }

    pub(crate) fn site(&mut self, program: Program) -> &mut Site {
        &mut self.places[program as usize].site
    }

    pub(crate) fn all_up(&self) -> bool {
        self.places.iter().all(|place| matches!(place.state, State::Up { .. }))
    }

    /// Waits until both programs answer.
    pub(crate) fn wait(&mut self) -> Result<(), String> {
        while !self.all_up() {
            self.tick()?;
        }
        Ok(())
    }

    /// Looks after both programs once.
    pub(crate) fn tick(&mut self) -> Result<(), String> {
        if self.began.elapsed() > TRIAL {
            return Err(format!("the trial did not end within {TRIAL:?}"));
        }
        for program in Program::BOTH {
            self.tend(program)?;
        }
        std::thread::sleep(TICK);
        Ok(())
    }

    fn tend(&mut self, program: Program) -> Result<(), String> {
        let now = Instant::now();
        let place = &mut self.places[program as usize];
        if let Some(status) = place.site.died().map_err(|error| error.to_string())? {
            let Some(point) = place.site.take_fail_point(status) else {
                return Err(format!("{} ended by itself with {status}", program.name()));
            };
            self.outcome.hits.push((program, point));
            self.pending &= !self.plan.kill.is_at(program, point);
            self.went_down(program);
            return Ok(());
        }
        match place.state {
            State::Down { until } if now >= until => self.start(program)?,
            State::Starting { kill_at: Some(when), .. } | State::Up { kill_at: Some(when) } if now >= when => {
                self.kill(program);
            }
            State::Starting { since, kill_at } if place.site.is_healthy() => {
                place.state = State::Up { kill_at };
                if place.starts > 1 {
                    self.outcome.recoveries.push(since.elapsed());
                }
            }
            State::Starting { since, .. } if since.elapsed() > 15 * RECOVERY => {
                return Err(format!("{} does not start", program.name()));
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, program: Program) -> Result<(), String> {
        let now = Instant::now();
        let place = &mut self.places[program as usize];
        let (mut armed, mut kill_at) = (None, None);
        if place.starts > 0 {
            self.restarted_at = Some(now);
            self.outcome.agreement = None;
            match self.again.take_if(|again| again.program == program).map(|again| again.how) {
                Some(FirstDeath::AtPoint(point)) => armed = Some((point, 1)),
                Some(FirstDeath::After(time)) => kill_at = Some(now + time),
                None => {}
            }
        } else if let Kill::AtPoint { program: whose, point, hit } = self.plan.kill
            && whose == program
            && !self.sabotage
        {
            armed = Some((point, hit));
        }
        place.starts += 1;
        place.state = State::Starting { since: now, kill_at };
        place.site.start(self.programs, armed).map_err(|error| format!("cannot start {}: {error}", program.name()))
    }

    fn kill(&mut self, program: Program) {
        let site = self.site(program);
        site.kill();
        site.armed = None;
        self.outcome.kills[program as usize] += 1;
        self.went_down(program);
    }

    fn went_down(&mut self, program: Program) {
        let down = self.plan.down[program as usize];
        self.places[program as usize].state = State::Down { until: Instant::now() + down };
    }

    /// The first death, where its time has come.
    pub(crate) fn kill_when_due(&mut self, book: &Book, finished_at: Option<Instant>) {
        if !self.pending {
            return;
        }
        if self.sabotage {
            self.sabotage(book);
            return;
        }
        match &self.plan.kill {
            Kill::AtRequest { whom, request, after } => {
                if self.due_at.is_none() && (book.requests() >= *request || finished_at.is_some()) {
                    self.due_at = Some(Instant::now() + *after);
                }
                if self.due_at.is_some_and(|due| Instant::now() >= due) {
                    self.pending = false;
                    whom.iter().for_each(|program| self.kill(*program));
                }
            }
            // Where the point is not met, this is a trial of a death after the last request.
            Kill::AtPoint { program, point, .. } => {
                let in_rounds = point.starts_with("sweep.") || point.starts_with("mail.");
                let patience = if in_rounds { ROUNDS } else { Duration::ZERO };
                if finished_at.is_some_and(|at| at.elapsed() > patience) && self.all_up() {
                    self.pending = false;
                    self.kill(*program);
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
                movements
                    .any(|m| m.customer == me && m.kind == MovementKind::Deposit && matches!(m.told, Told::Done(_)))
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
            self.kill(Program::Bank);
            let cut = fs::OpenOptions::new().write(true).open(&log).and_then(|log| log.set_len(length));
            if let Err(error) = cut.and_then(|()| fs::remove_file(self.folder.join("bank.db-shm"))) {
                book.violation(format!("the sabotage failed: {error}"));
            }
        }
    }

    /// A program that has not met its fail point could meet it during the count: it is killed and started without.
    pub(crate) fn disarm(&mut self) -> Result<(), String> {
        // What is started from here on is not measured as the end of a disagreement: there is none.
        let agreement = self.outcome.agreement;
        for program in Program::BOTH {
            let place = &self.places[program as usize];
            if place.site.armed.is_some() || matches!(place.state, State::Up { kill_at: Some(_) }) {
                self.kill(program);
            }
        }
        self.wait()?;
        self.outcome.agreement = agreement;
        Ok(())
    }
}
