use proptest::prelude::*;

use super::super::chips::{Filter, chips};
use super::*;

fn kind_of(key: &str) -> Option<Kind> {
    match key {
        "ram" | "weight" => Some(Kind::Number { unit: "GB".to_owned() }),
        "panel" => Some(Kind::Text),
        "wireless" => Some(Kind::Flag),
        _ => None,
    }
}

fn read(text: &str) -> ProductQuery {
    parse(text, Currency::EUR, kind_of)
}

#[test]
fn addresses_have_one_form() {
    for (typed, canonical) in [
        ("", ""),
        (
            "?brand=Fjordlight&brand=Brackwell&ram=16..32&price=100..500&in_stock=1&sort=price",
            "brand=Brackwell&brand=Fjordlight&ram=16..32&price=100..500&in_stock=1&sort=price",
        ),
        ("ram.min=16&ram.max=32&price.min=&price.max=99,90", "ram=16..32&price=..99.90"),
        ("ram=64&ram=8&ram=16.0&ram=16", "ram=8&ram=16&ram=64"),
        ("ram=8&ram=16..32", "ram=16..32"),
        ("panel=IPS&panel=OLED&wireless=no", "panel=IPS&panel=OLED&wireless=no"),
        ("q=+quiet%20keys+&category=keyboards&page=3", "q=quiet+keys&category=keyboards&page=3"),
        // Not known: ignored.
        ("utm_source=x&colour=red&brand.min=1&ram.x=2&limit=9&cursor=2-24", ""),
        // Nonsense: dropped.
        ("ram=much&ram=..&ram=32..16&price=9..1&price=cheap&price=-5..&in_stock=perhaps&sort=backwards&page=0", ""),
        ("wireless=yes&wireless=no&panel=&brand=%FF&brand=a%0Ab&category=No+One&page=99999999999", ""),
        ("price=1e5..&ram=1_000&ram=.5&ram=5.&ram=99999999999999999999999", ""),
    ] {
        assert_eq!(write(&read(typed)), canonical, "{typed}");
        assert_eq!(read(canonical), read(typed), "{typed}");
    }
}

#[test]
fn endless_addresses_are_read_in_part() {
    let brands: String = (0..10_000).map(|n| format!("brand=B{n}&")).collect();
    assert_eq!(read(&brands).filters.brands.len(), MAX_VALUES);
    let values: String = (0..10_000).map(|n| format!("ram={n}&")).collect();
    assert!(matches!(&read(&values).filters.specifications["ram"], Wanted::Numbers(all) if all.len() == MAX_VALUES));
    let long = format!("q={}", "ä".repeat(3_000));
    assert_eq!(read(&long).text.map(|text| text.chars().count()), Some(MAX_CHARS));
    assert_eq!(read(&format!("panel={}", "x".repeat(MAX_VALUE_CHARS + 1))), ProductQuery::default());
}

#[test]
fn each_chip_leads_to_the_list_without_it() {
    let query = read("q=a&brand=X&ram=16&ram=32&weight=..2&wireless=yes&price=1..&in_stock=1&sort=name&page=4");
    let chips = chips(&query, kind_of);
    let without: Vec<String> = chips.iter().map(|chip| write(&chip.without)).collect();
    assert_eq!(
        without,
        [
            "q=a&ram=16&ram=32&weight=..2&wireless=yes&price=1..&in_stock=1&sort=name",
            "q=a&brand=X&ram=32&weight=..2&wireless=yes&price=1..&in_stock=1&sort=name",
            "q=a&brand=X&ram=16&weight=..2&wireless=yes&price=1..&in_stock=1&sort=name",
            "q=a&brand=X&ram=16&ram=32&wireless=yes&price=1..&in_stock=1&sort=name",
            "q=a&brand=X&ram=16&ram=32&weight=..2&price=1..&in_stock=1&sort=name",
            "q=a&brand=X&ram=16&ram=32&weight=..2&wireless=yes&in_stock=1&sort=name",
            "q=a&brand=X&ram=16&ram=32&weight=..2&wireless=yes&price=1..&sort=name",
        ]
    );
    assert!(matches!(&chips[1].filter, Filter::Value { value, .. } if value.to_string() == "16 GB"));
    let only = super::super::chips::chips(&read("ram=16"), kind_of);
    assert!(only[0].without.filters.is_empty(), "the last value takes its key with it");
}

fn decimal() -> impl Strategy<Value = Decimal> + Clone {
    (-1_000_000_i64..1_000_000, 0_u32..4).prop_map(|(number, scale)| Decimal::new(number, scale).normalize())
}

