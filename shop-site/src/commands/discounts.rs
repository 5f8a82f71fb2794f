//! `shop-site discounts`: what an operator does with discount codes.

use clap::{Args, Subcommand};
use kit_core::{Calendar, Currency, Day, Money, Timestamp};
use shop_core::rules::discount::MAX_GENERATED;
use shop_core::rules::totals::{parse_percent, percent};
use shop_core::{Benefit, Discount, DiscountCode, DiscountTerms, Error, Refusal, Slug};

use super::storage::Storage;
use super::{Stop, say};

#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a discount code
    Add(AddArguments),
    /// List every discount code there ever was, and how many orders hold it
    List(ListArguments),
    /// End a discount code at once; orders that hold it keep their price
    End(EndArguments),
}

#[derive(Args)]
#[group(id = "benefit", required = true, multiple = false)]
struct BenefitArguments {
    /// What it takes off, in percent of the goods that it is for, such as 10 or 7.5
    #[arg(long, value_parser = read_percent)]
    percent: Option<u32>,
    /// What it takes off, as an amount in the shop's currency, such as 5.00
    #[arg(long)]
    amount: Option<String>,
}

#[derive(Args)]
struct AddArguments {
    /// 1 to 32 letters, digits and hyphens; case, blanks and hyphens do not count where it is typed
    #[arg(value_parser = read_code, required_unless_present = "generate")]
    code: Option<DiscountCode>,
    /// Make so many codes that nobody can guess (60 random bits), each for one order, and print them alone
    #[arg(
        long, value_name = "COUNT", conflicts_with_all = ["code", "max_uses"],
        value_parser = clap::value_parser!(u32).range(1..=MAX_GENERATED as i64)
    )]
    generate: Option<u32>,
    #[command(flatten)]
    benefit: BenefitArguments,
    /// From which value of goods on, before the discount
    #[arg(long, value_name = "AMOUNT")]
    minimum: Option<String>,
    /// From when on, such as 2026-12-01 or 2026-12-01T08:00:00+01:00; days are those of the shop's time zone
    #[arg(long, value_name = "TIME", value_parser = read_moment)]
    from: Option<Moment>,
    /// Until when: a time, at which it is over, or a day, at the end of which it is over
    #[arg(long, value_name = "TIME", value_parser = read_moment)]
    until: Option<Moment>,
    /// How many orders may hold it at a time; one that ends unpaid or is cancelled gives its use back
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    max_uses: Option<u32>,
    /// Each e-mail address may use it once
    #[arg(long)]
    once_per_email: bool,
    /// Only for goods of this category: its slug
    #[arg(long, value_name = "SLUG", value_parser = read_category)]
    category: Option<Slug>,
    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
struct ListArguments {
    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
struct EndArguments {
    /// The code
    #[arg(value_parser = read_code)]
    code: DiscountCode,
    #[command(flatten)]
    storage: Storage,
}

fn read_code(text: &str) -> Result<DiscountCode, String> {
    DiscountCode::parse(text).ok_or_else(|| "expected 1 to 32 letters, digits and hyphens".to_owned())
}

fn read_category(text: &str) -> Result<Slug, String> {
    Slug::parse(text).ok_or_else(|| "expected a category's slug such as graphics-cards".to_owned())
}

fn read_percent(text: &str) -> Result<u32, String> {
    let percent = parse_percent(text).filter(|percent| *percent > 0);
    percent.ok_or_else(|| "expected a percentage from 0.01 to 100 such as 10 or 7.5".to_owned())
}

/// When a code begins or ends.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// A day of the shop's.
    Day(Day),
    At(Timestamp),
}

fn read_moment(text: &str) -> Result<Moment, String> {
    let time = || Timestamp::parse_rfc3339(text).map(Moment::At);
    let expected = || "expected a day such as 2026-12-01 or a time such as 2026-12-01T08:00:00+01:00".to_owned();
    Day::parse(text).map(Moment::Day).or_else(time).ok_or_else(expected)
}

