//! How many connections the process can afford.

use std::fs;

/// Kept for the database, logs and everything else that is not a connection.
const RESERVED: usize = 128;

/// `wanted`, or as many connections as the limit on open files allows.
///
/// Without a descriptor to spare a database cannot open its journal, so connections may take half of what is left: two
/// sites may share the process. Where the limit cannot be read, `wanted` stands.
pub(super) fn affordable(wanted: usize) -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    bounded(wanted, &limits)
}

fn bounded(wanted: usize, limits: &str) -> usize {
    let soft =
        limits.lines().find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next()?.parse().ok());
    soft.map_or(wanted, |soft: usize| wanted.min((soft.saturating_sub(RESERVED) / 2).max(1)))
}

#[cfg(test)]
mod tests {
    use super::bounded;

    #[test]
    fn connections_leave_descriptors_for_the_rest() {
        let limits = |soft| {
            format!(
                "Limit  Soft  Hard  Units\nMax processes  10  10  processes\nMax open files  {soft}  524288  files\n"
            )
        };
        assert_eq!(bounded(4096, &limits("1024")), 448);
        assert_eq!(bounded(100, &limits("1024")), 100);
        assert_eq!(bounded(4096, &limits("1048576")), 4096);
        assert_eq!(bounded(4096, &limits("64")), 1);
        assert_eq!(bounded(4096, &limits("unlimited")), 4096);
        assert_eq!(bounded(4096, ""), 4096);
    }
}
