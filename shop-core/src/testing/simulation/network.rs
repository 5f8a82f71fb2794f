//! The network between the shop and the bank: it loses, delays, repeats and reorders.
//!
//! A request is a letter that can be delivered any number of times, each time to whatever bank is up at that moment.
//! Each delivery makes a reply, and the network delivers that, or does not.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bank_core::Bank;
use bank_core::model::MerchantId;
use kit_core::gate::Question;
use kit_core::testing::wait;
use kit_core::{Clock, IdempotencyKey, ManualClock, Money, Timestamp};

use crate::gateway::in_process::InProcessGateway;
use crate::gateway::{Answer, Capabilities, Code, Expected, PaymentGateway, PaymentRef, PaymentRequest};

/// No call takes longer than this.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);

/// The bank as a delivered request finds it.
pub struct Server {
    /// The bank.
    pub bank: Bank,
    /// Which of its lives this is: it counts up with every restart.
    pub life: u64,
}

/// What came back of a call.
pub enum Heard<R> {
    /// A reply.
    Reply(R),
    /// Not a byte was sent.
    NotSent,
    /// The request was sent, and nothing came back in time.
    Nothing,
    /// Something between both programs refused to carry the request, and it never arrived.
    Refused,
}

/// Puts a reply into its caller's hands.
pub(super) type Reply = Box<dyn FnOnce() + Send>;

type Serve = Arc<dyn Fn(&Server) -> Reply + Send + Sync>;

/// A request on its way.
pub(super) struct Letter {
    pub(super) what: String,
    pub(super) serve: Serve,
    /// Tells the caller at once that nothing will come back, as a reset connection does.
    pub(super) reset: Arc<dyn Fn() + Send + Sync>,
    pub(super) refuse: Arc<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
pub(super) struct Network {
    pub(super) up: bool,
    pub(super) requests: Vec<Letter>,
    pub(super) replies: Vec<(String, Reply)>,
    /// Keys of purchases whose caller still waits for the answer.
    pub(super) live: BTreeSet<IdempotencyKey>,
    /// Keys whose void was sent while the purchase was still waited for.
    pub(super) voided_live: Vec<IdempotencyKey>,
}

/// The shop's end of the line to the bank.
#[derive(Clone)]
pub struct Line {
    pub(super) network: Arc<Mutex<Network>>,
    pub(super) truth: Arc<ManualClock>,
}

pub(super) fn lock(network: &Mutex<Network>) -> MutexGuard<'_, Network> {
    network.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Line {
    /// Sends a request and waits for its reply, at most as long as [`Line::deadline`]. `serve` is what the bank's end does
    /// with it; it runs once for every time that the request arrives.
    pub fn call<R: Send + 'static>(
        &self,
        what: &str,
        serve: impl Fn(&Server) -> R + Send + Sync + 'static,
    ) -> Heard<R> {
        let slot: Arc<Mutex<Option<Heard<R>>>> = Arc::default();
        let put = |slot: &Arc<Mutex<Option<Heard<R>>>>, heard| {
            // The first thing heard counts.
            slot.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(heard);
        };
        let (of_reply, of_reset, of_refusal) = (Arc::clone(&slot), Arc::clone(&slot), Arc::clone(&slot));
        let letter = Letter {
            what: what.to_owned(),
            serve: Arc::new(move |server| {
                let (reply, slot) = (serve(server), Arc::clone(&of_reply));
                Box::new(move || put(&slot, Heard::Reply(reply)))
            }),
            reset: Arc::new(move || put(&of_reset, Heard::Nothing)),
            refuse: Arc::new(move || put(&of_refusal, Heard::Refused)),
        };
        {
            let mut network = lock(&self.network);
            if !network.up {
                return Heard::NotSent;
            }
            network.requests.push(letter);
        }
        let until: Timestamp = self.truth.now().plus(self.deadline());
        let (heard, clock) = (Arc::clone(&slot), Arc::clone(&self.truth));
        let over: Question = Arc::new(move || heard.lock().is_ok_and(|heard| heard.is_some()) || clock.now() >= until);
        wait(&over);
        slot.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or(Heard::Nothing)
    }

    /// No call takes longer than this.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        DEADLINE
    }
}

