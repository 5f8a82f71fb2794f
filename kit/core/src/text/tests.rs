use proptest::prelude::*;

use super::*;

/// Names as people, companies and places have them. Each is accepted and kept to the letter.
const NAMES: [&str; 52] = [
    "Ada Lovelace",
    "O'Brien",
    "Beatrice D’Angelo",
    "Łukasz Żółć",
    "Þórdís Ævarsdóttir",
    "Nguyễn Thị Ánh",
    "Kamāmalu Kaʻahumanu",
    "Jean-François L’Étoile",
    "Søren Å",
    "X",
    "Ø",
    "John Smith 3rd",
    "7-Eleven",
    "İbrahim Şahin",
    "Ștefan Țepeș",
    "Ngọc Trần-Müller & Söhne",
    "Ἀριστοτέλης Ὀδυσσεύς",
    "Фёдор Достоевский",
    "Їжакевич Ґанна",
    "Զարուհի Սարգսյան",
    "ნინო ბურჯანაძე",
    "משה כהן",
    "שָׂרָה בַּת־אַבְרָהָם",
    "ג׳ורג׳ \u{5F4}ה\u{5F4}",
    "محمد عبد الله",
    "مُحَمَّد",
    "ﷺ",
    "نیک\u{200C}پندار",
    "خانه\u{200C}ها",
    "پریسا می\u{200C}خواهم",
    "नरेन्द्र शर्मा",
    "क्\u{200D}ष",
    "র\u{200D}্যাচেল",
    "শ্রীমতী মুখোপাধ্যায়",
    "ಸಿದ್ದರಾಮಯ್ಯ",
    "தமிழ்ச்செல்வன்",
    "ශ්\u{200D}රී ලංකා",
    "චන්ද්\u{200D}රිකා",
    "അവന്\u{200D}",
    "สมชาย ใจดี",
    "ດາວວອນ",
    "အောင်ဆန်းစုကြည်",
    "សុភាព ច័ន្ទ",
    "བསྟན་འཛིན་རྒྱ་མཚོ",
    "ᠮᠣᠩᠭᠣᠯ᠎ᠠ",
    "王小明",
    "𠮷野家",
    "葛\u{E0100}城市",
    "渡邉 すゞ",
    "김철수",
    "ሀይሌ ገብረሥላሴ",
    "👨\u{200D}👩\u{200D}👧\u{200D}👦",
];

#[test]
fn real_names_are_kept_to_the_letter() {
    for text in NAMES {
        assert_eq!(name(text, 100).as_deref(), Ok(text), "{text:?}");
        assert_eq!(line(text, 100).as_deref(), Ok(text), "{text:?}");
        assert_eq!(lines(text, 100).as_deref(), Ok(text), "{text:?}");
    }
}

#[test]
fn emoji_are_names_with_their_colours_flags_and_keycaps() {
    let rainbow = "🏳\u{FE0F}\u{200D}🌈";
    let astronaut = "👩🏽\u{200D}🚀";
    for text in [rainbow, astronaut, "❤\u{FE0F}\u{200D}🔥 Club", "🇪🇺", "1\u{FE0F}\u{20E3}", "Café ☕\u{FE0E}"]
    {
        assert_eq!(name(text, 100).as_deref(), Ok(text), "{text:?}");
    }
}

#[test]
fn what_nobody_sees_or_what_reverses_is_refused() {
    let alone = [
        '\u{3164}',
        '\u{FFA0}',
        '\u{115F}',
        '\u{1160}',
        '\u{2800}',
        '\u{202A}',
        '\u{202B}',
        '\u{202C}',
        '\u{202D}',
        '\u{202E}',
        '\u{2066}',
        '\u{2067}',
        '\u{2068}',
        '\u{2069}',
        '\u{206A}',
        '\u{E0001}',
        '\u{E0041}',
        '\u{E007F}',
        '\u{34F}',
        '\u{17B4}',
        '\u{17B5}',
        '\u{2061}',
        '\u{2064}',
        '\u{1BCA0}',
        '\u{1D173}',
        '\u{FFF9}',
        '\u{FFFE}',
        '\u{0}',
        '\u{7}',
        '\u{1B}',
        '\u{7F}',
        '\u{85}',
        '\u{9F}',
        '\u{2028}',
        '\u{2029}',
        '\r',
        '\n',
        '\t',
    ];
    for found in alone {
        let refused = Err(TextError::NotPlain { found });
        for text in [format!("A{found}da"), format!("{found}"), format!("Ada{found}")] {
            assert_eq!(name(&text, 100), refused, "{text:?}");
            assert_eq!(line(&text, 100), refused, "{text:?}");
        }
        let in_lines = lines(&format!("a{found}b"), 100);
        assert_eq!(in_lines.is_ok(), matches!(found, '\n' | '\t'), "{found:?}");
    }
    // A variation selector without a base, or a second one; a vowel separator outside of Mongolian.
    for (text, found) in [
        ("\u{FE0F}Ada", '\u{FE0F}'),
        ("Ada \u{FE0F}", '\u{FE0F}'),
        ("☕\u{FE0F}\u{FE0F}", '\u{FE0F}'),
        ("葛\u{E0100}\u{E0101}", '\u{E0101}'),
        ("A\u{180E}da", '\u{180E}'),
    ] {
        assert_eq!(name(text, 100), Err(TextError::NotPlain { found }), "{text:?}");
    }
}

