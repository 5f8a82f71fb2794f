//! The bank under test: the real website on a loopback port, a real database file, one customer with a few hot accounts.

use std::path::Path;
use std::sync::Arc;

use bank_core::hashing::{Argon2Hasher, Cost, Pepper};
use bank_core::model::{SessionKind, TransferKind};
use bank_core::store::sqlite::SqliteStore;
use bank_core::store::{Store, StoreExt};
use bank_core::{Bank, BankConfig, BankParts, Registration};
use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, Language, Money, Pin, SecretText};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::Fault;
use crate::history::{Order, Posted};

/// A bank that is being served.
pub(crate) struct Site {
    pub(crate) base_url: String,
    /// What opens its customer's accounts.
    pub(crate) token: String,
    accounts: Vec<AccountNumber>,
    store: Arc<SqliteStore>,
    runtime: Runtime,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

/// Ledger rows read at a time.
const CHUNK: usize = 4_096;

impl Site {
    /// Opens a new bank in `folder` and serves it. Its customer has `accounts` accounts with `opening` on each.
    pub(crate) fn start(folder: &Path, accounts: usize, opening: Money) -> Result<Self, Fault> {
        let env = Env::system();
        let store = Arc::new(SqliteStore::open(&folder.join("bank.db"))?);
        let mut config = BankConfig::default();
        config.policy.accounts_per_customer = accounts;
        // Transfers between one's own accounts ask for no PIN, so what a hash costs does not matter here.
        let hasher = Arc::new(Argon2Hasher::new(Cost::CHEAPEST, Pepper::from_bytes(env.random())));
        let bank = Bank::open(BankParts { store: store.clone(), hasher, env: env.clone(), config })?;
        let (password, pin) = ("a short sentence is good", Pin::parse("804917")?);
        let new = bank.register(&Registration {
            name: "Ada Lovelace".to_owned(),
            email: "ada@example.org".to_owned(),
            password: SecretText::new(password.to_owned()),
            pin: pin.clone(),
            language: Language::English,
            log_in: None,
        })?;
        let customer = new.customer.id;
        let mut numbers = vec![new.account.number];
        for further in 1..accounts {
            numbers.push(bank.open_account(customer, &format!("Hot {further}"), Currency::EUR, &pin)?.number);
        }
        for number in &numbers {
            bank.deposit(customer, &IdempotencyKey::from_uuid(env.uuid()), *number, opening)?;
        }
        let password = SecretText::new(password.to_owned());
        let token = bank.log_in("ada@example.org", &password, SessionKind::Api, "loopback")?.token.reveal();

        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let listener = runtime.block_on(kit_web::bind(([127, 0, 0, 1], 0).into(), ""))?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let served = runtime.spawn(bank_site::run_site(bank, bank_site::SiteConfig::default(), listener, async {
            // An error means that this program is gone as well.
            let _ = stopped.await;
        }));
        Ok(Self { base_url, token, accounts: numbers, store, runtime, stop, served })
    }

    /// Stops serving, then reads the ledger from the store: its transfers in their order, and what an audit finds wrong.
    pub(crate) fn stop(self) -> Result<(Vec<Posted>, Vec<String>), Fault> {
        drop(self.stop);
        self.runtime.block_on(self.served)??;
        let violations = bank_core::check(&*self.store, |_| {})?.violations;
        Ok((ledger(&*self.store, &self.accounts)?, violations))
    }
}

fn ledger(store: &dyn Store, accounts: &[AccountNumber]) -> Result<Vec<Posted>, Fault> {
    let place = |number| accounts.iter().position(|known| *known == number).ok_or("a transfer of an unknown account");
    let mut posted = Vec::new();
    let mut after = 0;
    loop {
        let chunk = store.view(|tx| Ok(tx.transfers_after(after, CHUNK)?))?;
        let Some(last) = chunk.last() else { break };
        after = last.seq;
        for transfer in chunk.iter().filter(|transfer| transfer.kind == TransferKind::Transfer) {
            posted.push(Posted {
                order: Order {
                    from: place(transfer.debit)?,
                    to: place(transfer.credit)?,
                    minor: transfer.amount.minor,
                },
                id: transfer.id.to_string(),
                from_balance: transfer.debit_balance,
                to_balance: transfer.credit_balance,
            });
        }
    }
    Ok(posted)
}

/// Money of the accounts' currency.
pub(crate) fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}
