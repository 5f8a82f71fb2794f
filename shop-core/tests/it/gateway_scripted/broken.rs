//! Canaries: gateways with one fault each. A suite that lets one of them pass proves nothing.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use kit_core::Timestamp;
use shop_core::gateway::{Answer, Capabilities, Code, ListCursor, ListFailure, ListedPayment, PaymentPage, PaymentRef};
use shop_core::testing::gateway::CASES;

/// What is wrong with a [`Broken`] gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    ForgetsKeysOfPayments,
    ForgetsKeysOfCaptures,
    ForgetsKeysOfRefunds,
    TakesNothing,
    PurchasesOnlyHold,
    AuthorizationsCapture,
    VoidsWithoutFence,
    VoidsNothing,
    EveryCaptureIsTheLast,
    NoCaptureIsTheLast,
    CapturesWhatItCan,
    RefundsAnything,
    LookUpsFence,
    LookUpsFindNothing,
    IgnoresTheAmountExpected,
    RetriesDeclines,
    ReplaysAreUnknown,
    DeclinesAreRejected,
    TellsUnknownAccounts,
    TakesAnyCurrency,
    ListsTheFirstPageOnly,
    ListsWhatWasAsked,
    ForgetsToListRefunds,
}

const EVERY: [Fault; 23] = [
    Fault::ForgetsKeysOfPayments,
    Fault::ForgetsKeysOfCaptures,
    Fault::ForgetsKeysOfRefunds,
    Fault::TakesNothing,
    Fault::PurchasesOnlyHold,
    Fault::AuthorizationsCapture,
    Fault::VoidsWithoutFence,
    Fault::VoidsNothing,
    Fault::EveryCaptureIsTheLast,
    Fault::NoCaptureIsTheLast,
    Fault::CapturesWhatItCan,
    Fault::RefundsAnything,
    Fault::LookUpsFence,
    Fault::LookUpsFindNothing,
    Fault::IgnoresTheAmountExpected,
    Fault::RetriesDeclines,
    Fault::ReplaysAreUnknown,
    Fault::DeclinesAreRejected,
    Fault::TellsUnknownAccounts,
    Fault::TakesAnyCurrency,
    Fault::ListsTheFirstPageOnly,
    Fault::ListsWhatWasAsked,
    Fault::ForgetsToListRefunds,
];

struct Broken {
    bank: ScriptedGateway,
    fault: Fault,
    forged: AtomicU64,
}

impl Broken {
    fn new(fault: Fault) -> Self {
        Self { bank: ScriptedGateway::bank(), fault, forged: AtomicU64::new(90_000_000) }
    }

    /// A key that nobody asked for.
    fn forge(&self) -> IdempotencyKey {
        key(self.forged.fetch_add(1, Ordering::SeqCst))
    }

    fn bend(&self, request: &PaymentRequest) -> PaymentRequest {
        let forgets = self.fault == Fault::ForgetsKeysOfPayments;
        let any_currency = self.fault == Fault::TakesAnyCurrency;
        PaymentRequest {
            key: if forgets { self.forge() } else { request.key.clone() },
            account: request.account,
            pin: request.pin.clone(),
            amount: if any_currency { eur(request.amount.minor) } else { request.amount },
            reference: request.reference.clone(),
        }
    }

    fn bend_listed(&self, payment: ListedPayment) -> ListedPayment {
        match self.fault {
            Fault::ListsWhatWasAsked => ListedPayment { captured: payment.amount, ..payment },
            Fault::ForgetsToListRefunds => ListedPayment { refunded: eur(0), ..payment },
            _ => payment,
        }
    }

    fn create(&self, request: &PaymentRequest, capture: bool) -> Answer {
        let seen = self.bank.lookup(&Expected { key: request.key.clone(), amount: request.amount });
        if self.fault == Fault::ReplaysAreUnknown && seen != Answer::NotFound {
            return Answer::Unknown;
        }
        let mut bent = self.bend(request);
        if self.fault == Fault::RetriesDeclines && matches!(seen, Answer::Declined { .. }) {
            bent.key = self.forge();
        }
        let answer = if capture { self.bank.purchase(&bent) } else { self.bank.authorize(&bent) };
        match answer {
            Answer::Declined { advice, .. }
                if self.fault == Fault::TellsUnknownAccounts && self.bank.balance(bent.account).is_none() =>
            {
                Answer::Declined { code: Code::new("account-not-found"), advice }
            }
            Answer::Declined { code, .. } if self.fault == Fault::DeclinesAreRejected => Answer::Rejected { code },
            answer => answer,
        }
    }
}

impl HasBank for Broken {
    fn bank(&self) -> &ScriptedGateway {
        &self.bank
    }
}

impl PaymentGateway for Broken {
    fn purchase(&self, request: &PaymentRequest) -> Answer {
        match self.fault {
            Fault::TakesNothing => Answer::Captured { payment: PaymentRef(request.key.as_str().to_owned()) },
            Fault::PurchasesOnlyHold => self.create(request, false),
            _ => self.create(request, true),
        }
    }

