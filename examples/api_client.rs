//! A third party charges a customer through the bank's API, holding the money first and taking part of it later:
//!
//!     cargo run --example api_client -- http://127.0.0.1:8080 API_KEY ACCOUNT_NUMBER PIN
//!
//! `bank-site create-merchant NAME` prints an API key. The operations are those of openapi/bank.json.

use std::error::Error;

use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [bank, api_key, account, pin] = arguments.as_slice() else {
        return Err("usage: api_client BANK_URL API_KEY ACCOUNT_NUMBER PIN".into());
    };
    let client = Client { bank: bank.clone(), api_key: api_key.clone() };

    // The key makes the call safe to repeat: after a timeout, send the very same request again.
    let key = format!("ticket-{}", std::process::id());
    let order = json!({
        "account_number": account, "pin": pin, "amount": "20.00", "currency": "EUR",
        "capture": "manual", "reference": "Concert ticket",
    });
    let held = client.post("/payments", Some(&key), &order)?;
    println!("held {} {}: {}", held["amount"], held["currency"], held["status"]);
    let again = client.post("/payments", Some(&key), &order)?;
    if again["id"] != held["id"] {
        return Err("the same key must give the same payment".into());
    }

    let id = held["id"].as_str().ok_or("a payment has an id")?;
    let capture = json!({ "amount": "15.00", "currency": "EUR", "final": true });
    let captured = client.post(&format!("/payments/{id}/capture"), Some(&format!("{key}-capture")), &capture)?;
    println!("took {}, the rest is free again: {}", captured["captured"], captured["status"]);

    let refund = json!({ "amount": "15.00", "currency": "EUR" });
    let refunded = client.post(&format!("/payments/{id}/refund"), Some(&format!("{key}-refund")), &refund)?;
    println!("gave back {}", refunded["refunded"]);
    Ok(())
}

struct Client {
    bank: String,
    api_key: String,
}

impl Client {
    fn post(&self, path: &str, key: Option<&str>, body: &Value) -> Result<Value, Box<dyn Error>> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut request = agent
            .post(format!("{}/api/v1{path}", self.bank))
            .header("Authorization", format!("Bearer {}", self.api_key));
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let mut response = request.send_json(body)?;
        let answer: Value = response.body_mut().read_json()?;
        if response.status().is_success() {
            Ok(answer)
        } else {
            // Every error has one shape (RFC 9457): a stable code for programs, a detail for people.
            Err(format!("{} ({}): {}", response.status(), answer["code"], answer["detail"]).into())
        }
    }
}
