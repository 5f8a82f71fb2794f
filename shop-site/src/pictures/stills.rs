//! Pictures that are drawn by hand and show no product: the shop's marks, and what stands on empty pages.

use std::sync::LazyLock;

use kit_web::assets::Asset;
use kit_web::pages::{Pages, show};

/// One of them. All but the marks are 240 × 180, and nothing that a page does not also say in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Still {
    /// For the tab of a browser.
    Favicon,
    /// For the head of a page; square.
    Logo,
    /// A cart with nothing in it.
    EmptyCart,
    /// A search without a result.
    NothingFound,
    /// Nothing ordered yet.
    NoOrders,
    /// Something went wrong.
    Error,
}

impl Still {
    /// Each of them.
    pub const ALL: [Self; 6] =
        [Self::Favicon, Self::Logo, Self::EmptyCart, Self::NothingFound, Self::NoOrders, Self::Error];

    /// Its address, which names its content: for `<img src>` and `<link rel="icon" href>`.
    #[must_use]
    pub fn href(self) -> String {
        self.asset().href(self.path())
    }

    fn path(self) -> &'static str {
        match self {
            Self::Favicon => "/art/favicon.svg",
            Self::Logo => "/art/logo.svg",
            Self::EmptyCart => "/art/empty-cart.svg",
            Self::NothingFound => "/art/nothing-found.svg",
            Self::NoOrders => "/art/no-orders.svg",
            Self::Error => "/art/error.svg",
        }
    }

    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Favicon => include_bytes!("../../assets/art/favicon.svg"),
            Self::Logo => include_bytes!("../../assets/art/logo.svg"),
            Self::EmptyCart => include_bytes!("../../assets/art/empty-cart.svg"),
            Self::NothingFound => include_bytes!("../../assets/art/nothing-found.svg"),
            Self::NoOrders => include_bytes!("../../assets/art/no-orders.svg"),
            Self::Error => include_bytes!("../../assets/art/error.svg"),
        }
    }

    fn asset(self) -> &'static Asset {
        static ASSETS: LazyLock<[Asset; 6]> =
            LazyLock::new(|| Still::ALL.map(|still| Asset::new(still.bytes(), super::CONTENT_TYPE)));
        &ASSETS[self as usize]
    }
}

/// Adds their addresses.
pub(super) fn routes(routes: Pages) -> Pages {
    Still::ALL.into_iter().fold(routes, |routes, still| routes.at(still.path(), show(still.asset().clone())))
}
