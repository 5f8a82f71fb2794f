//! Small line drawings of the categories, to stand inside a page: they take the colour of the text around them.

/// What each line drawing is made of, on a sheet of 24 × 24.
const ICONS: [(&str, &str); 13] = [
    ("laptops", "M5 5.5h14v10H5zM2.5 18.5h19l-1.5-3H4z"),
    ("desktops", "M6.5 3h11v18h-11zM9.5 6.5h5M9.5 9.5h5M12 17.2v.1"),
    ("monitors", "M3 4.5h18v11.5H3zM12 16v4M8 20.5h8"),
    ("keyboards", "M2.5 7h19v10.5h-19zM6 10.5h.1M9 10.5h.1M12 10.5h.1M15 10.5h.1M18 10.5h.1M8 14h8"),
    ("mice", "M12 3a5.5 5.5 0 0 1 5.5 5.5v7a5.5 5.5 0 0 1-11 0v-7A5.5 5.5 0 0 1 12 3zM12 7v3.5"),
    ("storage", "M4 5.5h16v5.5H4zM4 13h16v5.5H4zM7.5 8.2h.1M7.5 15.7h.1M12 8.2h5M12 15.7h5"),
    ("memory", "M2.5 7.5h19v6l-1.5 1v2.5H4V14.5l-1.5-1zM6.5 10.5v2M10.2 10.5v2M13.8 10.5v2M17.5 10.5v2"),
    ("graphics-cards", "M3 4.5v15M3 7h18v9H3M6.5 16v2.5h6V16M14.5 14a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M8 11.5h.1"),
    (
        "processors",
        "M6.5 6.5h11v11h-11zM10 10h4v4h-4zM9 3v3.5M15 3v3.5M9 17.5V21M15 17.5V21M3 9h3.5M3 15h3.5M17.5 9H21M17.5 15H21",
    ),
    ("networking", "M3.5 14h17v5.5h-17zM7 16.8h.1M10 16.8h.1M12 14v-3.5M8.5 8a5 5 0 0 1 7 0M6 5.2a8.7 8.7 0 0 1 12 0"),
    ("docks", "M3 9.5h18v7H3zM6.5 13h2.5M12 13h1M16 13h1.5M12 9.5V7a3 3 0 0 1 3-3h3"),
    (
        "headsets",
        "M4.5 14.5v-2.5a7.5 7.5 0 0 1 15 0v2.5M4.5 13.5h3v6h-1.5a1.5 1.5 0 0 1-1.5-1.5zM19.5 13.5h-3v6h1.5a1.5 1.5 0 0 0 1.5-1.5z",
    ),
    (
        "webcams",
        "M12 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM12 7.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5zM9 16l-2 4.5h10L15 16",
    ),
];

/// A parcel.
const OTHER: &str = "M3.5 8 12 4l8.5 4v8.5L12 20.5l-8.5-4zM3.5 8 12 12l8.5-4M12 12v8.5M7.7 6l8.5 4";

/// The icon of a category, as SVG to write into a page; a parcel for an operator's own. It is hidden from screen
/// readers: the category's name stands beside it.
#[must_use]
pub fn category_icon(slug: &str) -> String {
    let shape = ICONS.iter().find(|(known, _)| *known == slug).map_or(OTHER, |(_, shape)| shape);
    format!(
        "<svg viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" \
         stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\"><path d=\"{shape}\"/></svg>"
    )
}
