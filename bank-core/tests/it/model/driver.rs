//! Carries the model's commands out at a bank: one by one by its public API, or together at its gate.

use bank_core::command::{
    Approve, Capture, Command, Consent, Deposit, DepositBy, Done, Move, Outcome, Pay, Payee, Refund, Withdraw,
};
use bank_core::model::{Account, CustomerId, Merchant, MerchantId, Payment, PaymentId, PaymentState, TransferId};
use bank_core::store::StoreExt;
use bank_core::testing::{pin, proof};
use bank_core::{Error, PaymentRequest, Receipt, Refusal, TransferOrder};
use kit_core::{AccountNumber, Clock, Currency, Env, Money, StoreFailure};

use super::commands::{CUSTOMERS, DAILY_DEPOSIT, FUNDS, MERCHANTS, OWNERS, Op};
use super::reference::{Model, Told, moved};
use crate::support::{PIN, Paid, Setup, World, eur, key};

/// What payers read.
const REFERENCE: &str = "order";

/// A bank, and by what it knows those whom the model knows by number.
pub(super) struct Driver {
    pub(super) name: &'static str,
    world: World,
    /// Makes the ids of what goes to the gate directly.
    env: Env,
    customers: Vec<CustomerId>,
    accounts: Vec<AccountNumber>,
    merchants: Vec<Merchant>,
    payments: Vec<PaymentId>,
    unknown: PaymentId,
}

impl Driver {
    pub(super) fn new(name: &'static str, mut setup: Setup) -> Self {
        setup.config.policy.daily_deposits = [(Currency::EUR, DAILY_DEPOSIT)].into();
        let world = setup.open();
        let env = Env::with(world.clock.clone(), 11);
        let people = ["Ada", "Grace", "Edsger", "Barbara"].map(|name| world.person(name, FUNDS));
        let mut accounts: Vec<AccountNumber> = people.iter().map(|person| person.account).collect();
        let savings = world.bank.open_account(people[0].id, "Savings", Currency::EUR, &pin(PIN)).expect("opens").number;
        world.bank.deposit_by_operator(&key("funding-savings"), savings, eur(FUNDS)).expect("deposits");
        accounts.push(savings);
        let customers: Vec<CustomerId> = people.iter().map(|person| person.id).collect();
        let shops = ["Books", "Bread"].map(|name| world.merchant(name));
        let mut merchants = world.bank.merchants().expect("reads");
        merchants.sort_by_key(|merchant| shops.iter().position(|id| *id == merchant.id));
        assert_eq!((customers.len(), accounts.len(), merchants.len()), (CUSTOMERS, OWNERS.len(), MERCHANTS));
        let unknown = PaymentId::from_uuid(env.uuid());
        Self { name, world, env, customers, accounts, merchants, payments: Vec::new(), unknown }
    }

