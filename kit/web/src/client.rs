//! Who is asking: the client's address and whether the connection is secure.
//!
//! Both come from the socket unless the site was told that a TLS proxy stands in front of it. Headers that any client
//! can send are believed in that case only.

use std::net::{IpAddr, Ipv4Addr};

use poem::{Addr, FromRequest, Request, RequestBody, Result};

/// The client's address; an extractor. Limits per caller count by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// What limits count by: an IPv4 address, or the /64 of an IPv6 address. A household or a rented server has a whole
    /// one of those: it is one subscriber.
    #[must_use]
    pub fn subscriber(self) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
            address => address,
        }
    }
}

impl<'a> FromRequest<'a> for ClientIp {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        Ok(request.data::<Self>().copied().unwrap_or_else(|| of_socket(request)))
    }
}

fn of_socket(request: &Request) -> ClientIp {
    match &request.remote_addr().0 {
        Addr::SocketAddr(address) => ClientIp(address.ip().to_canonical()),
        // A request that came through no socket: a test, or a call inside the process.
        _ => ClientIp(Ipv4Addr::LOCALHOST.into()),
    }
}

/// The address behind a trusted proxy: the last one in `X-Forwarded-For`, for that one the proxy added itself. What
/// stands before it was sent by the client.
pub(crate) fn client_ip(request: &Request, behind_tls_proxy: bool) -> ClientIp {
    let forwarded = || {
        let line = request.headers().get_all("x-forwarded-for").iter().next_back()?;
        let last: IpAddr = line.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()?;
        Some(ClientIp(last.to_canonical()))
    };
    behind_tls_proxy.then(forwarded).flatten().unwrap_or_else(|| of_socket(request))
}
