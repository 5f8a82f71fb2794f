//! Pictures that are drawn by hand: the mark in a browser's tab, and what stands where something is not there.

use std::sync::LazyLock;

use kit_web::assets::Asset;
use kit_web::pages::{Pages, show};

/// One of them. All but the mark are 240 × 180, and nothing that a page does not also say in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Art {
    /// For the tab of a browser.
    Favicon,
    /// Nothing has moved in an account yet.
    NoEntries,
    /// A search without a result.
    NothingFound,
    /// No payee is saved.
    NoPayees,
    /// Something went wrong.
    Error,
}

impl Art {
    const ALL: [Self; 5] = [Self::Favicon, Self::NoEntries, Self::NothingFound, Self::NoPayees, Self::Error];

    /// Its address, which names its content.
    pub(super) fn href(self) -> String {
        self.asset().href(self.path())
    }

    fn path(self) -> &'static str {
        match self {
            Self::Favicon => "/art/favicon.svg",
            Self::NoEntries => "/art/no-entries.svg",
            Self::NothingFound => "/art/nothing-found.svg",
            Self::NoPayees => "/art/no-payees.svg",
            Self::Error => "/art/error.svg",
        }
    }

    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Favicon => include_bytes!("../../assets/art/favicon.svg"),
            Self::NoEntries => include_bytes!("../../assets/art/no-entries.svg"),
            Self::NothingFound => include_bytes!("../../assets/art/nothing-found.svg"),
            Self::NoPayees => include_bytes!("../../assets/art/no-payees.svg"),
            Self::Error => include_bytes!("../../assets/art/error.svg"),
        }
    }

    fn asset(self) -> &'static Asset {
        static ASSETS: LazyLock<[Asset; 5]> =
            LazyLock::new(|| Art::ALL.map(|art| Asset::new(art.bytes(), "image/svg+xml")));
        &ASSETS[self as usize]
    }
}

/// Adds their addresses.
pub(super) fn routes(routes: Pages) -> Pages {
    Art::ALL.into_iter().fold(routes, |routes, art| routes.at(art.path(), show(art.asset().clone())))
}
