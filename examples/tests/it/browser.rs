//! A browser without scripts, over real sockets: it keeps cookies, follows redirects and fills in the forms it is shown.

use std::collections::BTreeMap;

use ureq::Agent;
use ureq::http::Response;

/// A browser window on one site.
pub(crate) struct Browser {
    agent: Agent,
    site: String,
    cookies: BTreeMap<String, String>,
}

/// A page as it was answered.
pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Browser {
    /// A browser that has never been on `site`, such as `http://127.0.0.1:8080`.
    pub(crate) fn on(site: &str) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        Self { agent, site: site.to_owned(), cookies: BTreeMap::new() }
    }

    /// Opens a page.
    pub(crate) fn open(&mut self, path: &str) -> Page {
        let mut request = self.agent.get(format!("{}{path}", self.site)).header("Sec-Fetch-Site", "none");
        if !self.cookies.is_empty() {
            request = request.header("Cookie", self.cookie_line());
        }
        let response = request.call().expect("the site answers");
        self.arrive(path, response)
    }

    /// Fills in the form of `page` that is sent to `action` and sends it: hidden fields as they are, the others as given.
    pub(crate) fn send(&mut self, page: &Page, action: &str, filled: &[(&str, &str)]) -> Page {
        let mut fields = page.hidden_fields(action);
        fields.extend(filled.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let request = self
            .agent
            .post(format!("{}{action}", self.site))
            .header("Sec-Fetch-Site", "same-origin")
            .header("Cookie", self.cookie_line());
        let response = request.send_form(fields).expect("the site answers");
        self.arrive(action, response)
    }

    fn cookie_line(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn arrive(&mut self, path: &str, mut response: Response<ureq::Body>) -> Page {
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().expect("a plain cookie");
            let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = response.headers().get("location").and_then(|to| to.to_str().ok()).map(str::to_owned);
        match location {
            Some(to) if response.status().is_redirection() && to.starts_with('/') => self.open(&to),
            _ => Page {
                path: path.to_owned(),
                status: response.status().as_u16(),
                text: response.body_mut().read_to_string().expect("a page is text"),
            },
        }
    }
}

impl Page {
    /// What the form that is sent to `action` sends by itself: its hidden fields, and what is ticked.
    fn hidden_fields(&self, action: &str) -> Vec<(String, String)> {
        let form = self
            .text
            .split("<form")
            .skip(1)
            .filter_map(|rest| rest.split("</form>").next())
            .find(|form| attribute(form.split('>').next().unwrap_or_default(), "action").as_deref() == Some(action))
            .unwrap_or_else(|| panic!("no form for {action} on {}:\n{}", self.path, self.text));
        let inputs = form.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
        inputs
            .filter(|input| match attribute(input, "type").as_deref() {
                Some("hidden") => true,
                Some("radio") => input.ends_with(" checked"),
                _ => false,
            })
            .map(|input| (attribute(input, "name").expect("a name"), attribute(input, "value").unwrap_or_default()))
            .collect()
    }

    /// The page must say this; otherwise the test fails and shows the page.
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(
            self.status < 400 && self.text.contains(text),
            "{} {} should say {text:?}:\n{}",
            self.status,
            self.path,
            self.text
        );
        self
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value.replace("&#x2F;", "/").replace("&amp;", "&"))
}
