//! Which address of a site a path leads to.

/// The row that `path` leads to, both as segments. A parameter is written `:name` or `{name}`; a fixed segment is more
/// particular than a parameter: `/orders/latest` before `/orders/{id}`.
pub(crate) fn find<'a, R>(rows: &'a [R], address: impl Fn(&R) -> &[String], path: &[&str]) -> Option<&'a R> {
    let fits = |row: &&R| {
        let address = address(row);
        address.len() == path.len()
            && address.iter().zip(path).all(|(ours, theirs)| is_parameter(ours) || ours == theirs)
    };
    let parameters = |row: &&R| address(row).iter().filter(|segment| is_parameter(segment)).count();
    rows.iter().filter(fits).min_by_key(parameters)
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with([':', '{'])
}
