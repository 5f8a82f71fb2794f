//! What is no longer sold, and what exports set.

use super::samples::{product, slug};
use super::{record, view};
use crate::rules::catalogue_file::ExportId;
use crate::rules::product::{Product, Sku, Sort};
use crate::store::{ProductSlice, Store};

/// What is no longer sold is in no list and no category, but is found by its SKU; it may be sold again.
pub fn retired_products_are_in_no_list(store: &dyn Store) {
    let retired = Product { retired: true, ..product("R-1", "Retired", 100) };
    record(store, |tx| {
        tx.put_product(&retired)?;
        tx.put_product(&Product { category: slug("mice"), ..product("S-1", "Sold", 200) })
    });
    let listed = |category: Option<&str>| {
        let slice = ProductSlice { category: category.map(slug), sort: Sort::PriceAscending, offset: 0, limit: 9 };
        view(store, |tx| tx.product_slice(&slice)).1
    };
    assert_eq!((listed(None), listed(Some("keyboards"))), (1, 0));
    view(store, |tx| {
        assert_eq!(tx.categories()?, [(slug("mice"), 1)]);
        assert_eq!(tx.product(&retired.sku)?, Some(retired.clone()));
        assert_eq!(tx.all_products()?.len(), 2);
        Ok(())
    });
    record(store, |tx| tx.put_product(&Product { retired: false, ..retired.clone() }));
    assert_eq!(listed(None), 2);
}

/// What an export's file set is remembered for that export and that product only, and the last value counts.
pub fn what_exports_set_is_remembered(store: &dyn Store) {
    let export = |n: u8| ExportId::from_uuid(kit_core::Uuid::from_bytes([n; 16]));
    let sku = |text: &str| Sku::parse(text).expect("sku");
    record(store, |tx| {
        tx.put_export_stock(export(1), &sku("A-1"), 5)?;
        tx.put_export_stock(export(1), &sku("A-1"), 0)?;
        tx.put_export_stock(export(2), &sku("A-1"), 7)
    });
    view(store, |tx| {
        assert_eq!(tx.export_stock(export(1), &sku("A-1"))?, Some(0));
        assert_eq!(tx.export_stock(export(2), &sku("A-1"))?, Some(7));
        assert_eq!(tx.export_stock(export(2), &sku("a-1"))?, None);
        Ok(())
    });
}
