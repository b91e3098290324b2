//! Prices in the store, and what orders cost by them.

use ferrite_udf::prelude::*;

/// What makes an order cheaper.
#[derive(Clone, Copy, Debug)]
pub enum Coupon {
    /// This many cents.
    Amount(u64),
    /// This part of the sum, at most 100.
    Percent(u8),
}

/// What an order costs, in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Of all lines.
    pub sum: u64,
    /// What the coupon takes off.
    pub off: u64,
    /// What is left to pay.
    pub due: u64,
}

fn key(article: &str) -> String {
    format!("price:{article}")
}

/// Sets the price of an article, in cents.
pub fn set_price(article: &str, cents: u64) -> Result<()> {
    strings::set(key(article), cents.to_string())?;
    Ok(())
}

/// The price of an article, in cents.
pub fn price(article: &str) -> Result<Option<u64>> {
    let Some(text) = strings::get(key(article))? else { return Ok(None) };
    match std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok()) {
        Some(cents) => Ok(Some(cents)),
        None => bail!("the price of `{article}` is no number"),
    }
}

/// What these articles and counts cost.
pub fn quote(lines: &[(&str, u32)], coupon: Option<Coupon>) -> Result<Quote> {
    let mut sum = 0_u64;
    for (article, count) in lines {
        let Some(cents) = price(article)? else { bail!(code: "NOPRICE", "`{article}` has no price") };
        let Some(total) = cents.checked_mul((*count).into()).and_then(|cost| sum.checked_add(cost)) else {
            bail!("the order is too large")
        };
        sum = total;
    }
    let off = match coupon {
        None => 0,
        Some(Coupon::Amount(cents)) => cents.min(sum),
        Some(Coupon::Percent(part @ 0..=100)) => (u128::from(sum) * u128::from(part) / 100) as u64,
        Some(Coupon::Percent(part)) => bail!("{part} percent is more than the whole"),
    };
    Ok(Quote { sum, off, due: sum - off })
}
