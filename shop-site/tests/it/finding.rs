//! Narrowing, searching and comparing on the pages.

use kit_web::testing::{Answer, Browser};
use poem::http::Method;

use crate::browse::shipped;
use crate::world::{World, api};

/// The addresses of products in the list of a page, each once.
fn listed(page: &Answer) -> Vec<String> {
    let main = page.text.split_once("class=\"cards\"").map_or("", |(_, cards)| cards);
    let cards = main.split_once("</ul>").map_or("", |(cards, _)| cards);
    cards.split("href=\"/products/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// The chips of a page: what each says, and the address that it leads to.
fn chips(page: &Answer) -> Vec<(String, String)> {
    let Some((_, rest)) = page.text.split_once("<ul class=\"chips\"") else { return Vec::new() };
    let chips = rest.split_once("</ul>").unwrap().0;
    let read = |chip: &str| {
        let (href, rest) = chip.split_once('"')?;
        let (_, label) = rest.split_once("</span>")?;
        Some((label.split_once(" <span").unwrap().0.to_owned(), href.replace("&#38;", "&")))
    };
    chips.split("<a href=\"").skip(1).filter_map(read).collect()
}

#[tokio::test]
async fn a_filter_narrows_and_its_chip_takes_it_away() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    let all = browser.get("/categories/laptops").await;
    assert!(chips(&all).is_empty());
    let asked = "/categories/laptops?brand=Fjordlight&brand=Brackwell&ram=16";
    let narrowed = browser.get(asked).await;
    let by_api =
        api(&app, Method::GET, "/products?category=laptops&brand=Fjordlight&brand=Brackwell&ram=16&sort=name", None);
    let by_api = by_api.await.json();
    let expected: Vec<&str> =
        by_api["products"].as_array().unwrap().iter().map(|p| p["sku"].as_str().unwrap()).collect();
    assert!(!expected.is_empty() && expected.len() < listed(&all).len());
    assert_eq!(listed(&narrowed), expected);
    for ticked in ["name=\"brand\" value=\"Fjordlight\" checked", "name=\"ram\" value=\"16\" checked"] {
        assert!(narrowed.text.contains(ticked), "{ticked}: {}", narrowed.text);
    }
    let said = chips(&narrowed);
    let labels: Vec<&str> = said.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ["Brackwell", "Fjordlight", "Memory: 16\u{a0}GB"]);
    // One after the other, they lead back to the whole list.
    assert_eq!(said[0].1, "/categories/laptops?brand=Fjordlight&ram=16");
    let without = browser.get(&said[2].1).await;
    assert!(listed(&without).len() > expected.len());
    assert!(narrowed.text.contains("<a class=\"clear\" href=\"/categories/laptops\">Clear all</a>"));
}

#[tokio::test]
async fn what_the_form_sends_becomes_an_address_to_share() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    let sent = "/search?q=monitor&sort=price&price.min=200&price.max=500%2C50&in_stock=1&weight.min=&weight.max=";
    let answer = browser.get(sent).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let address = "/search?q=monitor&price=200..500.50&in_stock=1&sort=price";
    assert_eq!(answer.header("location"), address);
    let page = browser.get(address).await;
    assert_eq!(page.status, 200);
    let labels: Vec<String> = chips(&page).into_iter().map(|(label, _)| label).collect();
    assert_eq!(labels, ["€200.00 to €500.50", "In stock"]);
    assert!(page.text.contains("name=\"price.max\" value=\"500.50\""), "{}", page.text);
    assert!(page.text.contains("<input type=\"hidden\" name=\"q\" value=\"monitor\">"));
    assert_eq!(browser.get("/search?q=&price.min=9").await.header("location"), "/products?price=9..");
}

#[tokio::test]
async fn a_price_is_read_by_the_pages_language() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    for (typed, to) in [("1,299.00", "1299"), ("%E2%82%AC100", "100"), ("1.299,00", "1299"), ("100+EUR", "100")] {
        let sent = browser.get(&format!("/products?price.min={typed}&price.max=")).await;
        assert_eq!(
            (sent.status, sent.header("location")),
            (303, format!("/products?price={to}..").as_str()),
            "{typed}"
        );
    }
    browser.get("/products").await;
    browser.post("/language", &[("language", "de")]).await;
    for (typed, to) in [("1.299", "1299"), ("1.299,00", "1299"), ("99,90", "99.90"), ("100+%E2%82%AC", "100")] {
        let sent = browser.get(&format!("/products?price.min={typed}&price.max=")).await;
        assert_eq!(
            (sent.status, sent.header("location")),
            (303, format!("/products?price={to}..").as_str()),
            "{typed}"
        );
    }
    let page = browser.get("/products?price.min=1,299&price.max=").await;
    assert!(page.status == 400 && page.text.contains("Bitte gib einen Preis wie 1.299 ein."), "{}", page.text);
}

