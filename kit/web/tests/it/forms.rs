//! Forms: strict reading, accessible rendering.

use kit_web::forms::{Field, FormData, FormErrors, Kind};

#[test]
fn a_form_is_read_in_order() {
    let form = FormData::parse(b"b=2&a=1+2%263&%C3%BC=%E2%82%AC&tick&empty=").unwrap();
    let fields: Vec<_> = form.iter().collect();
    assert_eq!(fields, [("b", "2"), ("a", "1 2&3"), ("ü", "€"), ("tick", ""), ("empty", "")]);
    assert!(form.has("tick") && !form.has("missing"));
    assert_eq!(form.get("missing"), "");
    assert_eq!(FormData::parse(b"a=+x+").unwrap().text("a"), "x");
}

#[test]
fn what_is_not_one_clear_form_is_refused_without_repeating_it() {
    let many = (0..300).map(|n| format!("f{n}=849271")).collect::<Vec<_>>().join("&");
    for body in [
        "a=849271&a=2",
        "a=1&%61=849271",
        "a=%ff849271",
        "a=849271%",
        "a=849271%4",
        "a=849271%zz",
        "a=%+1849271",
        &many,
    ] {
        let Err(problem) = FormData::parse(body.as_bytes()) else { panic!("{body} was accepted") };
        assert_eq!(problem.status, 400);
        assert!(!problem.to_json().to_string().contains("849271"));
    }
    assert!(FormData::parse(b"a=\xff").is_err());
}

#[test]
fn secrets_are_taken_out_and_not_trimmed() {
    let mut form = FormData::parse(b"pin=+0042+").unwrap();
    assert_eq!(form.take_secret("pin").expose(), " 0042 ");
    assert_eq!(form.get("pin"), "");
    assert_eq!(form.take_secret("missing").expose(), "");
}

#[test]
fn typed_fields_note_what_is_wrong() {
    let form = FormData::parse(b"count=+12+&size=big").unwrap();
    let mut errors = FormErrors::new();
    assert_eq!(form.parse_field::<u32>("count", &mut errors, "Enter a number."), Some(12));
    assert!(errors.is_empty());
    assert_eq!(form.parse_field::<u32>("size", &mut errors, "Enter a number."), None);
    errors.add("size", "not the first message");
    assert_eq!(errors.of("size"), Some("Enter a number."));
    assert!(!errors.is_empty() && errors.of("count").is_none());
}

#[test]
fn a_field_is_labelled_described_and_marked() {
    let mut errors = FormErrors::new();
    errors.add("amount", "Enter an amount such as 12.90.");
    let field =
        Field::new(Kind::Amount, "amount", "Amount").hint("In euros").value("abc").max_length(12).errors(&errors);
    let html = field.to_string();
    for part in [
        r#"<label for="amount">Amount</label>"#,
        r#"<p class="field-hint" id="amount-hint">In euros</p>"#,
        r#"id="amount-error""#,
        r#"aria-describedby="amount-hint amount-error""#,
        r#"aria-invalid="true""#,
        r#"inputmode="decimal""#,
        r#"value="abc""#,
        r#"maxlength="12""#,
        " required",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    let second = Field::new(Kind::Text, "name", "Name").id("name-2").hint("Again").to_string();
    for part in [r#"for="name-2""#, r#"id="name-2""#, r#"name="name""#, r#"aria-describedby="name-2-hint""#] {
        assert!(second.contains(part), "{part} is not in {second}");
    }
    let plain = Field::new(Kind::Text, "name", "Name").optional().to_string();
    for part in ["aria-", "required", "value="] {
        assert!(!plain.contains(part), "{part} is in {plain}");
    }
    assert!(plain.contains("(optional)"));
}

#[test]
fn secrets_are_never_rendered() {
    let form = FormData::parse(b"pin=849271").unwrap();
    for kind in [Kind::Pin, Kind::Password] {
        let html = Field::new(kind, "pin", "PIN").value("849271").sent(&form).to_string();
        assert!(html.contains(r#"type="password""#) && !html.contains("849271"), "{html}");
    }
}

#[test]
fn what_was_sent_is_escaped() {
    let form = FormData::parse(b"x=%22%3E%3Cscript%3E%3C/textarea%3E%3Cscript%3E").unwrap();
    for kind in [Kind::Text, Kind::TextArea] {
        let html = Field::new(kind, "x", "<b>").sent(&form).hint("<i>").to_string();
        assert!(!html.contains("<script>") && !html.contains("<b>") && !html.contains("<i>"), "{html}");
    }
}

#[test]
fn choices_and_boxes() {
    let form = FormData::parse(b"size=m&terms=on").unwrap();
    let select =
        Field::new(Kind::Select, "size", "Size").choice("s", "Small").choice("m", "Medium").sent(&form).to_string();
    assert!(select.contains(r#"<option value="m" selected>Medium</option>"#), "{select}");
    assert!(select.contains(r#"<option value="s">Small</option>"#), "{select}");
    let terms = Field::new(Kind::Checkbox, "terms", "Terms").sent(&form).to_string();
    assert!(terms.contains(" checked"), "{terms}");
    assert!(!Field::new(Kind::Checkbox, "other", "Other").sent(&form).to_string().contains(" checked"));
}
