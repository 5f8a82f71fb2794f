//! A map with a journal: what memory stores are made of.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::Deref;

/// An ordered map that can take back everything since the last [`commit`](Table::commit).
///
/// Reading goes through the [`BTreeMap`] it dereferences to; writing goes through [`put`](Table::put) and
/// [`remove`](Table::remove), which note the value that stood there before.
#[derive(Debug, Clone)]
pub struct Table<K, V> {
    rows: BTreeMap<K, V>,
    before: Vec<(K, Option<V>)>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), before: Vec::new() }
    }
}

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    /// Inserts or replaces a row.
    pub fn put(&mut self, key: K, value: V) {
        let old = self.rows.insert(key.clone(), value);
        self.before.push((key, old));
    }

    /// Removes a row, if it is there.
    pub fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let (key, old) = self.rows.remove_entry(key)?;
        self.before.push((key, Some(old.clone())));
        Some(old)
    }

    /// Keeps what was written since the last commit.
    pub fn commit(&mut self) {
        self.before.clear();
    }

    /// Takes back what was written since the last commit.
    pub fn rollback(&mut self) {
        while let Some((key, old)) = self.before.pop() {
            match old {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
    }
}

impl<K, V> Deref for Table<K, V> {
    type Target = BTreeMap<K, V>;

    fn deref(&self) -> &Self::Target {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rollback_restores_the_last_commit(
            kept in proptest::collection::vec((0_u8..8, proptest::option::of(0_u8..9)), 0..20),
            taken_back in proptest::collection::vec((0_u8..8, proptest::option::of(0_u8..9)), 1..20),
        ) {
            let mut table = Table::default();
            let mut model = BTreeMap::new();
            for (key, value) in kept {
                match value {
                    Some(value) => { table.put(key, value); model.insert(key, value); }
                    None => { prop_assert_eq!(table.remove(&key), model.remove(&key)); }
                }
            }
            table.commit();
            for (key, value) in taken_back {
                match value {
                    Some(value) => table.put(key, value),
                    None => { table.remove(&key); }
                }
            }
            table.rollback();
            prop_assert_eq!(&*table, &model);
        }
    }
}
