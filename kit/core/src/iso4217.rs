//! How many decimals each currency of ISO 4217 has.
//!
//! Source: List One of ISO 4217, kept by SIX for ISO
//! (<https://www.six-group.com/en/products-services/financial-information/data-standards.html>), as it holds since
//! 1 January 2026, when the Bulgarian lev gave way to the euro. Codes for which the list has no minor unit ("N.A.":
//! metals, drawing rights, `XTS` for tests) are left out.
//!
//! Where the list changes, change it here: databases keep the decimals that they recorded, see
//! [`Currency::to_stored`](crate::Currency::to_stored).

const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";

const TWO: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE \
                   CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD \
                   HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK \
                   MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD \
                   RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH \
                   USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG";

const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";

const FOUR: &str = "CLF UYW";

/// The decimals of a code; `None` where the list does not know it.
pub(crate) const fn decimals(code: [u8; 3]) -> Option<u8> {
    if lists(NONE, code) {
        Some(0)
    } else if lists(TWO, code) {
        Some(2)
    } else if lists(THREE, code) {
        Some(3)
    } else if lists(FOUR, code) {
        Some(4)
    } else {
        None
    }
}

/// Whether a list of codes, with a blank between each, has this one.
pub(crate) const fn lists(list: &str, code: [u8; 3]) -> bool {
    let (list, mut at) = (list.as_bytes(), 0);
    while at + 2 < list.len() {
        if list[at] == code[0] && list[at + 1] == code[1] && list[at + 2] == code[2] {
            return true;
        }
        at += 4;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once() {
        let mut codes: Vec<&str> = [NONE, TWO, THREE, FOUR].iter().flat_map(|list| list.split(' ')).collect();
        assert!(codes.iter().all(|code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())), "{codes:?}");
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
    }

    #[test]
    fn a_code_is_found_only_where_it_begins() {
        assert_eq!(decimals(*b"XAF"), Some(0));
        assert_eq!(decimals(*b"ZWG"), Some(2));
        assert_eq!(decimals(*b"TND"), Some(3));
        assert_eq!(decimals(*b"UYW"), Some(4));
        assert_eq!(decimals(*b"XTS"), None);
        assert_eq!(decimals(*b"ED "), None);
    }
}
