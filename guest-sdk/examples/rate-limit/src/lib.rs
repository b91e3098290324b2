//! Lets a number of requests through in a sliding window.
//!
//! ```text
//! WASM.CALL rate-limit KEYS limit:ada ARGS 100 60000
//! 1) (integer) 1        allowed
//! 2) (integer) 99       how many more would be allowed now
//! 3) (integer) 0        milliseconds until this request would be allowed
//! ```
//!
//! The algorithm is the sliding-window counter. Time is cut into windows; the requests of the last `window-ms` are
//! estimated as those of the current window plus those of the one before, weighted by how much of it the sliding window
//! still covers. It takes one short string a client, whatever the limit, and one read and one write a request. It is
//! exact when requests come evenly; at worst, a window lets through less than twice the limit, and only when all
//! requests of the window before came at its very end. A log of all requests would be exact, and take 8 bytes for each.
//! Requests that are refused do not count.

mod window;

use ferrite_udf::prelude::*;
use window::Window;

/// KEYS: the counter. ARGS: `limit window-ms [cost]`. Returns `[allowed, remaining, retry-after-ms]`.
#[ferrite_udf::function]
pub fn call(keys: Keys, args: Args) -> Result<(i64, u64, u64)> {
    let args = args.named(&["limit", "window-ms", "cost"]);
    let key = keys.get(0)?;
    let limit = u64::from(args.parse::<u32>(0)?);
    let length_ms = u64::from(args.parse::<u32>(1)?);
    let cost = u64::from(args.parse_or::<u32>(2, 1)?);
    if length_ms == 0 {
        bail!("the window must be at least 1 ms long");
    }
    if cost > limit {
        bail!("a cost of {cost} is never allowed by a limit of {limit}");
    }

    let stored = match strings::get(key)? {
        None => None,
        Some(stored) => match Window::parse(&stored) {
            Some(window) => Some(window),
            None => bail!("the key holds no rate limit"),
        },
    };
    let now_ms = clock::now_ms()?;
    let mut window = Window::at(now_ms, length_ms, stored);
    let retry_after_ms = window.retry_after_ms(limit, cost);
    if retry_after_ms == 0 {
        window.current += cost;
        let expiry = strings::Expiry::AfterMs(window.relevant_ms());
        strings::set_with(key, window.to_string(), expiry, strings::Condition::Always)?;
    }
    Ok((i64::from(retry_after_ms == 0), window.remaining(limit), retry_after_ms))
}