    // ── One by one ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// Carries a step out and says what its caller is told.
    pub(super) fn run(&mut self, op: &Op) -> Told {
        let bank = self.world.bank.clone();
        let digits = pin(PIN);
        match op {
            Op::Deposit { by: Some(by), account, minor, key: name } => {
                receipt(bank.deposit(self.customers[*by], &key(name), self.accounts[*account], eur(*minor)))
            }
            Op::Deposit { by: None, account, minor, key: name } => {
                receipt(bank.deposit_by_operator(&key(name), self.accounts[*account], eur(*minor)))
            }
            Op::Withdraw { by, account, minor, key: name } => {
                receipt(bank.withdraw(self.customers[*by], &key(name), self.accounts[*account], eur(*minor), &digits))
            }
            Op::Transfer { by, from, to, minor, key: name } => {
                let (from, to) = (self.accounts[*from], self.payee(*to));
                let order = TransferOrder { from, to, amount: eur(*minor), reference: REFERENCE, pin: Some(&digits) };
                receipt(bank.transfer(self.customers[*by], &key(name), &order))
            }
            Op::Pay { merchant, account, minor, capture, key: name } => {
                let (account, amount, capture) = (self.accounts[*account], eur(*minor), *capture);
                let request = PaymentRequest { account, pin: digits, amount, capture, reference: REFERENCE.into() };
                self.answer(bank.create_payment(self.merchant(*merchant), &key(name), &request))
            }
            Op::Ask { merchant, minor, capture, key: name } => {
                let merchant = self.merchant(*merchant);
                self.answer(bank.request_approval(merchant, &key(name), eur(*minor), *capture, REFERENCE))
            }
            Op::Approve { by, payment, account } => {
                let (customer, account) = (self.customers[*by], self.accounts[*account]);
                self.answer(bank.approve_payment(customer, self.id(*payment), account, &digits))
            }
            Op::Capture { merchant, payment, minor, last, key: name } => {
                let (merchant, id) = (self.merchant(*merchant), self.id(*payment));
                self.answer(bank.capture_payment(merchant, &key(name), id, minor.map(eur), *last))
            }
            Op::Void { merchant, payment } => {
                self.answer(bank.void_payment(self.merchant(*merchant), self.id(*payment)))
            }
            Op::VoidKey { merchant, key: name } => self.answer(bank.void_key(self.merchant(*merchant), &key(name))),
            Op::Refund { merchant, payment, minor, key: name } => {
                let (merchant, id) = (self.merchant(*merchant), self.id(*payment));
                self.answer(bank.refund_payment(merchant, &key(name), id, eur(*minor)))
            }
            Op::Freeze { account, frozen } => match bank.set_frozen(self.accounts[*account], *frozen) {
                Ok(account) => Told::Account { posted: account.posted(), frozen: account.frozen },
                Err(error) => failed(&error),
            },
            // How many holds it finds depends on which were released on the way.
            Op::Release => bank.release_due().map_or_else(|error| failed(&error), |_| Told::Done),
            Op::Clock { seconds } => {
                self.world.clock.set(moved(self.world.clock.now(), *seconds));
                Told::Done
            }
        }
    }

    fn payee(&self, to: Option<usize>) -> AccountNumber {
        to.map_or_else(|| AccountNumber::from_payload(1_234_567_890), |to| self.accounts[to])
    }

    fn merchant(&self, number: usize) -> MerchantId {
        self.merchants[number].id
    }

    fn id(&self, payment: Option<usize>) -> PaymentId {
        payment.map_or(self.unknown, |number| self.payments[number])
    }

    fn answer(&mut self, answer: Paid) -> Told {
        match answer {
            Ok(answer) => self.payment(&answer.payment, answer.refusal.as_ref(), answer.replayed),
            Err(error) => failed(&error),
        }
    }

    /// A payment that was never told before takes the next number.
    fn payment(&mut self, payment: &Payment, refusal: Option<&Refusal>, again: bool) -> Told {
        let number = self.payments.iter().position(|id| *id == payment.id).unwrap_or_else(|| {
            self.payments.push(payment.id);
            self.payments.len() - 1
        });
        let Payment { state, captured, refunded, expires_at, .. } = *payment;
        Told::Payment { number, state, captured, refunded, expires_at, refusal: refusal.map(Refusal::code), again }
    }

    // ── Together ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Submits all of these as one batch, each with what the model expects of it, and says what each came to.
    pub(super) fn run_together(&mut self, batch: &[(Op, Told)], model: &Model) -> Vec<Told> {
        if batch.is_empty() {
            return Vec::new();
        }
        let commands = batch.iter().map(|(op, expected)| self.command(op, expected, model)).collect();
        let replies = self.world.batch(commands);
        assert_eq!(replies.len(), batch.len(), "one reply a command");
        batch.iter().zip(replies).map(|((op, _), reply)| self.replied(op, reply)).collect()
    }