fn span_of<T: PartialOrd + Copy + std::fmt::Debug>(
    end: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Span<T>> {
    let end = prop::option::of(end);
    (end.clone(), end).prop_map(|(a, b)| match (a, b) {
        (Some(a), Some(b)) if a > b => Span { from: Some(b), to: Some(a) },
        (from, to) => Span { from, to },
    })
}

fn said() -> impl Strategy<Value = String> {
    let text = "[a-zA-Zäß0-9&=+%;# ./\\\\\"'-]{1,20}";
    text.prop_map(|text: String| text.trim().to_owned()).prop_filter("said", |text| !text.is_empty())
}

fn queries() -> impl Strategy<Value = ProductQuery> {
    let number = prop_oneof![
        prop::collection::btree_set(decimal(), 1..4).prop_map(Wanted::Numbers),
        span_of(decimal()).prop_filter("an end", |span| !span.is_open()).prop_map(Wanted::Between),
    ];
    let specifications = (
        prop::option::of(number),
        prop::option::of(prop::collection::btree_set(said(), 1..4).prop_map(Wanted::Texts)),
        prop::option::of(any::<bool>().prop_map(Wanted::Flag)),
    );
    let sort = prop::sample::select(&Sort::ALL[..]);
    let list = (prop::option::of(said()), prop::option::of("[a-z-]{1,9}"), sort, 0_u32..9);
    let brands = prop::collection::btree_set(said(), 0..4);
    let price = span_of(0_i64..100_000_000);
    (list, brands, specifications, price, any::<bool>()).prop_map(|(list, brands, wanted, price, in_stock)| {
        let (text, category, sort, page) = list;
        let mut query = ProductQuery { text, sort, ..ProductQuery::default() };
        query.page = if page == 1 { 0 } else { page };
        query.category = category.and_then(|slug| Slug::parse(&slug));
        let (ram, panel, wireless) = wanted;
        let wanted = [("ram", ram), ("panel", panel), ("wireless", wireless)];
        let specifications = &mut query.filters.specifications;
        specifications.extend(wanted.into_iter().filter_map(|(key, wanted)| Some((key.to_owned(), wanted?))));
        query.filters.brands = brands;
        query.filters.price = price.map(|minor| Money::new(*minor, Currency::EUR));
        query.filters.in_stock = in_stock;
        query
    })
}

proptest! {
    #[test]
    fn every_query_comes_back_from_its_address(query in queries()) {
        let address = write(&query);
        prop_assert_eq!(read(&address), query, "{}", address);
    }

    #[test]
    fn any_address_has_a_form_that_stays(
        text in "((q|brand|ram|ram.min|panel|wireless|price|price.max|sort|in_stock|x)=(\\PC{0,6}|%[0-9A-F]{2}|16|8..|yes)&){0,8}",
    ) {
        let once = write(&read(&text));
        prop_assert_eq!(write(&read(&once)), once.clone(), "{}", text);
        prop_assert_eq!(read(&once), read(&text));
    }
}

#[test]
fn a_program_is_told_of_every_filter_that_cannot_be_used() {
    let kinds = |key: &str| match key {
        "ram" => Some(Kind::Number { unit: "GB".to_owned() }),
        "panel" => Some(Kind::Text),
        "wireless" => Some(Kind::Flag),
        _ => None,
    };
    let read = |text: &str| {
        let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        filters(&pairs, Currency::EUR, kinds)
    };
    let good = read("ram=16&ram=32&panel=OLED&wireless=false&brand=A&brand=B&price=100..500").expect("good filters");
    assert_eq!((good.brands.len(), good.specifications.len(), good.price.is_open()), (2, 3, false));
    assert_eq!(good.specifications["wireless"], Wanted::Flag(false));
    let unknown = |name: &str| Err(vec![BadFilter::Unknown(name.to_owned())]);
    let unfit = |name: &str| Err(vec![BadFilter::Unfit(name.to_owned())]);
    let both = vec![BadFilter::Unknown("colour".to_owned()), BadFilter::Unfit("price".to_owned())];
    assert_eq!(read("colour=red&price=cheap&ram=16"), Err(both));
    assert_eq!(read("colour=red"), unknown("colour"));
    assert_eq!(read("page=2"), unknown("page"));
    assert_eq!(read("ram.min=16"), unknown("ram.min"));
    assert_eq!(read("ram=much"), unfit("ram"));
    assert_eq!(read("ram=32..16"), unfit("ram"));
    assert_eq!(read("ram=1..2&ram=3..4"), unfit("ram"));
    assert_eq!(read("ram=16&ram=8..32"), unfit("ram"));
    assert_eq!(read("wireless=yes"), unfit("wireless"));
    assert_eq!(read("wireless=true&wireless=false"), unfit("wireless"));
    assert_eq!(read("price=cheap"), unfit("price"));
    assert_eq!(read("price=1,50..2"), unfit("price"));
    assert_eq!(read("price=500..100"), unfit("price"));
    assert_eq!(read(&"ram=16&".repeat(51)), unfit("ram"));
}
