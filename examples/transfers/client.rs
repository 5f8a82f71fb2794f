//! The bank's API as a customer's program calls it: one keep-alive connection, or two where calls overlap.

use std::time::Instant;

use kit_core::{Currency, Money};
use serde_json::{Value, json};

use crate::history::{Line, Order, Read, Window};

/// A customer's program.
#[derive(Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    api: String,
    token: String,
    /// The customer's accounts, in the order in which the bank lists them.
    pub(crate) numbers: Vec<String>,
    epoch: Instant,
}

/// What the bank decided about a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decided {
    Moved { id: String, balance_after: i64 },
    Refused { code: String },
}

/// What one call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Decided {
        decided: Decided,
        replayed: bool,
    },
    /// The same key is being worked on; 409.
    InFlight,
    /// The key was used for something else; 422.
    OtherFacts,
    /// Nothing happened for now, or nobody knows: the call is to be sent again under its key.
    Again,
}

/// A fault of the bank's or of this program's: the run ends.
pub(crate) type Fault = Box<dyn std::error::Error + Send + Sync>;

impl Client {
    /// A client of its own connections; `numbers` are asked from the bank.
    pub(crate) fn new(base_url: &str, token: String, epoch: Instant) -> Result<Self, Fault> {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut client = Self { agent, api: format!("{base_url}/api/v1"), token, numbers: Vec::new(), epoch };
        let accounts = client.get("/accounts")?;
        let number = |account: &Value| Ok(text(account, "number")?.to_owned());
        client.numbers = list(&accounts, "accounts")?.iter().map(number).collect::<Result<_, Fault>>()?;
        Ok(client)
    }

    /// The same customer in another program: connections are not shared.
    pub(crate) fn another(&self) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Self { agent, ..self.clone() }
    }

    /// Nanoseconds since the run began.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Sends a transfer once.
    pub(crate) fn transfer(&self, key: &str, order: Order) -> Result<Answer, Fault> {
        let amount = Money::new(order.minor, Currency::EUR).decimal();
        let (from, to) = (&self.numbers[order.from], &self.numbers[order.to]);
        let body = json!({ "from": from, "to": to, "amount": amount, "currency": "EUR" });
        let request = self.agent.post(format!("{}/transfers", self.api));
        let request = request.header("Authorization", format!("Bearer {}", self.token)).header("Idempotency-Key", key);
        // A connection that was closed for its idleness just as we wrote to it: whether it arrived is unknown.
        let Ok(mut response) = request.send_json(&body) else { return Ok(Answer::Again) };
        let replayed = response.headers().get("Idempotent-Replay").is_some();
        let Ok(body) = response.body_mut().read_json::<Value>() else { return Ok(Answer::Again) };
        match response.status().as_u16() {
            201 => {
                let (id, balance_after) = (text(&body, "id")?.to_owned(), minor(&body, "balance_after")?);
                Ok(Answer::Decided { decided: Decided::Moved { id, balance_after }, replayed })
            }
            status @ 400..=499 => match (status, text(&body, "code")?) {
                (409, "in-flight") => Ok(Answer::InFlight),
                (422, "idempotency-key-reuse") => Ok(Answer::OtherFacts),
                (422, code) => Ok(Answer::Decided { decided: Decided::Refused { code: code.to_owned() }, replayed }),
                _ => Err(format!("a transfer was answered {status}: {body}").into()),
            },
            500..=599 => Ok(Answer::Again),
            status => Err(format!("a transfer was answered {status}: {body}").into()),
        }
    }

    /// All balances, from one answer: one snapshot.
    pub(crate) fn read(&self) -> Result<Read, Fault> {
        let began = self.now();
        let accounts = self.get("/accounts")?;
        let ended = self.now();
        let accounts = list(&accounts, "accounts")?;
        let all = |name| accounts.iter().map(|account| minor(account, name)).collect::<Result<_, _>>();
        Ok(Read { posted: all("posted")?, available: all("available")?, window: Window { began, ended } })
    }

    /// All balances, one call an account: no snapshot, and so not exact. A checker that takes this for a read is blind.
    pub(crate) fn torn_read(&self) -> Result<Read, Fault> {
        let began = self.now();
        let (mut posted, mut available) = (Vec::new(), Vec::new());
        for number in &self.numbers {
            let details = self.get(&format!("/accounts/{number}"))?;
            posted.push(minor(&details["account"], "posted")?);
            available.push(minor(&details["account"], "available")?);
        }
        Ok(Read { posted, available, window: Window { began, ended: self.now() } })
    }

    /// An account's transfers as its statement tells them, oldest first, page by page.
    pub(crate) fn statement(&self, account: usize) -> Result<Vec<Line>, Fault> {
        let mut lines = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("/accounts/{}/entries?limit=200{cursor}", self.numbers[account]))?;
            for entry in list(&page, "entries")?.iter().filter(|entry| entry["kind"] == "transfer") {
                let (minor, balance_after) = (minor(entry, "amount")?, minor(entry, "balance_after")?);
                lines.push(Line { id: text(entry, "id")?.to_owned(), minor, balance_after });
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        lines.reverse();
        Ok(lines)
    }

    /// Reading changes nothing, so what was lost or turned away is asked again.
    fn get(&self, path: &str) -> Result<Value, Fault> {
        let mut refusals = 0;
        loop {
            let request = self.agent.get(format!("{}{path}", self.api));
            let answer = request.header("Authorization", format!("Bearer {}", self.token)).call();
            let problem: Fault = match answer {
                Ok(mut response) if response.status().is_success() => return Ok(response.body_mut().read_json()?),
                Ok(mut response) => format!("{}: {}", response.status(), response.body_mut().read_to_string()?).into(),
                Err(error) => error.into(),
            };
            refusals += 1;
            if refusals == 100 {
                return Err(format!("GET {path} failed a hundred times, the last time with {problem}").into());
            }
        }
    }
}

fn text<'a>(object: &'a Value, name: &str) -> Result<&'a str, Fault> {
    object[name].as_str().ok_or_else(|| format!("no text \"{name}\" in {object}").into())
}

fn list<'a>(object: &'a Value, name: &str) -> Result<&'a Vec<Value>, Fault> {
    object[name].as_array().ok_or_else(|| format!("no list \"{name}\" in {object}").into())
}

fn minor(object: &Value, name: &str) -> Result<i64, Fault> {
    // What people type has no sign; on a statement, what left the account has.
    let text = text(object, name)?;
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    Ok(sign * Money::parse(digits, Currency::EUR)?.minor)
}
