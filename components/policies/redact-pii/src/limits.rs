//! How far a kind looks from its first character, in bytes: what is held back of a stream is never longer. The contract
//! allows 16,384.

/// An API key, or a JSON web token as a whole: what fits a header of HTTP. The rest of a longer one goes too.
pub(crate) const SECRET: usize = 8 << 10;
/// The header of a JSON web token, up to its dot.
pub(crate) const TOKEN_HEADER: usize = 2 << 10;
/// The local part of an e-mail address (RFC 5321, 4.5.3.1.1).
pub(crate) const EMAIL_LOCAL: usize = 64;
/// The domain of an e-mail address (RFC 5321, 4.5.3.1.2).
pub(crate) const EMAIL_DOMAIN: usize = 255;
/// An IPv6 address with an IPv4 address at its end.
pub(crate) const IPV6: usize = 45;
/// Groups of digits that a number is read to: each is 20 digits at most.
pub(crate) const GROUPS: usize = 12;
/// Digits of one group: more are no number of any kind.
pub(crate) const GROUP_DIGITS: usize = 20;
