//! The program: what an operator does with discount codes.

use std::sync::Arc;

use kit_core::Zone;
use shop_core::gateway::scripted::ScriptedGateway;
use shop_site::{StoreConfig, open_shop};
use tempfile::TempDir;

use crate::commands::{path, program, text};

#[test]
fn codes_are_made_listed_and_ended() {
    let folder = TempDir::new().unwrap();
    let database = path(&folder, "shop.db");
    let catalogue = path(&folder, "catalogue.csv");
    std::fs::write(
        &catalogue,
        "sku,name,brand,category,price,stock,description,specifications,vat\n\
         KB-1,Tern 87,Fjordlight,keyboards,100.00,5,Quiet.,keys=87,\n\
         BK-1,A book,Fjordlight,books,20.00,5,Long.,pages=87,7\n",
    )
    .unwrap();
    let call = |arguments: &[&str]| {
        let output = program(arguments).args(["--database", &database]).output().unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    assert_eq!(call(&["discounts", "list"]).0, Some(2), "there is no shop yet");
    assert_eq!(call(&["import", &catalogue]).0, Some(0));
    let made = call(&["discounts", "add", "spring-10", "--percent", "10", "--max-uses", "3", "--minimum", "50.00"]);
    assert_eq!(
        (made.0, made.1.trim_end()),
        (Some(0), "SPRING-10                 10 %  0 of 3 used; from 50.00 EUR on",),
        "{}",
        made.2
    );
    let fixed = call(&[
        "discounts",
        "add",
        "BOOKS",
        "--amount",
        "5",
        "--category",
        "books",
        "--once-per-email",
        "--from",
        "2026-12-01",
        "--until",
        "2099-12-24",
    ]);
    assert_eq!(fixed.0, Some(0), "{}", fixed.2);
    assert_eq!(
        fixed.1.trim_end(),
        "BOOKS                 5.00 EUR  0 of any number used; only books; once per e-mail address; valid from \
         2026-12-01T00:00:00Z; valid until 2099-12-25T00:00:00Z"
    );
    assert_eq!(call(&["discounts", "list"]).1, format!("{}{}", fixed.1, made.1), "by code");
    let ended = call(&["discounts", "end", "Spring-10"]);
    assert!(ended.0 == Some(0) && ended.1.contains("; ended "), "{}{}", ended.1, ended.2);

    let generated = call(&["discounts", "add", "--generate", "3", "--amount", "5", "--minimum", "20"]);
    let codes: Vec<&str> = generated.1.lines().collect();
    assert_eq!((generated.0, codes.len()), (Some(0), 3), "{}", generated.2);
    let listed = call(&["discounts", "list"]).1;
    for code in codes {
        assert_eq!((code.len(), code.matches('-').count()), (14, 2), "{code}");
        assert!(listed.contains(&format!("{code}        5.00 EUR  0 of 1 used; from 20.00 EUR on")), "{listed}");
    }

    let again = call(&["discounts", "add", "SPRING 10", "--percent", "20"]);
    assert!(
        again.0 == Some(0) && again.1.starts_with("SPRING-10                 20 %  0 of any"),
        "{}{}",
        again.1,
        again.2
    );

    // What cannot be is one clear line.
    for (arguments, code, said) in [
        (&["discounts", "add", "SPRING-10", "--percent", "5"][..], 1, "already"),
        (&["discounts", "end", "NEVER"], 1, "do not know this discount code"),
        (&["discounts", "add", "DOCKS", "--percent", "5", "--category", "docks"], 1, "no such category"),
        (&["discounts", "add", "A", "--amount", "1,50"], 2, "--amount"),
        (&["discounts", "add", "A", "--amount", "0"], 1, "amount"),
        (&["discounts", "add", "A", "--percent", "0"], 2, "percentage"),
        (&["discounts", "add", "A_b", "--percent", "1"], 2, "hyphens"),
        (&["discounts", "add", "spring 10", "--percent", "5"], 1, "already"),
        (&["discounts", "add", "A", "--generate", "2", "--percent", "1"], 2, "--generate"),
        (&["discounts", "add", "--generate", "2", "--percent", "1", "--max-uses", "2"], 2, "--generate"),
        (&["discounts", "add", "--generate", "0", "--percent", "1"], 2, "--generate"),
        (&["discounts", "add", "--percent", "1"], 2, "required"),
        (&["discounts", "add", "A", "--percent", "1", "--until", "tomorrow"], 2, "2026-12-01"),
        (&["discounts", "add", "A", "--percent", "1", "--until", "2026-11-29"], 1, "must end in the future"),
        (&["discounts", "add", "A"], 2, "required"),
    ] {
        let answer = call(arguments);
        assert_eq!(answer.0, Some(code), "{arguments:?}: {}{}", answer.1, answer.2);
        assert!(answer.2.contains(said), "{arguments:?}: {}", answer.2);
    }
}

#[test]
fn days_are_those_of_the_shops_zone() {
    let folder = TempDir::new().unwrap();
    let database = path(&folder, "shop.db");
    let mut config = StoreConfig::new(&database);
    config.shop.time_zone = Some(Zone::parse("Europe/Berlin").unwrap());
    drop(open_shop(&config, Arc::new(ScriptedGateway::bank())).unwrap());
    let add = |code: &str, from: &str, until: &str| {
        let add = ["discounts", "add", code, "--percent", "10", "--from", from, "--until", until];
        let output = program(&add).args(["--database", &database]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout).trim_end().to_owned()
    };
    let made = add("DAYS", "2098-06-30", "2099-12-24");
    assert!(made.ends_with("valid from 2098-06-30T00:00:00+02:00; valid until 2099-12-25T00:00:00+01:00"), "{made}");
    let made = add("TIMES", "2098-06-30T12:00:00Z", "2099-12-24T00:00:00-05:00");
    assert!(made.ends_with("valid from 2098-06-30T14:00:00+02:00; valid until 2099-12-24T06:00:00+01:00"), "{made}");
}