    fn authorize(&self, request: &PaymentRequest) -> Answer {
        match (self.fault, self.create(request, self.fault == Fault::AuthorizationsCapture)) {
            (Fault::AuthorizationsCapture, Answer::Captured { payment }) => {
                Answer::Authorized { payment, expires_at: Timestamp::EPOCH }
            }
            (_, answer) => answer,
        }
    }

    fn capture(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money, last: bool) -> Answer {
        match self.fault {
            Fault::ForgetsKeysOfCaptures => self.bank.capture(payment, &self.forge(), amount, last),
            Fault::EveryCaptureIsTheLast => self.bank.capture(payment, key, amount, true),
            Fault::NoCaptureIsTheLast => self.bank.capture(payment, key, amount, false),
            Fault::CapturesWhatItCan => match self.bank.capture(payment, key, amount, last) {
                Answer::Rejected { .. } => Answer::Captured { payment: payment.clone() },
                answer => answer,
            },
            _ => self.bank.capture(payment, key, amount, last),
        }
    }

    fn void(&self, expected: &Expected) -> Answer {
        match self.fault {
            Fault::VoidsNothing => Answer::Voided,
            Fault::VoidsWithoutFence => match self.bank.lookup(expected) {
                Answer::NotFound => Answer::Voided,
                _ => self.bank.void(expected),
            },
            _ => self.bank.void(expected),
        }
    }

    fn refund(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money) -> Answer {
        match self.fault {
            Fault::ForgetsKeysOfRefunds => self.bank.refund(payment, &self.forge(), amount),
            Fault::RefundsAnything => match self.bank.refund(payment, key, amount) {
                Answer::Rejected { .. } => Answer::Refunded,
                answer => answer,
            },
            _ => self.bank.refund(payment, key, amount),
        }
    }

    fn lookup(&self, expected: &Expected) -> Answer {
        match (self.fault, self.bank.lookup(expected)) {
            (Fault::LookUpsFindNothing, _) => Answer::NotFound,
            (Fault::LookUpsFence, Answer::NotFound) => {
                self.bank.void(expected);
                Answer::NotFound
            }
            (Fault::IgnoresTheAmountExpected, Answer::Mismatch { .. }) => {
                Answer::Captured { payment: PaymentRef("payment-1".to_owned()) }
            }
            (_, answer) => answer,
        }
    }

    fn list_payments(&self, cursor: Option<&ListCursor>) -> Result<PaymentPage, ListFailure> {
        let page = self.bank.list_payments(cursor)?;
        let next = page.next.filter(|_| self.fault != Fault::ListsTheFirstPageOnly);
        Ok(PaymentPage { payments: page.payments.into_iter().map(|payment| self.bend_listed(payment)).collect(), next })
    }

    fn find_payment(&self, key: &IdempotencyKey) -> Result<Option<ListedPayment>, ListFailure> {
        Ok(self.bank.find_payment(key)?.map(|payment| self.bend_listed(payment)))
    }

    fn capabilities(&self) -> Capabilities {
        self.bank.capabilities()
    }
}

/// The cases that a gateway with this fault does not pass. Each gets a town of its own, so that none suffers from
/// what another one left behind.
fn failing(fault: Fault) -> BTreeSet<&'static str> {
    let fails = |case: fn(&dyn Fixture)| {
        let town = Town::new(Broken::new(fault));
        catch_unwind(AssertUnwindSafe(|| case(&town))).is_err()
    };
    CASES.iter().filter(|(_, case)| fails(*case)).map(|(name, _)| *name).collect()
}

#[test]
fn every_fault_is_found() {
    let mut caught_by_some = BTreeSet::new();
    for fault in EVERY {
        let failing = failing(fault);
        assert!(!failing.is_empty(), "nothing in the suite finds {fault:?}");
        caught_by_some.extend(failing);
    }
    // And no case is there for nothing: each finds some fault.
    let idle: Vec<_> = CASES.iter().map(|(name, _)| *name).filter(|name| !caught_by_some.contains(name)).collect();
    assert_eq!(idle, Vec::<&str>::new());
}

#[test]
fn the_plainest_faults_are_found_where_they_should_be() {
    let found = |fault, case: &str| assert!(failing(fault).contains(case), "{fault:?} should fail {case}");
    found(Fault::ForgetsKeysOfPayments, "purchase_captures_once");
    found(Fault::ForgetsKeysOfPayments, "one_key_used_by_many_at_once_charges_once");
    found(Fault::ForgetsKeysOfRefunds, "refund_gives_back_once");
    found(Fault::VoidsWithoutFence, "void_fences_an_unseen_key");
    found(Fault::VoidsNothing, "void_after_capture_says_captured");
    found(Fault::RetriesDeclines, "a_wrong_pin_is_declined_for_good");
    found(Fault::TellsUnknownAccounts, "an_unknown_account_looks_like_a_wrong_pin");
    found(Fault::TakesAnyCurrency, "another_currency_is_declined");
    for fault in [Fault::ListsTheFirstPageOnly, Fault::ListsWhatWasAsked, Fault::ForgetsToListRefunds] {
        found(fault, "the_list_has_every_payment_once");
    }
}