#[tokio::test]
async fn a_price_that_cannot_be_read_is_an_error_beside_its_field_and_other_filters_stay() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    let narrowed = listed(&browser.get("/categories/laptops?brand=Fjordlight").await);
    for (asked, typed, said) in [
        ("price.min=1.299&price.max=", "name=\"price.min\" value=\"1.299\"", "Please enter a price such as 1,299."),
        ("price.min=&price.max=cheap", "name=\"price.max\" value=\"cheap\"", "Please enter a price such as 1,299."),
        (
            "price.min=900&price.max=100",
            "name=\"price.min\" value=\"900\"",
            "The first value is larger than the second.",
        ),
        ("price=900..100", "name=\"price.max\" value=\"100\"", "The first value is larger than the second."),
        ("weight.min=heavy&weight.max=", "name=\"weight.min\" value=\"heavy\"", "Please enter a number such as 1.5."),
    ] {
        let page = browser.get(&format!("/categories/laptops?brand=Fjordlight&{asked}")).await;
        assert_eq!(page.status, 400, "{asked}");
        let key = asked.split(['.', '=']).next().unwrap();
        for part in
            [typed, said, "aria-invalid=\"true\"", &format!("id=\"{key}-error\""), "<details class=\"filters\" open>"]
        {
            assert!(page.text.contains(part), "{part}: {}", page.text);
        }
        assert_eq!(listed(&page), narrowed, "{asked}");
        assert_eq!(chips(&page).len(), 1, "{asked}");
    }
    let nothing = browser.get("/search?q=nothing-like-it&price.min=cheap").await;
    assert!(nothing.text.contains("id=\"price-error\""), "{}", nothing.text);
    let attack = browser.get("/products?price.min=%22%3E%3Cscript%3E").await;
    assert!(attack.text.contains("id=\"price-error\"") && !attack.text.contains("\"><script>"), "{}", attack.text);
}

#[tokio::test]
async fn pages_of_a_list_keep_its_filters() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    let first = browser.get("/products?in_stock=1&sort=price").await;
    assert!(first.text.contains("href=\"/products?in_stock=1&#38;sort=price&#38;page=2\""), "{}", first.text);
    let second = browser.get("/products?in_stock=1&sort=price&page=2").await;
    assert!(!listed(&second).is_empty() && listed(&first) != listed(&second));
    assert!(second.text.contains("href=\"/products?in_stock=1&#38;sort=price\""), "the way back: {}", second.text);
    assert_eq!(chips(&second)[0].1, "/products?sort=price", "without a filter, from the first page");
}

#[tokio::test]
async fn a_search_is_narrowed_to_a_category_and_back() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    let page = browser.get("/search?q=usb").await;
    assert!(page.text.contains("href=\"/search?q=usb&#38;category=docks\""), "{}", page.text);
    let docks = browser.get("/search?q=usb&category=docks").await;
    assert!(
        !listed(&docks).is_empty() && listed(&docks).iter().all(|sku| sku.starts_with("DK-")),
        "{:?}",
        listed(&docks)
    );
    assert_eq!(chips(&docks), [("Docks".to_owned(), "/search?q=usb".to_owned())]);
    assert!(docks.text.contains("<input type=\"hidden\" name=\"category\" value=\"docks\">"));
    // In the whole shop, a category is a place of its own; what else was chosen comes along.
    let all = browser.get("/products?in_stock=1").await;
    assert!(all.text.contains("href=\"/categories/docks?in_stock=1\""), "{}", all.text);
}

#[tokio::test]
async fn a_mistyped_search_leads_to_what_was_meant() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    let page = browser.get("/search?q=quiet+keybord").await;
    let link = "<a href=\"/search?q=quiet+keyboard\">Did you mean “quiet keyboard”?</a>";
    assert!(page.text.contains(link), "{}", page.text);
    assert!(!browser.get("/search?q=quiet+keyboard").await.text.contains("Did you mean"));
}

#[tokio::test]
async fn what_has_most_words_says_so_in_both_languages_and_by_api() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    let english = "No product has all your words; these have most of them.";
    let german = "Kein Produkt enthält alle deine Wörter; diese hier enthalten die meisten davon.";
    let most = browser.get("/search?q=wireless+mouse+for+chromebook").await;
    assert!(most.text.contains(english) && !listed(&most).is_empty(), "{}", most.text);
    let narrowed = browser.get("/search?q=wireless+mouse+for+chromebook&price.max=0.01").await;
    assert!(!narrowed.text.contains(english), "there are none to have them");
    for all in ["/search?q=wireless+mouse", "/search?q=lenovo+laptop"] {
        assert!(!browser.get(all).await.text.contains(english), "{all}");
    }
    browser.post("/language", &[("language", "de")]).await;
    let most = browser.get("/search?q=wireless+mouse+for+chromebook").await;
    assert!(most.text.contains(german), "{}", most.text);
    let by_api = api(&app, Method::GET, "/products?q=wireless+mouse+for+chromebook", None).await.json();
    assert_eq!(by_api["most_words"], true);
    let by_api = api(&app, Method::GET, "/products?q=wireless+mouse", None).await.json();
    assert!(by_api["most_words"].is_null() && by_api["total"].as_u64() > Some(0));
}