    fn command(&mut self, op: &Op, expected: &Told, model: &Model) -> Command {
        let transfer = TransferId::from_uuid(self.env.uuid());
        match op {
            Op::Deposit { by, account, minor, key: name } => Command::Deposit(Deposit {
                id: transfer,
                by: by.map_or(DepositBy::Operator, |by| DepositBy::Customer(self.customers[by])),
                key: key(name),
                account: self.accounts[*account],
                amount: eur(*minor),
            }),
            Op::Withdraw { by, account, minor, key: name } => Command::Withdraw(Withdraw {
                id: transfer,
                customer: self.customers[*by],
                key: key(name),
                account: self.accounts[*account],
                amount: eur(*minor),
                consent: self.by_pin(*account, Payee::Cash, eur(*minor)),
            }),
            Op::Transfer { by, from, to, minor, key: name } => {
                let payee = self.payee(*to);
                let own = to.is_some_and(|to| OWNERS[to] == *by);
                Command::Transfer(Move {
                    id: transfer,
                    customer: self.customers[*by],
                    key: key(name),
                    from: self.accounts[*from],
                    to: payee,
                    amount: eur(*minor),
                    reference: REFERENCE.into(),
                    consent: if own {
                        Consent::Session
                    } else {
                        self.by_pin(*from, Payee::Account(payee), eur(*minor))
                    },
                })
            }
            Op::Pay { merchant, minor, capture, key: name, .. } | Op::Ask { merchant, minor, capture, key: name } => {
                let (config, merchant, amount) = (self.world.bank.config(), self.merchant(*merchant), eur(*minor));
                let account = if let Op::Pay { account, .. } = op { Some(*account) } else { None };
                let length = if account.is_some() { config.hold_length } else { config.approval_length };
                Command::Pay(Pay {
                    id: self.new_payment(expected),
                    transfer,
                    merchant,
                    key: key(name),
                    payer: account.map(|account| self.accounts[account]),
                    amount,
                    capture: *capture,
                    reference: REFERENCE.into(),
                    expires_after_seconds: length.as_secs(),
                    consent: account.map(|account| self.by_pin(account, Payee::Merchant(merchant), amount)),
                })
            }
            Op::Approve { payment, account, .. } => {
                // It may have been asked for in this very batch: only the model knows it yet.
                let (merchant, amount) = payment.map_or((0, 1), |number| {
                    let asked = &model.payments[number];
                    (asked.merchant, asked.amount)
                });
                let payee = Payee::Merchant(self.merchant(merchant));
                Command::Approve(Approve {
                    payment: self.id(*payment),
                    transfer,
                    payer: self.accounts[*account],
                    expires_after_seconds: self.world.bank.config().hold_length.as_secs(),
                    consent: self.by_pin(*account, payee, eur(amount)),
                })
            }
            Op::Capture { merchant, payment, minor, last, key: name } => Command::Capture(Capture {
                merchant: self.merchant(*merchant),
                payment: self.id(*payment),
                transfer,
                key: key(name),
                amount: minor.map(eur),
                last: *last,
            }),
            Op::Void { merchant, payment } => {
                Command::Void { merchant: self.merchant(*merchant), payment: self.id(*payment) }
            }
            Op::VoidKey { merchant, key: name } => {
                let merchant = self.merchant(*merchant);
                Command::VoidKey { merchant, key: key(name), fence: self.new_payment(expected) }
            }
            Op::Refund { merchant, payment, minor, key: name } => Command::Refund(Refund {
                merchant: self.merchant(*merchant),
                payment: self.id(*payment),
                transfer,
                key: key(name),
                amount: eur(*minor),
            }),
            Op::Freeze { account, frozen } => Command::SetFrozen { account: self.accounts[*account], frozen: *frozen },
            Op::Release => Command::ReleaseDue { limit: 1_000 },
            Op::Clock { .. } => unreachable!("the clock is no command"),
        }
    }
    /// The id of a payment to be. Where the model says that there will be one, it has that number from now on, so that
    /// what follows in the same batch can name it.
    fn new_payment(&mut self, expected: &Told) -> PaymentId {
        let id = PaymentId::from_uuid(self.env.uuid());
        if let Told::Payment { number, .. } = expected
            && *number == self.payments.len()
        {
            self.payments.push(id);
        }
        id
    }

    fn by_pin(&self, account: usize, payee: Payee, amount: Money) -> Consent {
        let found = self.world.store.view(|tx| Ok(tx.account(self.accounts[account])?));
        Consent::Pin(proof(&found.expect("reads").expect("it is there"), payee, amount))
    }

