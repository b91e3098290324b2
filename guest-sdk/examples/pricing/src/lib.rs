//! Typed functions: a component that exports what its own WIT package says (`wit/pricing.wit`), called with words and WAVE
//! text.
//!
//! ```text
//! WASM.CALL pricing.set-price ARGS pears 120
//! WASM.CALL pricing.quote-order ARGS '[{article: "pears", count: 3}]' 'percent(10)'
//! "{sum: 360, off: 36, due: 324}"
//! ```

mod orders;

pub use orders::{Coupon, Quote, price, quote, set_price};

/// The component's exports, which only WebAssembly has: they convert, `orders` computes.
#[cfg(target_family = "wasm")]
mod component {
    #[allow(missing_docs, unreachable_pub, dead_code, clippy::all, reason = "generated code")]
    mod bindings {
        wit_bindgen::generate!({ path: "wit" });
    }

    use super::{Coupon, orders};
    use bindings::exports::example::pricing::prices;

    struct Pricing;

    /// What the client reads.
    fn line(error: ferrite_udf::Error) -> String {
        error.line().to_owned()
    }

    impl prices::Guest for Pricing {
        fn set_price(article: String, cents: u64) -> Result<(), String> {
            orders::set_price(&article, cents).map_err(line)
        }

        fn price(article: String) -> Result<Option<u64>, String> {
            orders::price(&article).map_err(line)
        }

        fn quote_order(lines: Vec<prices::Line>, coupon: Option<prices::Coupon>) -> Result<prices::Quote, String> {
            let lines: Vec<_> = lines.iter().map(|line| (line.article.as_str(), line.count)).collect();
            let coupon = coupon.map(|coupon| match coupon {
                prices::Coupon::Amount(cents) => Coupon::Amount(cents),
                prices::Coupon::Percent(part) => Coupon::Percent(part),
            });
            let quote = orders::quote(&lines, coupon).map_err(line)?;
            Ok(prices::Quote { sum: quote.sum, off: quote.off, due: quote.due })
        }
    }

    bindings::export!(Pricing with_types_in bindings);
}