#[tokio::test]
async fn found_words_are_marked_and_nothing_else_is_markup() {
    let app = World::new().app();
    let mut browser = Browser::new(&app);
    let page = browser.get("/search?q=tern").await;
    assert!(page.text.contains("<mark>Tern</mark> 87"), "{}", page.text);
    // The product is called <b>Wren</b>.
    for query in ["%3Cb%3E", "b", "wren", "%3Cb%3Ewren%3C/b%3E"] {
        let page = browser.get(&format!("/search?q={query}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("<mark>"), "{query} finds it: {}", page.text);
        assert!(!page.text.contains("<b>") && !page.text.contains("</b>"), "{query}: {}", page.text);
    }
    let page = browser.get("/search?q=%22%3E%3Cscript%3E&brand=%22%3E%3Cscript%3E").await;
    assert!(!page.text.contains("<script>") && !page.text.contains("\"><script"), "{}", page.text);
}

#[tokio::test]
async fn nothing_that_fits_is_a_page_that_leads_on() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    let page = browser.get("/categories/mice?price=99999..").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("No product has all of this at once"), "{}", page.text);
    assert!(page.text.contains("class=\"button\" href=\"/categories/mice\""));
    let page = browser.get("/search?q=xyzzy").await;
    assert_eq!(listed(&page).len(), 4, "something to begin with");
}

#[tokio::test]
async fn products_stand_side_by_side() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    let page = browser.get("/compare?sku=LT-1401&sku=LT-1402&sku=LT-1401").await;
    assert_eq!(page.status, 200);
    for words in ["What differs", "What is the same", "16\u{a0}GB", "32\u{a0}GB", "€1,399.00", "€1,849.00"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let (different, same) = page.text.split_once("What is the same").unwrap();
    assert!(different.contains(">Memory<") && same.contains(">Screen size<") && !same.contains(">Memory<"));
    assert!(page.text.contains("href=\"/compare?sku=LT-1402\""), "without the first");
    let added = page.text.split("href=\"/compare?sku=LT-1401&#38;sku=LT-1402&#38;sku=").nth(1).expect("one to add");
    let added = added.split('"').next().unwrap();
    let three = browser.get(&format!("/compare?sku=LT-1401&sku=LT-1402&sku={added}")).await;
    assert_eq!(three.text.matches("scope=\"col\"").count(), 3);
}

#[tokio::test]
async fn a_comparison_has_limits_in_words() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    let none = browser.get("/compare").await;
    assert!(none.status == 200 && none.text.contains("Nothing to compare yet"), "{}", none.text);
    let one = browser.get("/compare?sku=LT-1401").await;
    assert!(one.status == 200 && one.text.contains("Add one to compare"), "{}", one.text);
    assert!(one.text.contains("href=\"/compare?sku=LT-1401&#38;sku="));
    let five = "/compare?sku=LT-1301&sku=LT-1401&sku=LT-1402&sku=LT-1601&sku=LT-1403";
    let page = browser.get(five).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("You chose 5 products, and 4 fit side by side."), "{}", page.text);
    assert!(page.text.contains("href=\"/compare?sku=LT-1401&#38;sku=LT-1402&#38;sku=LT-1601&#38;sku=LT-1403\""));
    let many: String = (0..200).map(|n| format!("&sku=LT-{n}")).collect();
    for path in ["/compare?sku=NONE-1", "/compare?sku=LT-1401&sku=%3Cb%3E", &format!("/compare?{many}")] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text.contains("We do not sell this product"), "{}", page.text);
    }
}

#[tokio::test]
async fn a_product_says_when_it_arrives_and_what_goes_with_it() {
    let world = shipped();
    let app = world.app();
    let mut browser = Browser::new(&app);
    // The clock stands on Sunday, 22 November 2026.
    let page = browser.get("/products/LT-1401").await;
    for words in ["Arrives 24–25 November 2026", "Arrives 23 November 2026", "Ready 23 November 2026", "€12.90", "free"]
    {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(page.text.contains("Goes well with it") && page.text.contains("Similar products"));
    assert!(page.text.contains("href=\"/compare?sku=LT-1401\""));
    world.advance(86_400);
    assert!(browser.get("/products/LT-1401").await.text.contains("Ready today"));
    let sold_out = browser.get("/products/LT-1801").await;
    assert!(sold_out.text.contains("sold out") && !sold_out.text.contains("Delivery, if you order now"));
}