    fn replied(&mut self, op: &Op, reply: Result<Outcome, StoreFailure>) -> Told {
        let outcome = match reply {
            Ok(outcome) => outcome,
            Err(failure) => return Told::Failed(format!("{failure:?}")),
        };
        let again = outcome.replayed;
        match (outcome.result, outcome.payment) {
            (Ok(Done::Posted(transfer)), _) => {
                let credited = matches!(op, Op::Deposit { .. });
                let balance_after = if credited { transfer.credit_balance } else { transfer.debit_balance };
                Told::Receipt { balance_after, again }
            }
            (Ok(Done::Payment(payment)), _) => self.payment(&payment, None, again),
            (Ok(Done::Account(account)), _) => Told::Account { posted: account.posted(), frozen: account.frozen },
            (Ok(Done::Released(_)), _) => Told::Done,
            (Err(refusal), Some(payment)) => self.payment(&payment, Some(&refusal), again),
            (Err(refusal), None) => Told::Refused(refusal.code()),
        }
    }

    // ── Comparing ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Whether all that can be looked up is as in the model, and the ledger is sound. The error is the first difference.
    pub(super) fn agrees_with(&self, model: &Model) -> Result<(), String> {
        let bank = &self.world.bank;
        let same = |what: String, here: String, there: String| {
            if here == there { Ok(()) } else { Err(format!("{what} is {here}, not {there}")) }
        };
        for (number, account) in model.accounts.iter().enumerate() {
            let seen = bank.account(self.customers[OWNERS[number]], self.accounts[number]).expect("reads");
            let here = (seen.balance.posted.minor, seen.balance.held.minor, seen.balance.available.minor, seen.frozen);
            let held = model.held(number);
            let there = (account.posted, held, account.posted - held, account.frozen);
            let what = format!("(posted, held, available, frozen) of account {number}");
            same(what, format!("{here:?}"), format!("{there:?}"))?;
        }
        for (number, payment) in model.payments.iter().enumerate() {
            let id = self.payments.get(number).copied().unwrap_or(self.unknown);
            let here = bank.payment(self.merchant(payment.merchant), id).map(|seen| {
                let payer = seen.payer.and_then(|payer| self.accounts.iter().position(|account| *account == payer));
                (seen.state, seen.captured, seen.refunded, seen.held(), payer)
            });
            let held = if payment.state == PaymentState::Authorized { payment.amount - payment.captured } else { 0 };
            let there = (payment.state, payment.captured, payment.refunded, held, payment.payer);
            let what = format!("(state, captured, refunded, held, payer) of payment {number}");
            same(what, format!("{:?}", here.map_err(|e| e.to_string())), format!("{:?}", Ok::<_, String>(there)))?;
        }
        for (merchant, name, payment) in model.merchants_keys() {
            let here = bank.find_payment(self.merchant(merchant), &key(name));
            let here = here.ok().and_then(|seen| self.payments.iter().position(|id| *id == seen.id));
            same(
                format!("the payment under {name} of merchant {merchant}"),
                format!("{here:?}"),
                format!("{payment:?}"),
            )?;
        }
        let stored = self.world.store.view(|tx| Ok(tx.accounts_after(None, 100)?)).expect("reads");
        for (merchant, settled) in self.merchants.iter().zip(&model.settled) {
            let posted = stored.iter().find(|account| account.number == merchant.settlement).map(Account::posted);
            same(format!("what {} has", merchant.name), format!("{posted:?}"), format!("{:?}", Some(settled)))?;
        }
        let total: i64 = stored.iter().map(Account::posted).sum();
        same("the sum of all accounts, cash included,".to_owned(), total.to_string(), 0.to_string())?;
        let violations = bank.check(|_| {}).expect("reads").violations;
        same("what the audit finds".to_owned(), format!("{violations:?}"), "[]".to_owned())
    }
}

fn receipt(result: bank_core::Result<Receipt>) -> Told {
    match result {
        Ok(receipt) => Told::Receipt { balance_after: receipt.balance_after.minor, again: receipt.replayed },
        Err(error) => failed(&error),
    }
}

fn failed(error: &Error) -> Told {
    match error {
        Error::Refused { refusal, .. } => Told::Refused(refusal.code()),
        other => Told::Failed(format!("{other:?}")),
    }
}