#[test]
fn a_name_has_something_to_read() {
    for nothing in
        ["", " ", "\u{3000}", "\u{AD}", "\u{200B}\u{FEFF}", "\u{200E}\u{200F}\u{61C}", "\u{200C}\u{200D}", "\u{2060} "]
    {
        assert_eq!(name(nothing, 100), Err(TextError::Empty), "{nothing:?}");
    }
    for signs in ["-", "...", "\u{301}", "\u{2010}\u{2011}", "#", "🏽"] {
        assert_eq!(name(signs, 100), Err(TextError::NothingToRead), "{signs:?}");
        assert_eq!(line(signs, 100).as_deref(), Ok(signs), "a reference may be of signs only");
    }
    assert_eq!(line("", 0).as_deref(), Ok(""));
}

#[test]
fn what_programs_add_is_removed() {
    let check = |text: &str, kept: &str| assert_eq!(name(text, 100).as_deref(), Ok(kept), "{text:?}");
    check("\u{FEFF} Ada\u{AD}\u{200B} Love\u{2060}lace\u{200E}\u{200F}", "Ada Lovelace");
    check("\u{61C}نگار", "نگار");
    check("Jose\u{301}", "José");
    check("Jose\u{200D}\u{301}", "José");
    // Joiners without an effect: between Latin letters, and after a letter that never joins.
    check("A\u{200D}d\u{200C}a", "Ada");
    check("محمد\u{200C}رضا", "محمدرضا");
    check("نیک\u{200C}\u{200C}پندار", "نیک\u{200C}پندار");
    check("👩\u{200D}", "👩");
    assert_eq!(lines(" a\r\nb\u{AD}\tc \n", 100).as_deref(), Ok("a\nb\tc"));
}

#[test]
fn characters_are_counted_as_they_are_kept() {
    assert_eq!(name("\u{200B} abcd \u{FEFF}", 4).as_deref(), Ok("abcd"));
    assert_eq!(name("e\u{301}e\u{301}", 2).as_deref(), Ok("éé"));
    assert_eq!(name("王小明", 2), Err(TextError::TooLong { max_chars: 2 }));
    assert_eq!(line("abc ", 3), Err(TextError::TooLong { max_chars: 3 }));
}

#[test]
fn errors_name_the_character() {
    let told = name("Ada\u{202E}", 100).map_err(|error| error.to_string());
    assert_eq!(told, Err("must be plain text, but has the character U+202E".to_owned()));
}

/// Characters that change each other's fate, and some from anywhere.
fn character() -> impl Strategy<Value = char> {
    let chosen =
        "aé \u{301}\u{200B}\u{200C}\u{200D}\u{FE0F}\u{180E}\u{180B}ᠠ👩🏽☕بد्क\u{9CD}র\u{E0100}葛\u{AD}\n\u{1100}\u{1161}";
    prop_oneof![
        4 => proptest::sample::select(chosen.chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ]
}

proptest! {
    #[test]
    fn what_is_kept_is_kept_again(text in proptest::collection::vec(character(), 0..12)) {
        let text: String = text.into_iter().collect();
        for rule in [name, line, lines] {
            if let Ok(kept) = rule(&text, 100) {
                prop_assert_eq!(rule(&kept, 100), Ok(kept.clone()));
                prop_assert!(!kept.chars().any(is_removed));
            }
        }
    }
}
