//! How long to wait before a call is tried again.

use std::time::Duration;

/// The longest wait. With the sweep's own interval it keeps the promise that an order has its final state within 60 s
/// of the bank being reachable again.
pub const MAX_WAIT: Duration = Duration::from_secs(30);

/// 1, 2, 4, 8, 16, then 30 seconds; at least what the bank asked for, yet never above [`MAX_WAIT`].
#[must_use]
pub fn wait(tries: u32, asked: Option<Duration>) -> Duration {
    let doubling = Duration::from_secs(1 << tries.min(5));
    doubling.max(asked.unwrap_or_default()).min(MAX_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute() {
        let seconds = |tries, asked: Option<u64>| wait(tries, asked.map(Duration::from_secs)).as_secs();
        assert_eq!([0, 1, 2, 3, 4, 5, 6, u32::MAX].map(|t| seconds(t, None)), [1, 2, 4, 8, 16, 30, 30, 30]);
        assert_eq!(seconds(0, Some(7)), 7);
        assert_eq!(seconds(0, Some(3_600)), 30);
    }
}