/// The in-process adapter at the far end of a line.
pub(super) struct Remote {
    line: Line,
    merchant: MerchantId,
}

impl Remote {
    pub(super) fn new(line: Line, merchant: MerchantId) -> Self {
        Self { line, merchant }
    }

    fn ask(&self, what: &str, ask: impl Fn(&InProcessGateway) -> Answer + Send + Sync + 'static) -> Answer {
        let merchant = self.merchant;
        match self.line.call(what, move |server| ask(&InProcessGateway::new(server.bank.clone(), merchant))) {
            Heard::Reply(answer) => answer,
            Heard::NotSent => Answer::NotSent,
            Heard::Nothing => Answer::Unknown,
            Heard::Refused => Answer::Throttled { retry_after: Duration::from_secs(2) },
        }
    }

    fn create(&self, request: &PaymentRequest, at_once: bool) -> Answer {
        let asked = copy(request);
        let what = format!("payment of {} under {:?}", request.amount, request.key);
        self.ask(&what, move |bank| {
            let request = copy(&asked);
            if at_once { bank.purchase(&request) } else { bank.authorize(&request) }
        })
    }
}

fn copy(request: &PaymentRequest) -> PaymentRequest {
    PaymentRequest {
        key: request.key.clone(),
        account: request.account,
        pin: request.pin.clone(),
        amount: request.amount,
        reference: request.reference.clone(),
    }
}

impl PaymentGateway for Remote {
    fn purchase(&self, request: &PaymentRequest) -> Answer {
        self.create(request, true)
    }

    fn authorize(&self, request: &PaymentRequest) -> Answer {
        self.create(request, false)
    }

    fn capture(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money, last: bool) -> Answer {
        let (payment, key) = (payment.clone(), key.clone());
        self.ask("capture", move |bank| bank.capture(&payment, &key, amount, last))
    }

    fn void(&self, expected: &Expected) -> Answer {
        let expected = expected.clone();
        self.ask(&format!("void of {:?}", expected.key), move |bank| bank.void(&expected))
    }

    fn refund(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money) -> Answer {
        let (payment, key) = (payment.clone(), key.clone());
        self.ask(&format!("refund under {key:?}"), move |bank| bank.refund(&payment, &key, amount))
    }

    fn lookup(&self, expected: &Expected) -> Answer {
        let expected = expected.clone();
        self.ask(&format!("look-up of {:?}", expected.key), move |bank| bank.lookup(&expected))
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { pin: true, hosted_approval: false, deadline: self.line.deadline() }
    }
}

/// Any gateway, watched: which purchases are still waited for, and whether one of these is voided meanwhile.
pub(super) struct Watched {
    pub(super) gateway: Arc<dyn PaymentGateway>,
    pub(super) network: Arc<Mutex<Network>>,
}

/// Ends the watch also where the caller dies.
struct Live<'a>(&'a Watched, &'a IdempotencyKey);

impl Drop for Live<'_> {
    fn drop(&mut self) {
        lock(&self.0.network).live.remove(self.1);
    }
}

impl PaymentGateway for Watched {
    fn purchase(&self, request: &PaymentRequest) -> Answer {
        lock(&self.network).live.insert(request.key.clone());
        let _live = Live(self, &request.key);
        self.gateway.purchase(request)
    }

    fn authorize(&self, request: &PaymentRequest) -> Answer {
        self.gateway.authorize(request)
    }

    fn capture(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money, last: bool) -> Answer {
        self.gateway.capture(payment, key, amount, last)
    }

    fn void(&self, expected: &Expected) -> Answer {
        {
            let mut network = lock(&self.network);
            if network.live.contains(&expected.key) {
                network.voided_live.push(expected.key.clone());
            }
        }
        self.gateway.void(expected)
    }

    fn refund(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money) -> Answer {
        self.gateway.refund(payment, key, amount)
    }

    fn lookup(&self, expected: &Expected) -> Answer {
        self.gateway.lookup(expected)
    }

    fn start_approval(&self, _request: &crate::gateway::ApprovalRequest) -> Answer {
        Answer::Rejected { code: Code::new("not-supported") }
    }

    fn capabilities(&self) -> Capabilities {
        self.gateway.capabilities()
    }
}
