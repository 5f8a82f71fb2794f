//! What the bank is asked, as a function of a number: whoever knows the number knows the key, the parties and the amount.
//!
//! Movements come in blocks of eight that need nothing of each other, so that threads may share the blocks out. No two
//! movements are of the same amount: a transfer found in a ledger tells which movement it belongs to.

use bank_core::model::{CaptureMode, CustomerId, MerchantId, PaymentId, TransferKind, cash_account};
use bank_core::testing::pin;
use bank_core::{Bank, PaymentAnswer, PaymentRequest, Receipt, Result, TransferOrder};
use kit_core::{AccountNumber, Currency, IdempotencyKey, Money};

/// How many movements a block has.
pub(crate) const BLOCK: u32 = 8;
/// Everybody's PIN.
pub(crate) const PIN: &str = "804917";
/// The first of the deposits that give everybody something to spend.
pub(crate) const FUNDING: u32 = 10_000;

/// Who takes part.
#[derive(Clone, Default)]
pub(crate) struct World {
    pub(crate) customers: Vec<(CustomerId, AccountNumber)>,
    pub(crate) merchant: Option<(MerchantId, AccountNumber)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    OperatorDeposit,
    OwnDeposit,
    Transfer,
    Withdrawal,
    Purchase,
    Hold,
    Capture,
    Refund,
}

/// One thing that the bank is asked.
#[derive(Clone, Copy)]
pub(crate) struct Movement {
    pub(crate) n: u32,
    pub(crate) what: What,
    pub(crate) minor: i64,
    who: usize,
    other: usize,
}

/// What the bank answered: the transfer's or the payment's id, and whether it repeated what it had done before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) id: String,
    pub(crate) replayed: bool,
}

/// A transfer that a ledger holds, or should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    pub(crate) kind: TransferKind,
    pub(crate) debit: AccountNumber,
    pub(crate) credit: AccountNumber,
    pub(crate) minor: i64,
}

impl Movement {
    /// The `n`-th movement, among so many customers.
    pub(crate) fn nth(n: u32, customers: usize) -> Self {
        if n >= FUNDING {
            let who = (n - FUNDING) as usize;
            return Self { n, what: What::OperatorDeposit, minor: 1_000_000 + i64::from(n), who, other: who };
        }
        let (block, place) = ((n / BLOCK) as usize, n % BLOCK);
        let what = match place {
            0 => What::OperatorDeposit,
            1 => What::OwnDeposit,
            2 => What::Transfer,
            3 => What::Withdrawal,
            4 => What::Purchase,
            5 => What::Hold,
            6 => What::Capture,
            _ => What::Refund,
        };
        // Later ones move less, so that a capture fits its hold and a refund its purchase.
        let minor = 20_000 - i64::from(n);
        Self { n, what, minor, who: block % customers, other: (block + 1) % customers }
    }

    pub(crate) fn key(&self) -> IdempotencyKey {
        key(self.n)
    }

    /// The transfer that it becomes; none for a hold, which moves nothing.
    pub(crate) fn row(&self, world: &World) -> Option<Row> {
        let own = world.customers.get(self.who)?.1;
        let other = world.customers.get(self.other)?.1;
        let cash = cash_account(Currency::EUR);
        let settlement = world.merchant.map(|m| m.1);
        let (kind, debit, credit) = match self.what {
            What::OperatorDeposit | What::OwnDeposit => (TransferKind::Deposit, cash, own),
            What::Transfer => (TransferKind::Transfer, own, other),
            What::Withdrawal => (TransferKind::Withdrawal, own, cash),
            What::Purchase | What::Capture => (TransferKind::Payment, own, settlement?),
            What::Refund => (TransferKind::Refund, settlement?, own),
            What::Hold => return None,
        };
        Some(Row { kind, debit, credit, minor: self.minor })
    }

    /// Asks the bank.
    pub(crate) fn ask(&self, bank: &Bank, world: &World) -> Result<Done> {
        let ((customer, own), key, amount) = (world.customers[self.who], self.key(), self.amount());
        let Some((merchant, _)) = world.merchant else {
            return moved(bank.deposit_by_operator(&key, own, amount));
        };
        match self.what {
            What::OperatorDeposit => moved(bank.deposit_by_operator(&key, own, amount)),
            What::OwnDeposit => moved(bank.deposit(customer, &key, own, amount)),
            What::Withdrawal => moved(bank.withdraw(customer, &key, own, amount, &pin(PIN))),
            What::Transfer => {
                let (to, pin) = (world.customers[self.other].1, pin(PIN));
                let order = TransferOrder { from: own, to, amount, reference: "rent", pin: Some(&pin) };
                moved(bank.transfer(customer, &key, &order))
            }
            What::Purchase => paid(self.charge(bank, merchant, own, CaptureMode::Immediate)),
            What::Hold => paid(self.charge(bank, merchant, own, CaptureMode::Manual)),
            What::Capture => {
                let hold = self.payment(bank, merchant, 1)?;
                paid(bank.capture_payment(merchant, &key, hold, Some(amount), true))
            }
            What::Refund => {
                let purchase = self.payment(bank, merchant, 3)?;
                paid(bank.refund_payment(merchant, &key, purchase, amount))
            }
        }
    }

    fn amount(&self) -> Money {
        Money::new(self.minor, Currency::EUR)
    }

    fn charge(
        &self,
        bank: &Bank,
        merchant: MerchantId,
        account: AccountNumber,
        capture: CaptureMode,
    ) -> Result<PaymentAnswer> {
        let request =
            PaymentRequest { account, pin: pin(PIN), amount: self.amount(), capture, reference: "order".into() };
        bank.create_payment(merchant, &self.key(), &request)
    }

    /// The payment that was asked for so many movements before this one.
    fn payment(&self, bank: &Bank, merchant: MerchantId, before: u32) -> Result<PaymentId> {
        Ok(bank.find_payment(merchant, &key(self.n - before))?.id)
    }
}

fn key(n: u32) -> IdempotencyKey {
    IdempotencyKey::parse(&format!("movement-{n:06}")).expect("15 visible characters")
}

fn moved(receipt: Result<Receipt>) -> Result<Done> {
    receipt.map(|r| Done { id: r.transfer.id.to_string(), replayed: r.replayed })
}

fn paid(answer: Result<PaymentAnswer>) -> Result<Done> {
    match answer? {
        PaymentAnswer { refusal: Some(refusal), .. } => Err(refusal.into()),
        PaymentAnswer { payment, replayed, .. } => Ok(Done { id: payment.id.to_string(), replayed }),
    }
}