impl Moment {
    fn begins(self, calendar: Calendar) -> Timestamp {
        match self {
            Self::Day(day) => calendar.start(day),
            Self::At(at) => at,
        }
    }

    /// A day is included: what ends with it is over when the next one begins.
    fn ends(self, calendar: Calendar) -> Timestamp {
        match self {
            Self::Day(day) => calendar.start(day.plus(1)),
            Self::At(at) => at,
        }
    }
}

fn read_amount(text: &str, option: &str, currency: Currency) -> Result<Money, Stop> {
    Money::parse(text, currency).map_err(|error| Stop::Setting(format!("{option}: {error}")))
}

pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    match arguments.command {
        Command::Add(arguments) => add(arguments),
        Command::List(arguments) => list(&arguments),
        Command::End(arguments) => end(&arguments),
    }
}

fn add(arguments: AddArguments) -> Result<(), Stop> {
    let AddArguments { code, generate, benefit, minimum, from, until, max_uses, once_per_email, category, storage } =
        arguments;
    let currency = storage.config().shop.currency;
    let amount = |text: Option<&str>, option| text.map(|text| read_amount(text, option, currency)).transpose();
    let benefit = match (benefit.percent, amount(benefit.amount.as_deref(), "--amount")?) {
        (Some(percent), _) => Benefit::Percent(percent),
        (None, amount) => Benefit::Fixed(amount.unwrap_or(Money::zero(currency))),
    };
    let minimum = amount(minimum.as_deref(), "--minimum")?;
    // Generated ones have codes of their own.
    let code = code.or_else(|| DiscountCode::from_stored("GENERATED")).ok_or(Refusal::DiscountNotFound);
    let shop = storage.open_existing()?;
    let calendar = shop.calendar();
    let terms = DiscountTerms {
        code: code.map_err(Error::Refused)?,
        benefit,
        minimum,
        valid_from: from.map(|from| from.begins(calendar)),
        valid_until: until.map(|until| until.ends(calendar)),
        max_uses,
        once_per_email,
        category,
    };
    match generate {
        Some(count) => shop.generate_discounts(&terms, count as usize)?.iter().for_each(|code| say(code.as_str())),
        None => say(&line(&shop.add_discount(terms)?, calendar)),
    }
    Ok(())
}

fn list(arguments: &ListArguments) -> Result<(), Stop> {
    let shop = arguments.storage.open_existing()?;
    for discount in shop.discounts()? {
        say(&line(&discount, shop.calendar()));
    }
    Ok(())
}

fn end(arguments: &EndArguments) -> Result<(), Stop> {
    let shop = arguments.storage.open_existing()?;
    say(&line(&shop.end_discount(&arguments.code)?, shop.calendar()));
    Ok(())
}

fn line(discount: &Discount, calendar: Calendar) -> String {
    let terms = &discount.terms;
    let benefit = match terms.benefit {
        Benefit::Percent(basis_points) => format!("{} %", percent(basis_points)),
        Benefit::Fixed(amount) => amount.to_string(),
    };
    let most = terms.max_uses.map_or_else(|| "any number".to_owned(), |most| most.to_string());
    let mut line = format!("{:<16}  {benefit:>12}  {} of {most} used", terms.code.as_str(), discount.uses);
    let mut add = |text: String| line.push_str(&format!("; {text}"));
    if let Some(minimum) = terms.minimum {
        add(format!("from {minimum} on"));
    }
    if let Some(category) = &terms.category {
        add(format!("only {category}"));
    }
    if terms.once_per_email {
        add("once per e-mail address".to_owned());
    }
    if let Some(from) = terms.valid_from {
        add(format!("valid from {}", calendar.rfc3339_seconds(from)));
    }
    if let Some(until) = terms.valid_until {
        add(format!("valid until {}", calendar.rfc3339_seconds(until)));
    }
    if let Some(at) = discount.ended_at {
        add(format!("ended {}", calendar.rfc3339_seconds(at)));
    }
    line
}
