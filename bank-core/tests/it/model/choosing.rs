//! What a drawn step comes to, given what there is by then: so that steps hit states that matter.

use bank_core::model::{CaptureMode, PaymentState};

use super::commands::{CUSTOMERS, Draw, KeyDraw, MERCHANTS, OWNERS, Op, What, Who};
use super::reference::{Model, Payment};

/// In seconds.
const DAY: i64 = 86_400;

impl Model {
    /// What the `n`th step that was drawn comes to, in the present state.
    pub(super) fn resolve(&self, n: usize, draw: &Draw) -> Vec<Op> {
        let Draw { what, a, b, minor, flag, foreign, .. } = *draw;
        let (account, merchant) = (a % OWNERS.len(), b % MERCHANTS);
        let by = if foreign { (OWNERS[account] + 1) % CUSTOMERS } else { OWNERS[account] };
        let key = |who| self.name_key(n, draw, who);
        // A merchant's own payment, or (foreign) the other one's.
        let of = |payment: Option<usize>| {
            let own = payment.map_or(merchant, |number| self.payments[number].merchant);
            if foreign { (own + 1) % MERCHANTS } else { own }
        };
        let open = |p: &Payment| matches!(p.state, PaymentState::Authorized | PaymentState::RequiresApproval);
        let op = match what {
            What::Deposit => Op::Deposit { by: Some(by), account, minor, key: key(Who::Customer(by)) },
            What::OperatorDeposit => Op::Deposit { by: None, account, minor, key: key(Who::Operator) },
            What::Withdraw => Op::Withdraw { by, account, minor, key: key(Who::Customer(by)) },
            What::Transfer => {
                // Every other one between the first customer's own accounts, if it is hers.
                let to = if flag && account == 0 { OWNERS.len() - 1 } else { b % (OWNERS.len() + 1) };
                Op::Transfer {
                    by,
                    from: account,
                    to: (to < OWNERS.len()).then_some(to),
                    minor,
                    key: key(Who::Customer(by)),
                }
            }
            What::Purchase | What::Authorize => {
                let capture = if what == What::Purchase { CaptureMode::Immediate } else { CaptureMode::Manual };
                Op::Pay { merchant, account, minor, capture, key: key(Who::Merchant(merchant)) }
            }
            What::Ask => {
                let capture = if flag { CaptureMode::Manual } else { CaptureMode::Immediate };
                Op::Ask { merchant, minor, capture, key: key(Who::Merchant(merchant)) }
            }
            What::Approve => {
                let payment = self.pick(b, draw.any_state, |p| p.state == PaymentState::RequiresApproval);
                Op::Approve { by, payment, account }
            }
            What::Capture => {
                let payment = self.pick(a, draw.any_state, |p| p.state == PaymentState::Authorized);
                let merchant = of(payment);
                // All that is left, what may be too much, or rather a part.
                let minor = [None, Some(minor), Some(minor / 4 + 1), Some(minor / 4 + 1)][b / 2 % 4];
                Op::Capture { merchant, payment, minor, last: flag, key: key(Who::Merchant(merchant)) }
            }
            What::Void => {
                let payment = self.pick(a, draw.any_state, open);
                Op::Void { merchant: of(payment), payment }
            }
            What::VoidKey => {
                let key = if flag { KeyDraw::Own } else { draw.key };
                Op::VoidKey { merchant, key: self.name_key(n, &Draw { key, ..*draw }, Who::Merchant(merchant)) }
            }
            What::Refund => {
                let payment = self.pick(a, draw.any_state, |p| p.captured > p.refunded);
                let merchant = of(payment);
                Op::Refund { merchant, payment, minor, key: key(Who::Merchant(merchant)) }
            }
            What::Freeze => Op::Freeze { account, frozen: flag },
            What::Release => Op::Release,
            // Just before, at and after the ends of approvals, days and holds.
            What::Forward => {
                let seconds = [0, 1, 1, 60, 60, 300, 600, 899, 900, 3_600, DAY, 3 * DAY, 7 * DAY - 1, 7 * DAY, 7 * DAY];
                Op::Clock { seconds: seconds[a % seconds.len()] }
            }
            // The ledger remembers the time of its last write: one comes first, so that there is no going back.
            What::Back => {
                let seconds = [-1, -600, -3 * DAY, -30 * DAY];
                let anchor = Op::Deposit { by: None, account, minor: 1, key: format!("anchor-{n}") };
                return vec![anchor, Op::Clock { seconds: seconds[a % seconds.len()] }];
            }
            What::Again => match newest(&self.history, a) {
                Some(op) if b % 4 == 0 => op.clone().with_other_facts(),
                Some(op) => op.clone(),
                None => return Vec::new(),
            },
        };
        vec![op]
    }

    fn name_key(&self, n: usize, draw: &Draw, who: Who) -> String {
        let used: Vec<&String> = match draw.key {
            KeyDraw::New => Vec::new(),
            KeyDraw::Own => self.keys.keys().filter(|(whose, _)| *whose == who).map(|(_, key)| key).collect(),
            KeyDraw::Anyones => self.keys.keys().map(|(_, key)| key).collect(),
        };
        newest(&used, draw.b).map_or_else(|| format!("key-{n:03}"), |key| (*key).clone())
    }

    fn pick(&self, nth: usize, any: bool, suits: impl Fn(&Payment) -> bool) -> Option<usize> {
        let all: Vec<usize> = (0..self.payments.len()).collect();
        let suiting: Vec<usize> = all.iter().copied().filter(|n| any || suits(&self.payments[*n])).collect();
        newest(&suiting, nth).or(newest(&all, nth)).copied()
    }
}

/// The `nth` from the end, counting round.
fn newest<T>(all: &[T], nth: usize) -> Option<&T> {
    all.iter().nth_back(nth.checked_rem(all.len())?)
}
